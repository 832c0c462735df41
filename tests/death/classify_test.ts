import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Cause, classify, type DeathFacts, type Kill, ownerOf } from "../../src/death/mod.ts";

const seen: DeathFacts = { phase: "turn", stderr: "", detectedMs: 1 };
const outOfMemory = "# Fatal JavaScript out of memory: Reached heap limit";
const killed = { code: 137, signal: "SIGKILL" } as const;
const deadline = { rule: "deadline", deadlineMs: 300, processorMs: 290 } as const;
const stopped = { rule: "deadline", deadlineMs: 300, stopped: true } as const;

const cases: readonly {
  readonly name: string;
  readonly facts: Partial<DeathFacts>;
  readonly cause: Cause;
  readonly message: RegExp;
}[] = [
  ...([
    "syntax",
    "exception",
    "rejection",
    "stack-overflow",
    "contract",
    "flatline",
    "harm",
    "flood",
    "forgery",
    "llm",
    "exit",
  ] as const).map((kind) => ({
    name: `the fault ${kind}`,
    facts: { fault: { kind, message: "said so" } },
    cause: kind,
    message: /said so/,
  })),
  {
    name: "a deadline",
    facts: { kill: deadline, exit: killed },
    cause: "hang",
    message: /300 ms/,
  },
  {
    name: "a deadline of a process that somebody had stopped",
    facts: { kill: stopped, exit: killed },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "work between turns that does not end",
    facts: { phase: "idle", kill: { rule: "idle", limitMs: 300 }, exit: killed },
    cause: "hang",
    message: /worked for 300 ms without a turn/,
  },
  {
    name: "a stop between turns",
    facts: { phase: "idle", kill: { rule: "idle", limitMs: 300, stopped: true }, exit: killed },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "a birth in a process that works for another life",
    facts: { phase: "birth", kill: { rule: "idle", limitMs: 300 }, exit: killed },
    cause: "cell",
    message: /worked for 300 ms without a turn/,
  },
  {
    name: "a birth in a process that somebody had stopped",
    facts: { phase: "birth", kill: stopped, exit: killed },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "harm, and a stop after it",
    facts: { fault: { kind: "harm", message: "Deno.kill" }, kill: stopped },
    cause: "harm",
    message: /Deno.kill/,
  },
  {
    name: "memory seen past its limit",
    facts: { kill: { rule: "memory", rssBytes: 400e6, limitBytes: 320e6 }, exit: killed },
    cause: "memory",
    message: /381 MB resident, at most 305/,
  },
  {
    name: "memory that the kernel's cap refused",
    facts: { fault: { kind: "exception", message: "RangeError: Array buffer allocation failed" } },
    cause: "memory",
    message: /allocation failed/,
  },
  {
    name: "an allocator that gave up at the kernel's cap without a word",
    facts: { exit: { code: 134, signal: "SIGABRT" } },
    cause: "memory",
    message: /memory/,
  },
  {
    name: "a call that the kernel refused",
    facts: { exit: { code: 159, signal: "SIGSYS" } },
    cause: "harm",
    message: /kernel/,
  },
  {
    name: "the heap that ran full as the deadline passed",
    facts: {
      kill: { rule: "deadline", deadlineMs: 2000 },
      exit: { code: 133, signal: "SIGTRAP" },
      stderr: outOfMemory,
    },
    cause: "heap",
    message: /Reached heap limit/,
  },
  {
    name: "the heap",
    facts: { exit: { code: 133, signal: "SIGTRAP" }, stderr: outOfMemory },
    cause: "heap",
    message: /Reached heap limit/,
  },
  {
    name: "one value larger than V8 allows",
    facts: {
      exit: { code: 133, signal: "SIGTRAP" },
      stderr: "#\n# Fatal JavaScript invalid size error 268435457 (see crbug.com/1201626)\n#",
    },
    cause: "heap",
    message: /invalid size error/,
  },
  {
    name: "memory that the system refused",
    facts: {
      exit: { code: 134, signal: "SIGABRT" },
      stderr: "memory allocation of 65536 bytes failed",
    },
    cause: "memory",
    message: /memory/,
  },
  {
    name: "a trap without a word of memory",
    facts: { exit: { code: 133, signal: "SIGTRAP" }, stderr: "panicked" },
    cause: "cell",
    message: /SIGTRAP/,
  },
  {
    name: "an exit by itself",
    facts: { exit: { code: 0, signal: null } },
    cause: "exit",
    message: /exit code 0/,
  },
  {
    name: "a kill by somebody else",
    facts: { exit: { code: 137, signal: "SIGKILL" } },
    cause: "cell",
    message: /SIGKILL/,
  },
  {
    name: "a kill that somebody in the house ordered",
    facts: { kill: { rule: "order", why: "the pool of cells is closed" }, exit: killed },
    cause: "cell",
    message: /the house ended the process: the pool of cells is closed/,
  },
  {
    name: "too much processor time",
    facts: { kill: { rule: "cpu", processorMs: 510, limitMs: 500 }, exit: killed },
    cause: "cpu",
    message: /510 ms of processor time in a step, at most 500/,
  },
  {
    name: "harm, and a grace that passed",
    facts: {
      fault: { kind: "harm", message: "Deno.kill" },
      kill: { rule: "grace", graceMs: 250 },
      exit: killed,
    },
    cause: "harm",
    message: /Deno.kill/,
  },
  {
    name: "a frame without the secret",
    facts: { kill: { rule: "protocol", kind: "forgery", message: "no secret" }, exit: killed },
    cause: "forgery",
    message: /secret/,
  },
  {
    name: "too many frames",
    facts: { kill: { rule: "protocol", kind: "flood", message: "longer than 10" }, exit: killed },
    cause: "flood",
    message: /longer/,
  },
  {
    name: "harm, and a deadline after it",
    facts: { fault: { kind: "harm", message: "Deno.kill()" }, kill: deadline },
    cause: "harm",
    message: /Deno\.kill/,
  },
  {
    name: "a model that failed, and an exception that came of it",
    facts: { fault: { kind: "llm", message: "no answer" }, exit: killed },
    cause: "llm",
    message: /no answer/,
  },
  {
    name: "a genome that does not compile at birth",
    facts: { phase: "birth", fault: { kind: "syntax", message: "bad method" } },
    cause: "spawn",
    message: /bad method/,
  },
  {
    name: "a birth that never ends",
    facts: { phase: "birth", kill: deadline, exit: killed },
    cause: "spawn",
    message: /300 ms/,
  },
  {
    name: "a birth that the machine kept waiting",
    facts: { phase: "birth", kill: { ...deadline, processorMs: 10 }, exit: killed },
    cause: "cell",
    message: /10 ms of processor time in 300 ms/,
  },
  {
    name: "a process that ended between turns",
    facts: { phase: "idle", exit: { code: 139, signal: "SIGSEGV" } },
    cause: "cell",
    message: /SIGSEGV/,
  },
  { name: "nothing at all", facts: {}, cause: "cell", message: /failed/ },
];

for (const { name, facts, cause, message } of cases) {
  Deno.test(`classify() finds '${cause}' when there is ${name}`, () => {
    const verdict = classify({ ...seen, ...facts });
    assertEquals(verdict.cause, cause);
    assertEquals(verdict.owner, ownerOf(cause));
    assertMatch(verdict.message, message);
    assertEquals(verdict.evidence["phase"], facts.phase ?? "turn");
  });
}

Deno.test("classify() keeps in evidence what it rests on, and nothing that was not seen", () => {
  const { evidence } = classify({
    ...seen,
    fault: { kind: "exception", message: "m", stack: "at f" },
    exit: { code: 1, signal: null },
    stderr: "last words",
  });
  assertEquals(evidence, {
    phase: "turn",
    detectedMs: 1,
    fault: "exception",
    message: "m",
    stack: "at f",
    exitCode: 1,
    killedBy: "itself",
    stderr: "last words",
  });
  assert(!("signal" in classify(seen).evidence));
});

const kills: readonly [Kill, Record<string, string | number>][] = [
  [deadline, { deadlineMs: 300, processorMs: 290 }],
  [stopped, { deadlineMs: 300, state: "stopped" }],
  [{ rule: "idle", limitMs: 300 }, { limitMs: 300 }],
  [{ rule: "idle", limitMs: 300, stopped: true }, { limitMs: 300, state: "stopped" }],
  [{ rule: "grace", graceMs: 250 }, { graceMs: 250 }],
  [{ rule: "cpu", processorMs: 510, limitMs: 500 }, { processorMs: 510, limitMs: 500 }],
  [{ rule: "memory", rssBytes: 4e8, limitBytes: 3e8 }, { rssBytes: 4e8, limitBytes: 3e8 }],
  [{ rule: "protocol", kind: "flood", message: "long" }, { protocol: "flood: long" }],
  [{ rule: "order", why: "closed" }, { why: "closed" }],
];

for (const [kill, figures] of kills) {
  Deno.test(`classify() names the house, its rule '${kill.rule}' and the figures: ${JSON.stringify(figures)}`, () => {
    const { evidence } = classify({ ...seen, kill, exit: killed });
    const expected = { killedBy: "house", rule: kill.rule, ...figures };
    assertEquals(evidence, { ...evidence, ...expected });
  });
}

Deno.test("classify() does not say who sent a signal that the house did not send", () => {
  assertEquals(classify({ ...seen, exit: killed }).evidence["killedBy"], "unknown");
});
