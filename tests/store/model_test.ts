import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventKind, HouseEvent } from "../../src/core/events.ts";
import type { Json } from "../../src/core/json.ts";
import {
  type AgentRow,
  checkFile,
  type Commit,
  type DeathRow,
  type GenomeRow,
  type LetterRow,
  type LifeRow,
  openStore,
  type StepRow,
  type Store,
} from "../../src/store/mod.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow } from "./support.ts";

/** The ledger as plain arrays: what the store must be indistinguishable from. */
class Model {
  readonly agents = new Map<string, AgentRow>();
  readonly lives = new Map<string, LifeRow>();
  readonly genomes = new Map<string, GenomeRow>();
  readonly steps: StepRow[] = [];
  readonly deaths: DeathRow[] = [];
  readonly events: HouseEvent[] = [];
  letters: LetterRow[] = [];

  commit(commit: Commit): void {
    for (const row of commit.agents ?? []) this.agents.set(row.name, row);
    for (const row of commit.lives ?? []) this.lives.set(`${row.agent}/${row.life}`, row);
    for (const row of commit.genomes ?? []) {
      if (!this.genomes.has(row.hash)) this.genomes.set(row.hash, row);
    }
    this.steps.push(...commit.steps ?? []);
    for (const row of commit.deaths ?? []) this.deaths.push({ id: this.deaths.length + 1, ...row });
    for (const draft of commit.events ?? []) {
      this.events.push({ id: this.events.length + 1, atMs: 0, ...draft });
    }
    this.letters = this.letters.filter(({ id }) => !commit.handled?.includes(id));
  }
}

// What agents write: any UTF-16 at all, NUL and lone surrogates among it.
const wild = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    maxLength: 12,
  }),
  fc.constantFrom("\0", "a\0b", "\ud800", "\udc00x", "'; drop table steps; --", ""),
);
const json = fc.jsonValue({ maxDepth: 3 }).map((value) =>
  JSON.parse(JSON.stringify(value)) as Json
);
const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const name = fc.constantFrom("ada", "bob", "cyd");

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("step"), name, wild, json, figure }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die"), name, wild, json, figure }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("letter"), name, wild, json, figure }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen"), name, wild, json, figure }) },
);

Deno.test("what commit() was given is what is read, whatever agents wrote, also after reopening", () => {
  const folder = Deno.makeTempDirSync({ prefix: "vivarium-store-", ...inMemory() });
  let run = 0;
  const clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 30 }), (actions) => {
      const path = `${folder}/${run++}.db`;
      let store = openStore(path, { clock });
      const model = new Model();
      const commit = (change: Commit): void => {
        model.commit(change);
        const from = model.events.length - (change.events?.length ?? 0);
        assertEquals(store.commit(change), model.events.slice(from));
      };
      const names = ["ada", "bob", "cyd"];
      commit({
        genomes: [first],
        agents: names.map((each, ordinal) => agentRow(each, { ordinal, life: 1 })),
        lives: names.map((each) => lifeRow(each, 1)),
      });
      for (const { do: what, name: who, wild: text, json: value, figure: number } of actions) {
        const agent = model.agents.get(who)!;
        const life = model.lives.get(`${who}/${agent.life}`)!;
        const kind: EventKind = what === "step" ? "step.committed" : "life.died";
        const events = [{ kind, agent: who, life: life.life, data: { text, value } }];
        switch (what) {
          case "step": {
            const genome = genomeRow(value, agent.genome);
            const known = genome.hash === agent.genome ? { ...genome, parent: null } : genome;
            const step = stepRow(who, life.life, life.steps + 1, {
              genome: genome.hash,
              query: text,
              prints: [text],
              returned: value,
              calls: [{ prompt: text, response: text }],
              rewards: [{ term: text, value: number }, { term: "survival", value: 1 }],
              usage: { elapsedMs: number },
            });
            commit({
              agents: [{ ...agent, genome: genome.hash, query: text, steps: agent.steps + 1 }],
              lives: [{ ...life, steps: life.steps + 1, reward: number }],
              genomes: [known],
              steps: [step],
              events,
              handled: model.letters.filter(({ to }) => to === who).map(({ id }) => id),
            });
            break;
          }
          case "die":
            commit({
              agents: [{ ...agent, life: agent.life + 1, spec: value }],
              lives: [
                { ...life, end: "death", endedAtMs: number },
                lifeRow(who, life.life + 1, { bornFrom: agent.genome }),
              ],
              deaths: [deathRow(who, life.life, "exception", {
                reason: text,
                response: text,
                evidence: value,
                detectedMs: number,
              })],
              events,
            });
            break;
          case "letter":
            model.letters.push(
              store.accept({
                ...{ to: who, from: "bob", kind: "tell", body: value, atMs: number },
                ...(number > 0 ? { life: life.life } : {}),
              }),
            );
            break;
          case "reopen":
            store.close();
            store = openStore(path, { clock });
        }
      }
      agree(store, model);
      store.close();
      assertEquals(checkFile(path).findings, []);
    }),
    { numRuns: 500 },
  );
  Deno.removeSync(folder, { recursive: true });
});

/** Thousands of commits to hundreds of files: on a disk that would measure the disk. */
function inMemory(): { readonly dir?: string } {
  try {
    return Deno.statSync("/dev/shm").isDirectory ? { dir: "/dev/shm" } : {};
  } catch {
    return {};
  }
}

function agree(store: Store, model: Model): void {
  assertEquals(store.agents().items, [...model.agents.values()]);
  for (const agent of model.agents.keys()) {
    assertEquals(store.agent(agent), model.agents.get(agent));
    const lives = [...model.lives.values()].filter((life) => life.agent === agent);
    assertEquals(store.lives(agent).items, lives);
    assertEquals(store.lastLife(agent), lives.length);
    const steps = model.steps.filter((step) => step.agent === agent);
    assertEquals(store.steps(agent).items, steps);
    for (const step of steps) assertEquals(store.step(agent, step.life, step.step), step);
    assertEquals(store.mailbox(agent), model.letters.filter(({ to }) => to === agent));
    const newest = [...new Map(steps.toReversed().map((step) => [step.genome, step])).keys()];
    assertEquals(store.lineage(agent, 1000).map(({ genome }) => genome), newest);
  }
  for (const [hash, row] of model.genomes) assertEquals(store.genome(hash), row);
  assertEquals(store.deaths().items, model.deaths.toReversed());
  for (const death of model.deaths) assertEquals(store.death(death.id), death);
  assertEquals(store.events({ limit: 1000 }), model.events);
}
