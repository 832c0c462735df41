import { messageOf } from "../../src/core/errors.ts";
import type { Random } from "../../src/core/random.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import type { OpenHouse } from "../../src/house/mod.ts";

/** What an honest agent's model says at each step: it computes, and edits the state. */
export const honestCode = `
const words = ["a", "cell", "is", "a", "house", "for", "one"];
const lengths = new Map();
for (const word of words) lengths.set(word, (lengths.get(word) ?? 0) + word.length);
this.state.steps = (this.state.steps ?? 0) + 1;
return { steps: this.state.steps, sum: [...lengths.values()].reduce((a, b) => a + b, 0) };`;

/** Letters of its words. */
const sum = 19;
const patienceMs = 30_000;

/** It steps when it is asked, and does not hear what strangers write to it. */
const genome: Genome = {
  ...firstGenome,
  methods: {
    ...firstGenome.methods,
    handle:
      "async handle(message) {\n  if (message.kind === 'ask' && message.from === 'operator') return await this.step();\n}",
  },
};

/** How long one step of an honest agent took. */
export interface Taken {
  /** When it was asked, by this process's clock. */
  readonly atMs: number;
  /** From the question to the answer. */
  readonly answerMs: number;
  /** From the turn's frame to its outcome, as the ledger has it. */
  readonly stepMs: number;
}

/** Agents that step at a steady pace, and must always be right. */
export interface Honest extends AsyncDisposable {
  readonly taken: readonly Taken[];
  /** What went wrong so far, a line each. */
  readonly wrongs: readonly string[];
}

/** Starts agents that do honest work, each a step about every so often. */
export function startHonest(
  house: OpenHouse,
  names: readonly string[],
  everyMs: number,
  random: Random,
): Honest {
  const taken: Taken[] = [];
  const wrongs: string[] = [];
  const mine = new Set(names);
  const elapsed = new Map<string, number>();
  const unsubscribe = house.subscribe(({ kind, agent, life, step, data }) => {
    if (agent === undefined || !mine.has(agent)) return;
    if (kind === "life.died") {
      const death = house.store.deaths({ agent, limit: 1 }).items[0];
      wrongs.push(`${agent} died: ${data["message"]} ${JSON.stringify(death?.evidence)}`);
    }
    if (kind !== "step.committed") return;
    const usage = house.store.step(agent, life ?? 0, step ?? 0)?.usage as { elapsedMs: number };
    elapsed.set(agent, usage.elapsedMs);
  });
  let stopped = false;
  const work = async (name: string): Promise<void> => {
    await pause(everyMs * random.next());
    for (let steps = 1; !stopped; steps++) {
      const atMs = performance.now();
      const answer = await house.supervisor.ask(name, null, { timeoutMs: patienceMs })
        .then(JSON.stringify, messageOf);
      const answerMs = performance.now() - atMs;
      taken.push({ atMs, answerMs, stepMs: elapsed.get(name) ?? NaN });
      if (answer !== JSON.stringify({ steps, sum })) {
        wrongs.push(`${name} answered ${answer.slice(0, 200)} at step ${steps}`);
        return;
      }
      // Jitter, or all of them would go on stepping together for ever.
      await pause(everyMs * (0.5 + random.next()));
    }
  };
  const spec = { firstQuery: "work", genome, ticking: false, horizon: 100_000 };
  for (const name of names) house.supervisor.spawn({ name, ...spec });
  const working = Promise.all(names.map(work));
  return {
    taken,
    wrongs,
    async [Symbol.asyncDispose]() {
      stopped = true;
      await working;
      unsubscribe();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
