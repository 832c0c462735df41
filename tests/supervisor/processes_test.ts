import { assert, assertEquals } from "@std/assert";
import {
  createCellPool,
  defaultCellLimits,
  denoSpawner,
  launchCell,
  type Spawner,
} from "../../src/cell/mod.ts";
import { SimulatedClock, systemClock } from "../../src/core/clock.ts";
import { classify, type DeathFacts } from "../../src/death/mod.ts";
import { EventBus } from "../../src/core/events.ts";
import { firstGenome } from "../../src/genome/mod.ts";
import { createModel } from "../../src/llm/mod.ts";
import { openStore } from "../../src/store/mod.ts";
import { Supervisor } from "../../src/supervisor/mod.ts";
import { birthOf, launchOptions, repeating, turnOf } from "../cell/support.ts";
import { requirement } from "./requirement.ts";

const stepMs = 1000;
const limits = { ...defaultCellLimits, stepMs };

/** A shell that blocks its thread when a turn comes, as an agent could that broke out of its realm. */
const blocked = `self.onmessage = ({ ports: [port] }) => {
  const say = (claim) => port.postMessage(JSON.stringify(claim));
  port.onmessage = ({ data }) => {
    const { op, id } = JSON.parse(data);
    if (op === "birth") say({ op: "born", id });
    else if (op === "turn") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  say({ op: "ready" });
};`;

/** The cell's files, with another shell. */
async function withShell(shell: string): Promise<string> {
  const dist = await Deno.makeTempDir();
  for (const file of ["cell.js", "import_map.json"]) {
    await Deno.copyFile(`${launchOptions.dist}/${file}`, `${dist}/${file}`);
  }
  await Deno.writeTextFile(`${dist}/agent.js`, shell);
  return dist;
}

/** A shell that lives each turn, and works without end once it is over. */
const restless = blocked.replace(
  /Atomics.wait\(.*/,
  `setTimeout(() => { for (;;); }), say({
    op: "lived", turn: id, genome: ${
    JSON.stringify(firstGenome)
  }, query: "", dropped: [], used: [], returned: null
  });`,
);

/** Lets a real process do what it does. */
function really(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The state of a process: R, S, T…; undefined when there is none, or only its zombie. */
function stateOf(pid: number): string | undefined {
  try {
    const state = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.[0];
    return state === "Z" ? undefined : state;
  } catch {
    return undefined;
  }
}

Deno.test.each<
  { name: string; code: string; shell?: string; signal?: Deno.Signal; state: RegExp }
>([
  { name: "a busy loop", code: "while (true) {}", state: /[RS]/ },
  {
    name: "a pattern that never ends",
    code: `/^(a+)+$/.test("a".repeat(60) + "b");`,
    state: /[RS]/,
  },
  { name: "a blocked Atomics.wait", code: "", shell: blocked, state: /S/ },
  { name: "SIGSTOP", code: "await new Promise(() => {});", signal: "SIGSTOP", state: /T/ },
])(
  requirement(25, "$name is found from outside within the limit and a fifth"),
  async ({ code, shell, signal, state }) => {
    // The house's clock is the test's: what is measured is when the house looks, not this machine.
    const clock = new SimulatedClock();
    const dist = shell === undefined ? launchOptions.dist : await withShell(shell);
    const cell = await launchCell({ ...launchOptions, clock, dist }, limits);
    try {
      const birth = cell.birth(birthOf(undefined, limits));
      assert((await birth).lived);
      const turn = cell.turn(turnOf(), repeating(code));
      await really(300);
      if (signal !== undefined) Deno.kill(cell.pid, signal);
      await really(100);
      assert(state.test(stateOf(cell.pid) ?? ""), stateOf(cell.pid));
      for (let ms = 0; ms < stepMs * 0.9; ms += 50) clock.advance(50);
      assert(stateOf(cell.pid) !== undefined, "it is not taken for dead before its time");
      for (let ms = 0; ms < stepMs * 0.3; ms += 50) clock.advance(50);
      const outcome = await turn;
      assert(!outcome.lived);
      const { kill } = outcome.facts;
      assert(kill?.rule === "deadline");
      assertEquals(kill.deadlineMs, stepMs);
      assert(outcome.facts.detectedMs <= stepMs * 1.2, `${outcome.facts.detectedMs} ms`);
      assertEquals(stateOf(cell.pid), undefined, "nothing of it is left");
    } finally {
      await cell.kill("the test is over");
      if (shell !== undefined) await Deno.remove(dist, { recursive: true });
    }
  },
);

Deno.test(
  requirement(25, "SIGSTOP between turns is found from outside within the limit and a fifth"),
  async () => {
    const clock = new SimulatedClock();
    const cell = await launchCell({ ...launchOptions, clock }, limits);
    const death = new Promise<DeathFacts>((resolve) => cell.onDeath(resolve));
    try {
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      assert((await cell.turn(turnOf(), repeating("return 1;"))).lived);
      clock.advance(10 * stepMs);
      assert(stateOf(cell.pid) !== undefined, "who idles is not dead");
      Deno.kill(cell.pid, "SIGSTOP");
      while (stateOf(cell.pid) !== "T") await really(10);
      clock.advance(0.8 * stepMs);
      Deno.kill(cell.pid, "SIGCONT");
      while (stateOf(cell.pid) === "T") await really(10);
      clock.advance(0.2 * stepMs);
      Deno.kill(cell.pid, "SIGSTOP");
      while (stateOf(cell.pid) !== "T") await really(10);
      clock.advance(0.8 * stepMs);
      assertEquals(stateOf(cell.pid), "T", "it is not taken for dead before its time");
      clock.advance(0.4 * stepMs);
      const { phase, kill, detectedMs } = await death;
      assertEquals(phase, "idle");
      assertEquals(kill, { rule: "idle", limitMs: stepMs, stopped: true });
      assert(detectedMs <= stepMs * 1.2, `${detectedMs} ms`);
      assertEquals(stateOf(cell.pid), undefined, "nothing of it is left");
    } finally {
      await cell.kill("the test is over");
    }
  },
);

Deno.test(
  requirement(25, "a cell that works on after its turn, without end, is found before its next"),
  async () => {
    const clock = new SimulatedClock();
    const dist = await withShell(restless);
    const cell = await launchCell({ ...launchOptions, clock, dist }, limits);
    const death = new Promise<DeathFacts>((resolve) => cell.onDeath(resolve));
    try {
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      assert((await cell.turn(turnOf(), repeating(""))).lived);
      // It is found by its work, and how fast that goes is this machine's to say.
      let facts: DeathFacts | undefined;
      void death.then((each) => facts = each);
      while (facts === undefined) {
        await really(100);
        clock.advance(100);
      }
      assertEquals([facts.phase, facts.kill], ["idle", { rule: "idle", limitMs: stepMs }]);
      assertEquals(classify(facts).cause, "hang");
      assertEquals(stateOf(cell.pid), undefined, "nothing of it is left");
    } finally {
      await cell.kill("the test is over");
      await Deno.remove(dist, { recursive: true });
    }
  },
);

Deno.test(
  requirement(25, "half a second of hard work, as a garbage collection, is not a death"),
  async () => {
    const clock = new SimulatedClock();
    const cell = await launchCell({ ...launchOptions, clock }, limits);
    try {
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      const turn = cell.turn(turnOf(), repeating("let n = 0; while (n < 1e6) n++; return n;"));
      for (let ms = 0; ms < 500; ms += 50) clock.advance(50);
      assert((await turn).lived);
    } finally {
      await cell.kill("the test is over");
    }
  },
);

Deno.test(
  requirement(13, "a cell that never says that it is ready is given up at its time, and killed"),
  async () => {
    const clock = new SimulatedClock();
    let pid = 0;
    const spawn: Spawner = (command) => {
      // It starts, and hears nothing of what it should say.
      const process = denoSpawner({ ...command, file: "/bin/sleep", args: ["60"] });
      pid = process.pid;
      return process;
    };
    const launched = launchCell({ ...launchOptions, clock, spawn }, { ...limits, readyMs: 5000 });
    const refused = launched.then(() => "", (error: Error) => error.message);
    clock.advance(4999);
    assert(stateOf(pid) !== undefined);
    clock.advance(1);
    assertEquals(await refused, "a cell was not ready within 5000 ms");
    assertEquals(stateOf(pid), undefined);
  },
);

Deno.test(
  requirement([8, 14], "stopping agents, a busy loop among them, leaves no process of their cells"),
  async () => {
    const store = openStore(":memory:", { clock: systemClock });
    const script = ["ada", "bob", "cyd"].flatMap((agent) =>
      Array.from({ length: 50 }, () => ({
        agent,
        response: agent === "bob" ? "while (true) {}" : "this.state.n = 1;",
      }))
    );
    const pids: number[] = [];
    const supervisor = new Supervisor({
      clock: systemClock,
      store,
      pool: createCellPool({
        size: 2,
        launch: async (limits) => {
          const cell = await launchCell(launchOptions, limits);
          pids.push(cell.pid);
          return cell;
        },
      }),
      model: createModel("scripted:lines", {
        readText: () => script.map((line) => JSON.stringify(line)).join("\n"),
      }),
      bus: new EventBus(),
      seed: 1,
    });
    supervisor.supervisors.add({ name: "pack", strategy: "one_for_all" });
    for (const name of ["ada", "bob", "cyd"]) {
      supervisor.spawn({
        name,
        firstQuery: "begin",
        supervisor: "pack",
        shutdown: 200,
        ticking: name === "bob",
        limits: { stepMs: 60_000 },
      });
    }
    // The last of them is born when the loop already runs.
    const begun = (): boolean =>
      supervisor.look("bob").phase === "turn" && supervisor.look("cyd").life === 1;
    for (let turn = 0; turn < 400 && !begun(); turn++) await really(25);
    assert(begun());
    // Its siblings' round stops the loop too: asked, waited for, killed.
    await supervisor.kill("ada");
    const again = (): boolean => supervisor.look("cyd").life === 2;
    for (let turn = 0; turn < 400 && !again(); turn++) await really(25);
    assertEquals(store.deaths({ agent: "bob" }).items.map(({ cause }) => cause), ["shutdown"]);
    await supervisor.supervisors.remove("pack");
    await supervisor.shutdown();
    assert(pids.length >= 4);
    assertEquals(pids.filter((pid) => stateOf(pid) !== undefined), []);
    store.close();
  },
);
