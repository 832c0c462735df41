import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  type CellLimits,
  defaultCellLimits,
  type LimitName,
  limitNames,
  limitRules,
} from "../../src/cell/mod.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { openHouse, sandboxedCells } from "../../src/house/mod.ts";
import type { Model } from "../../src/llm/mod.ts";
import { parseChildSpec } from "../../src/supervisor/mod.ts";

/** What goes beyond one limit, and how that shows. */
interface Excess {
  readonly limits: Partial<CellLimits>;
  readonly code: string;
  readonly says: RegExp;
  /** The rule in the evidence, where the house must kill for it. */
  readonly rule?: string;
}

/** Time enough for what another limit is to end, on a busy machine too. */
const stepMs = 60_000;

const excesses: Readonly<Record<Exclude<LimitName, "readyMs">, Excess>> = {
  stepMs: { limits: { stepMs: 300 }, code: "for (;;);", says: /300 ms/, rule: "deadline" },
  cpuMs: { limits: { stepMs, cpuMs: 200 }, code: "for (;;);", says: /at most 200$/, rule: "cpu" },
  heapMb: {
    limits: { stepMs, cpuMs: stepMs, heapMb: 32 },
    code: "const kept = []; for (;;) kept.push({ n: kept.length });",
    says: /heap/,
  },
  memoryMb: {
    limits: { stepMs, memoryMb: 200 },
    code: "const kept = []; for (;;) kept.push(new Uint8Array(1 << 22).fill(1));",
    says: /at most 200$/,
    rule: "memory",
  },
  printBytes: {
    limits: { stepMs, printBytes: 20 },
    code: "console.log('x'.repeat(20));",
    says: /printed more than 20 bytes/,
  },
  messages: {
    limits: { stepMs, messages: 1 },
    code: "await this.send('nobody', 1).catch(() => {}); await this.send('nobody', 2);",
    says: /more than 1 messages/,
  },
  modelCalls: {
    limits: { stepMs, modelCalls: 1 },
    code: "await this.llm('again');",
    says: /more than 1 times/,
  },
  modelTokens: {
    limits: { stepMs, modelTokens: 2 },
    code: "await this.llm('again');",
    says: /more than 2 tokens/,
  },
  timers: {
    limits: { stepMs, timers: 1 },
    code: "setTimeout(() => {}, 1); setTimeout(() => {}, 1);",
    says: /RangeError: more than 1 timers/,
  },
  genomeBytes: {
    limits: { stepMs, genomeBytes: 2048 },
    code: "this.state.long = 'x'.repeat(2048);",
    says: /2048/,
  },
  frameBytes: {
    limits: { stepMs, frameBytes: 4096 },
    code: "console.log('x'.repeat(5000));",
    says: /longer than 4096 bytes/,
    rule: "protocol",
  },
};

/** The agent that goes beyond a limit. */
const agentOf = (limit: string): string => limit.toLowerCase();

const codes = new Map(
  Object.entries(excesses).map(([name, { code }]) => [agentOf(name), code] as const),
);

/** An agent's first response is what its name says; all that is asked after it is answered alike. */
const model: Model = {
  spec: "excess",
  complete: ({ agent, call }) =>
    Promise.resolve({
      text: (call === 0 ? codes.get(agent) : undefined) ?? "return 1;",
      model: "excess",
      tokens: { prompt: 1, completion: 1 },
    }),
  close: () => Promise.resolve(),
};

Deno.test("every limit ends, or refuses, what goes beyond it, and the evidence says by which rule", async (t) => {
  // The portable profile: what the kernel enforces beside it is not to do this work.
  const cells = await sandboxedCells("portable", false);
  const house = await openHouse({ db: ":memory:", llm: model, names: [], steps: 1 }, { cells });
  try {
    house.begin();
    for (const [name, { limits }] of Object.entries(excesses)) {
      const spec = { firstQuery: "", limits, restart: "temporary" } as const;
      house.supervisor.spawn({ ...spec, name: agentOf(name) });
    }
    await house.finished();
    for (const [name, { says, rule }] of Object.entries(excesses)) {
      await t.step(name, () => {
        const [death] = house.store.deaths({ agent: agentOf(name) }).items;
        assert(death !== undefined, "it lived");
        const { beyond } = limitRules[name as LimitName];
        assertEquals(death.cause, beyond === "an error" ? "exception" : beyond, death.reason);
        assertMatch(death.reason, says);
        assertEquals((death.evidence as { rule?: string }).rule, rule);
      });
    }
  } finally {
    await house.stop();
  }
});

for (const name of limitNames) {
  const { least, most } = limitRules[name];
  const spec = (value: unknown): unknown => ({
    name: "ada",
    firstQuery: "",
    limits: { [name]: value },
  });

  Deno.test(`the limit ${name} is from ${least} to ${most}, and refused by its name elsewhere`, () => {
    for (const value of [least, most, defaultCellLimits[name]]) {
      assertEquals(parseChildSpec(spec(value)).limits, { [name]: value });
    }
    for (const value of [least - 1, most + 1, least + 0.5, NaN, "5", null]) {
      const error = assertThrows(() => parseChildSpec(spec(value)), VivariumError);
      assertEquals([error.code, error.options.data?.["field"]], ["bad-request", `limits.${name}`]);
    }
  });
}
