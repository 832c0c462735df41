import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type ChildEvent,
  decide,
  type Decided,
  type Decision,
  emptyState,
  flagsOf,
  intensityOf,
  parseSupervisorSpec,
  type RestartType,
  type SupervisorSpec,
  type SupervisorState,
} from "../../src/supervisor/mod.ts";
import { step } from "../../src/supervisor/tree/mod.ts";
import { requirement } from "./requirement.ts";

const backoff = { minMs: 10, maxMs: 100, factor: 2, jitter: 0 };
const spec = parseSupervisorSpec({});

function died(
  rest: Partial<Extract<ChildEvent, { kind: "died" }>> = {},
): Extract<ChildEvent, { kind: "died" }> {
  return { kind: "died", child: "ada", owner: "agent", phase: "turn", lived: 5, roll: 0, ...rest };
}

/** The backoff that was decided is over. */
function waited(
  supervisor: SupervisorSpec,
  { state, commands }: Decided,
  at: number,
): SupervisorState {
  let { tree } = state;
  for (const command of commands) {
    if (command.kind !== "after") continue;
    tree = step(flagsOf(supervisor, tree), tree, command.event, at).state;
  }
  return { ...state, tree };
}

/** Feeds events, each at its time, no wait taking any; returns what was decided on each. */
function play(
  events: readonly (readonly [number, ChildEvent])[],
  supervisor: SupervisorSpec = spec,
  restart: RestartType = "permanent",
): { decisions: Decision[]; state: SupervisorState } {
  let state: SupervisorState = emptyState;
  const decisions: Decision[] = [];
  const added = { kind: "added", child: "ada", restart, backoff } as const;
  for (const [at, event] of [[0, added] as const, ...events]) {
    const next = decide(supervisor, state, event, at);
    state = waited(supervisor, next, at);
    decisions.push(next.decision);
  }
  return { decisions: decisions.slice(1), state };
}

Deno.test.each<[RestartType, Decision["kind"]]>([
  ["permanent", "restart"],
  ["transient", "restart"],
  ["temporary", "remain"],
])(requirement(2, "decide() on the death of a %s child: %s"), (restart, expected) => {
  const { decisions, state } = play([[0, died()]], spec, restart);
  assertEquals(decisions[0]?.kind, expected);
  // The spec of a temporary child is dropped.
  assertEquals(state.children.has("ada"), restart !== "temporary");
});

Deno.test("decide() does nothing for a child that it does not know", () => {
  assertEquals(decide(spec, emptyState, died(), 0).decision, { kind: "none" });
  const { decisions } = play([[0, { kind: "removed", child: "ada" }], [1, died()]]);
  assertEquals(decisions[1], { kind: "none" });
});

type Life = readonly [
  owner: "agent" | "infrastructure" | "operator",
  phase: "birth" | "turn" | "idle",
  lived: number,
];

Deno.test.each<{ name: string; lives: Life[]; from: ("last" | "further")[] }>([
  { name: "a first life that dies early", lives: [["agent", "turn", 0]], from: ["last"] },
  {
    name: "a life that was brought back and dies early",
    lives: [["agent", "turn", 9], ["agent", "turn", 1]],
    from: ["last", "further"],
  },
  {
    name: "each further early death",
    lives: [["agent", "turn", 9], ["agent", "turn", 1], ["agent", "turn", 0], ["agent", "idle", 1]],
    from: ["last", "further", "further", "further"],
  },
  {
    name: "a life that lived long enough in between",
    lives: [["agent", "turn", 0], ["agent", "turn", 1], ["agent", "turn", 2], [
      "agent",
      "turn",
      1,
    ]],
    from: ["last", "further", "last", "further"],
  },
  {
    name: "a birth that fails",
    lives: [["agent", "birth", 0]],
    from: ["further"],
  },
  {
    name: "deaths that are not the agent's own",
    lives: [["infrastructure", "turn", 0], ["operator", "turn", 0], ["infrastructure", "birth", 0]],
    from: ["last", "last", "last"],
  },
  {
    name: "an infrastructure death between two early ones, which proves nothing",
    lives: [["agent", "turn", 9], ["infrastructure", "turn", 0], ["agent", "turn", 0]],
    from: ["last", "last", "further"],
  },
  {
    name: "an operator's death after a proven life, which clears the suspicion",
    lives: [["agent", "turn", 9], ["operator", "turn", 9], ["agent", "turn", 0]],
    from: ["last", "last", "last"],
  },
])("decide() goes back further, or not, on $name", ({ lives, from }) => {
  const { decisions } = play(
    lives.map(([owner, phase, lived], at) => [at, died({ owner, phase, lived })] as const),
  );
  assertEquals(decisions.map((each) => each.kind === "restart" && each.from), from);
});

Deno.test("decide() forgets the suspicion when a life is cut", () => {
  const { decisions } = play([
    [0, died()],
    [1, { kind: "truncated", child: "ada" }],
    [2, died({ lived: 0 })],
  ]);
  assertEquals(decisions.at(-1), { kind: "restart", delayMs: 20, from: "last" });
});

Deno.test(
  requirement(
    11,
    "decide() backs off ×2 to the cap, and begins anew after a quiet (min + max) / 2",
  ),
  () => {
    const delays = (events: readonly (readonly [number, ChildEvent])[]): number[] =>
      play(events).decisions.flatMap((each) => each.kind === "restart" ? [each.delayMs] : []);
    const started = { kind: "started", child: "ada" } as const;
    const quick = [0, 1, 2, 3, 4, 5].flatMap((at) =>
      [[at * 10, started], [at * 10 + 5, died()]] as const
    );
    assertEquals(delays(quick), [10, 20, 40, 80, 100, 100]);
    assertEquals(delays([...quick, [1000, started], [1054, died()]]).at(-1), 100);
    assertEquals(delays([...quick, [1000, started], [1055, died()]]).at(-1), 10);
    // A birth that fails was never quiet, however long ago the last start was.
    assertEquals(delays([...quick, [9000, died({ phase: "birth" })]]).at(-1), 100);
  },
);

Deno.test(
  requirement(
    4,
    "decide() escalates on more than `intensity` restarts within the period, not on as many",
  ),
  () => {
    const strict = parseSupervisorSpec({ intensity: 2, periodMs: 100 });
    const kinds = (...times: number[]): string[] =>
      play(times.map((at) => [at, died()] as const), strict).decisions.map(({ kind }) => kind);
    assertEquals(kinds(0, 50, 100), ["restart", "restart", "escalate"]);
    assertEquals(kinds(0, 50, 101), ["restart", "restart", "restart"]);
    assertEquals(kinds(0, 50, 101, 150), ["restart", "restart", "restart", "escalate"]);
    assertEquals(
      play([[0, died()]], parseSupervisorSpec({ intensity: 0 })).decisions[0]?.kind,
      "escalate",
    );
  },
);

Deno.test("intensityOf() is what the spec says, or else grows with the children", () => {
  assertEquals(intensityOf(parseSupervisorSpec({ intensity: 1 }), 64), 1);
  assertEquals(intensityOf(spec, 1), 500);
  assertEquals(intensityOf(spec, 64), 6400);
});

Deno.test(requirement(4, "decide() escalates exactly when the sliding window says so"), () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      (intensity, periodMs, gaps) => {
        const strict = parseSupervisorSpec({ intensity, periodMs });
        let state: SupervisorState = emptyState;
        const added = { kind: "added", child: "ada", restart: "permanent", backoff } as const;
        state = decide(strict, state, added, 0).state;
        const times: number[] = [];
        let at = 0;
        for (const gap of gaps) {
          at += gap;
          times.push(at);
          // The oracle: count all restarts so far that lie within the period, the naive way.
          const recent = times.filter((time) => at - time <= periodMs).length;
          const next = decide(strict, state, died(), at);
          assertEquals(next.decision.kind === "escalate", recent > intensity);
          if (next.decision.kind === "escalate") return;
          state = waited(strict, next, at);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("decide() neither changes its arguments nor depends on anything else", () => {
  const before = play([[0, died()]]).state;
  const copy = structuredClone(before);
  const [one, two] = [decide(spec, before, died(), 7), decide(spec, before, died(), 7)];
  assertEquals(before, copy);
  assertEquals(one, two);
  assert(one.state !== before);
});
