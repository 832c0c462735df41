import { edit, shell, type Wall } from "./wall.ts";

/** Of what a turn may use, and of its end. */
export const turnWalls: readonly Wall[] = [
  {
    name: "timers-end",
    what: "timers end with the turn",
    edits: [
      edit(`${shell}/stage.ts`, "host.clearTimeout(timer);"),
      edit(`${shell}/stage.ts`, 'if (this.#phase === "closed") return;'),
    ],
  },
  {
    name: "timer-count",
    what: "timers are counted",
    edits: [edit(`${shell}/stage.ts`, "if (this.#timers.size >= timers)", "if (false)")],
  },
  {
    name: "message-count",
    what: "messages are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        'request.power !== "llm" && ++this.#messages > limits.messages',
        "false",
      ),
      edit("workers/cell.ts", "if (count.messages > (limits?.messages ?? 0))", "if (false)"),
      edit(
        "src/cell/act.ts",
        'if (count > (power === "llm" ? limits.modelCalls : limits.messages))',
        "if (false)",
      ),
    ],
  },
  {
    name: "model-count",
    what: "calls of the model are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        'request.power === "llm" && ++this.#modelCalls > limits.modelCalls',
        "false",
      ),
      edit("workers/cell.ts", "if (count.modelCalls > (limits?.modelCalls ?? 0))", "if (false)"),
      edit(
        "src/cell/act.ts",
        'if (count > (power === "llm" ? limits.modelCalls : limits.messages))',
        "if (false)",
      ),
    ],
  },
  {
    name: "print-bytes",
    what: "prints are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        "if (this.#printed > this.options.limits.printBytes)",
        "if (false)",
      ),
      edit(
        "workers/cell.ts",
        "if (count.printBytes > 2 * (limits?.printBytes ?? 0) + 1)",
        "if (false)",
      ),
      edit("src/cell/act.ts", "if (this.#printBytes > this.options.limits.printBytes ||", "if ("),
    ],
  },
  {
    name: "after-microtasks",
    what: "an order is obeyed once code that has returned has ended its turn",
    edits: [
      edit("workers/agent.ts", "host.later(() => attempt(order, say));", "attempt(order, say);"),
    ],
  },
  {
    name: "granted",
    what: "a power that was not granted is harm, whatever the code catches",
    edits: [edit("src/supervisor/broker.ts", "if (!this.#granted.has(name))", "if (false)")],
  },
  {
    name: "rejections",
    what: "a promise that was rejected and that nobody caught ends the life",
    edits: [edit(`${shell}/realm.ts`, "onRejection(event.reason);")],
  },
  {
    name: "letter-size",
    what: "a letter is bounded, in the shell and in the house",
    edits: [
      edit(
        `${shell}/body.ts`,
        "const messageLimits = { depth: 64, size: 131_072 };",
        "const messageLimits = { depth: 64, size: 1e9 };",
      ),
      edit("src/actor/body.ts", "if (sizeBytes <= maxBytes) return;", "return;"),
    ],
  },
  {
    name: "letter-depth",
    what: "a letter is nested so deeply and no deeper, in the shell and on the pipe",
    edits: [
      edit("src/cell/protocol.ts", "const maxFrameDepth = 72;", "const maxFrameDepth = 1000;"),
      edit(
        `${shell}/body.ts`,
        "const messageLimits = { depth: 64, size: 131_072 };",
        "const messageLimits = { depth: 1000, size: 131_072 };",
      ),
    ],
  },
  {
    name: "returned-size",
    what: "what a turn returns is bounded",
    edits: [
      edit(
        `${shell}/turn.ts`,
        "const returnedLimits = { depth: 64, size: 65_536 };",
        "const returnedLimits = { depth: 64, size: 1e9 };",
      ),
    ],
  },
  {
    name: "prompt-size",
    what: "a prompt is bounded",
    edits: [
      edit(`${shell}/body.ts`, "const maxPromptLength = 131_072;", "const maxPromptLength = 1e9;"),
    ],
  },
  {
    name: "closed-requests",
    what: "a turn that is over asks for nothing",
    edits: [
      edit(`${shell}/stage.ts`, 'if (this.#phase !== "open") return new Promise(() => {});'),
    ],
  },
  {
    name: "timer-function",
    what: "a timer takes a function, and never text",
    edits: [
      edit(
        `${shell}/endowments.ts`,
        'if (typeof task !== "function") throw new TypeError("a timer needs a function");',
      ),
    ],
  },
];
