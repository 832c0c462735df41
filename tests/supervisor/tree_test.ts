import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { VivariumError } from "../../src/core/errors.ts";
import {
  parseTree,
  restartTypes,
  strategies,
  type TreeFlags,
} from "../../src/supervisor/tree/mod.ts";
import { childOf, SlowTree } from "./tree_model.ts";
import { requirement } from "./requirement.ts";

const abc = [{ id: "a" }, { id: "b" }, { id: "c" }];

/** A tree whose first children are up. */
function upTree(flags: Partial<TreeFlags>, children = abc): SlowTree {
  const tree = new SlowTree(flags, children);
  tree.feed({ kind: "begin" });
  for (const { id } of children) tree.ready(id);
  tree.took();
  return tree;
}

Deno.test(
  requirement(
    [8, 13],
    "a supervisor starts left to right, each child when the one before is ready",
  ),
  () => {
    const tree = new SlowTree({}, abc);
    tree.feed({ kind: "begin" });
    assertEquals(tree.took(), ["start a"]);
    tree.ready("a");
    assertEquals(tree.took(), ["start b"]);
    tree.ready("b");
    tree.ready("c");
    assertEquals(tree.took(), ["start c", "up"]);
  },
);

Deno.test(
  requirement(
    9,
    "a first start that fails stops what had started in reverse, and fails the supervisor",
  ),
  () => {
    const tree = new SlowTree({}, abc);
    tree.feed({ kind: "begin" });
    tree.ready("a");
    tree.ready("b");
    tree.took();
    tree.end("c", "boom");
    assertEquals(tree.took(), ["stop b"]);
    tree.end("b", "shutdown");
    assertEquals(tree.took(), ["stop a"]);
    tree.end("a", "shutdown");
    assertEquals(tree.took(), ["exit"]);
    assertEquals(tree.runs.size, 0);
  },
);

Deno.test(
  requirement(
    7,
    "a shutdown is heard while a restart hangs: the start under way is stopped, then the rest",
  ),
  () => {
    const tree = upTree({ strategy: "rest_for_one" });
    tree.end("b");
    assertEquals(tree.took(), ["stop c"]);
    tree.end("c", "shutdown");
    assertEquals(tree.took(), ["start b"]);
    tree.feed({ kind: "shutdown", reason: "shutdown" });
    assertEquals(tree.took(), ["stop b"]);
    tree.end("b", "shutdown");
    tree.end("a", "shutdown");
    assertEquals(tree.took(), ["stop a", "exit"]);
  },
);

Deno.test(
  requirement(
    7,
    "the stop of a child is heard while its restart hangs, and the round goes on without it",
  ),
  () => {
    const tree = upTree({ strategy: "one_for_all" });
    tree.end("a");
    tree.end("c", "shutdown");
    tree.end("b", "shutdown");
    assertEquals(tree.took(), ["stop c", "stop b", "start a"]);
    tree.feed({ kind: "stop", child: "a" });
    assertEquals(tree.took(), ["stop a", "start b"]);
    tree.ready("b");
    tree.ready("c");
    tree.end("a", "shutdown");
    assertEquals(tree.took(), ["start c"]);
    assertEquals(tree.state.slots.map(({ phase }) => phase), ["down", "up", "up"]);
  },
);

Deno.test(requirement(7, "a restart that hangs holds nobody else up under one_for_one"), () => {
  const tree = upTree({ intensity: 9 });
  tree.end("a");
  tree.end("b");
  tree.feed({ kind: "add", spec: childOf({ id: "d" }) });
  assertEquals(tree.took(), ["start a", "start b", "start d"]);
});

Deno.test("a death while a round is under way waits for its end, unless the round takes it along", () => {
  const tree = upTree({ strategy: "rest_for_one", intensity: 9 });
  tree.end("b");
  // c is asked to stop; a, which is not of the round, dies meanwhile.
  tree.end("a");
  assertEquals(tree.took(), ["stop c"]);
  tree.end("c", "shutdown");
  tree.ready("b");
  assertEquals(tree.took(), ["start b", "start c"]);
  // b dies while c starts: it is down already when a's round comes to stop it.
  tree.end("b");
  tree.ready("c");
  assertEquals(tree.took(), ["stop c"]);
  tree.end("c", "shutdown");
  assertEquals(tree.took(), ["start a"]);
  tree.ready("a");
  tree.ready("b");
  tree.ready("c");
  assertEquals(tree.took(), ["start b", "start c"]);
  // Three died by themselves, two rounds were made: b's second death was part of a's.
  assertEquals(tree.state.restarts.length, 2);
});

Deno.test("a message of an earlier run is stale: it neither ends nor readies the present one", () => {
  const tree = upTree({ intensity: 9 });
  const old = tree.runOf("a");
  tree.end("a");
  tree.took();
  tree.feed({ kind: "started", child: "a", run: old });
  tree.feed({ kind: "ended", child: "a", run: old, reason: "crash" });
  assertEquals([tree.took(), tree.state.slots[0]?.phase], [[], "starting"]);
});

Deno.test("a backoff waits between a round's stops and its starts; an earlier child takes it over", () => {
  const backoff = { minMs: 100, maxMs: 1000, factor: 2, jitter: 0 };
  const children = abc.map((child) => ({ ...child, backoff }));
  const tree = upTree({ strategy: "rest_for_one", intensity: 9 }, children);
  tree.end("b");
  tree.end("c", "shutdown");
  assertEquals([tree.took(), tree.later.map(({ atMs }) => atMs)], [["stop c"], [100]]);
  tree.end("a");
  assertEquals(tree.took(), []);
  // b's wait is over, but the round is a's now.
  tree.wake();
  assertEquals(tree.took(), []);
  tree.wake();
  assertEquals(tree.took(), ["start a"]);
});

Deno.test("one that failed for good stays down through rounds, until it is revived", () => {
  const tree = upTree({ strategy: "one_for_all", intensity: 9 });
  const run = tree.runOf("a");
  tree.runs.delete(run);
  tree.feed({ kind: "ended", child: "a", run, reason: "crash", final: true });
  assertEquals(tree.took(), []);
  tree.end("b");
  tree.end("c", "shutdown");
  tree.ready("b");
  tree.ready("c");
  assertEquals(tree.took(), ["stop c", "start b", "start c"]);
  tree.feed({ kind: "revive", child: "a" });
  assertEquals(tree.took(), ["start a"]);
});

Deno.test(requirement(1, "a pool is stopped all at once"), () => {
  const tree = new SlowTree({ strategy: "simple_one_for_one" }, []);
  tree.feed({ kind: "begin" });
  for (const { id } of abc) {
    tree.feed({ kind: "add", spec: childOf({ id }) });
    tree.ready(id);
  }
  tree.took();
  tree.feed({ kind: "shutdown", reason: "shutdown" });
  assertEquals(tree.took(), ["stop c", "stop b", "stop a"]);
  tree.end("a", "shutdown");
  tree.end("c", "shutdown");
  assertEquals(tree.took(), []);
  tree.end("b", "shutdown");
  assertEquals(tree.took(), ["exit"]);
});

Deno.test.each<{ field: string; flags: unknown; children?: unknown[] }>([
  { field: "strategy", flags: { strategy: "two_for_one" } },
  { field: "intensity", flags: { intensity: -1 } },
  { field: "periodMs", flags: { periodMs: 0 } },
  { field: "autoShutdown", flags: { autoShutdown: "always" } },
  { field: "patience", flags: { patience: 1 } },
  { field: "id", flags: {}, children: [{ id: "" }] },
  { field: "id", flags: {}, children: [{ id: "a" }, { id: "a" }] },
  { field: "restart", flags: {}, children: [{ id: "a", restart: "sometimes" }] },
  { field: "shutdown", flags: {}, children: [{ id: "a", shutdown: -1 }] },
  { field: "type", flags: {}, children: [{ id: "a", type: "boss" }] },
  { field: "significant", flags: {}, children: [{ id: "a", significant: 1 }] },
  {
    field: "significant",
    flags: { autoShutdown: "never" },
    children: [{ id: "a", restart: "transient", significant: true }],
  },
  {
    field: "significant",
    flags: { autoShutdown: "any_significant" },
    children: [{ id: "a", restart: "permanent", significant: true }],
  },
  {
    field: "children",
    flags: { strategy: "simple_one_for_one" },
    children: [{ id: "a" }],
  },
])(
  requirement(10, "parseTree() refuses by the name of the field: $field"),
  ({ field, flags, children }) => {
    const error = assertThrows(() => parseTree(flags, children), VivariumError);
    assertEquals(error.options.data, { field });
    assert(error.message.includes(`'${field}'`));
  },
);

Deno.test("parseTree() merges OTP's defaults", () => {
  const { flags, children } = parseTree({}, [{ id: "a" }, { id: "b", type: "supervisor" }]);
  assertEquals(flags, {
    strategy: "one_for_one",
    intensity: 1,
    periodMs: 5000,
    autoShutdown: "never",
  });
  assertEquals(children, [
    childOf({ id: "a" }),
    childOf({ id: "b", type: "supervisor", shutdown: "infinity" }),
  ]);
});

const act = fc.record({
  kind: fc.constantFrom("ready", "end", "wake", "pass", "stop", "add", "revive", "drop"),
  at: fc.nat(),
  normal: fc.boolean(),
});

Deno.test("whatever happens in whatever order, no child is doubled, no orphan left, and it ends once", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...strategies),
      fc.nat({ max: 4 }),
      fc.array(fc.constantFrom(...restartTypes), { minLength: 1, maxLength: 5 }),
      fc.array(act, { maxLength: 60 }),
      fc.boolean(),
      (strategy, intensity, restarts, acts, backs) => {
        const backoff = { minMs: 10, maxMs: 50, factor: 2, jitter: 0 };
        const specs = restarts.map((restart, index) => ({
          id: "abcde"[index] ?? "",
          restart,
          ...(backs ? { backoff } : {}),
        }));
        const pool = strategy === "simple_one_for_one";
        const tree = new SlowTree({ strategy, intensity, periodMs: 100 }, pool ? [] : specs);
        tree.feed({ kind: "begin" });
        for (const { kind, at, normal } of acts) {
          const there = [...tree.runs.values()];
          const one = there[at % Math.max(1, there.length)];
          const { id: name, ...rest } = specs[at % specs.length]!;
          if (kind === "pass") tree.nowMs += at % 200;
          else if (kind === "wake") tree.wake();
          else if (kind === "add") tree.feed({ kind, spec: childOf({ id: name, ...rest }) });
          else if (kind === "stop" || kind === "revive" || kind === "drop") {
            tree.feed({ kind, child: name });
          } else if (one === undefined) continue;
          else if (kind === "end") tree.end(one.child, normal ? "normal" : "crash");
          else if (one.phase !== "up") tree.ready(one.child);
        }
        // Whoever is asked to stop, stops: then it ends, whatever it was doing.
        tree.feed({ kind: "shutdown", reason: "shutdown" });
        for (let turn = 0; tree.runs.size > 0; turn++) {
          assert(turn < 100, "it does not end");
          const stopping = [...tree.runs.values()].find(({ phase }) => phase === "stopping");
          assert(stopping !== undefined, "nobody is asked to stop");
          tree.end(stopping.child, "shutdown");
        }
        while (tree.wake());
        assertEquals(tree.state.phase, "ended");
        assertEquals(tree.log.filter((line) => line === "exit").length, 1);
        const told = tree.log.filter((line) => !line.startsWith("refuse"));
        assertEquals(told.at(-1), "exit");
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("whatever happened, when all has settled each child is up, or ended for good", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("one_for_one", "one_for_all", "rest_for_one"),
      fc.array(fc.constantFrom(...restartTypes), { minLength: 1, maxLength: 5 }),
      fc.array(act, { maxLength: 60 }),
      (strategy, restarts, acts) => {
        const specs = restarts.map((restart, index) => ({ id: "abcde"[index] ?? "", restart }));
        const tree = new SlowTree({ strategy, intensity: 1e6 }, specs);
        tree.feed({ kind: "begin" });
        for (const { id } of specs) tree.ready(id);
        for (const { kind, at, normal } of acts) {
          const there = [...tree.runs.values()];
          const one = there[at % Math.max(1, there.length)];
          if (kind === "wake") tree.wake();
          else if (kind === "end" && one !== undefined) {
            tree.end(one.child, normal ? "normal" : "crash");
          } else if (one !== undefined && one.phase !== "up") tree.ready(one.child);
        }
        for (let turn = 0;; turn++) {
          assert(turn < 1000, "it does not settle");
          const busy = [...tree.runs.values()].find(({ phase }) => phase !== "up");
          if (busy?.phase === "starting") tree.ready(busy.child);
          else if (busy?.phase === "stopping") tree.end(busy.child, "shutdown");
          else if (!tree.wake()) break;
        }
        assertEquals([tree.state.phase, tree.state.job], ["up", null]);
        for (const { spec: { id, restart }, phase } of tree.state.slots) {
          assertEquals(phase === "up", [...tree.runs.values()].some(({ child }) => child === id));
          // A permanent child is always up in the end; others may have ended for good.
          if (restart === "permanent") assertEquals([id, phase], [id, "up"]);
          else assert(phase === "up" || phase === "down", `${id} is ${phase}`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
