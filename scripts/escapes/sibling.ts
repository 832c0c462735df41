import { messageOf } from "../../src/core/errors.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import type { OpenHouse } from "../../src/house/mod.ts";
import type { Stray } from "./judge.ts";

/** A second agent beside the attacked one, which goes on answering, and must answer right. */
export interface Sibling extends AsyncDisposable {
  /** What it got wrong since the last call, a line each. */
  wrongs(): string[];
  /** Letters that it had from others than the operator, since the last call. */
  letters(): Stray[];
  /** How long each of its answers took so far, in milliseconds. */
  readonly answersMs: readonly number[];
}

/** Its limit of memory, by which its cell is told from the attacked ones: they are never exchanged. */
export const siblingMemoryMb = 384;

const name = "sibling";
const everyMs = 40;
const patienceMs = 10_000;

/** It keeps a secret of its own and doubles what it is asked. */
function genomeWith(secret: string): Genome {
  const handle =
    `async handle(message) { return { twice: message.body * 2, kept: this.state.secret }; }`;
  return { ...firstGenome, methods: { ...firstGenome.methods, handle }, state: { secret } };
}

/** Starts the sibling in a house and asks it again and again. */
export function startSibling(house: OpenHouse, secret: string): Sibling {
  const limits = { stepMs: patienceMs, memoryMb: siblingMemoryMb };
  const genome = genomeWith(secret);
  house.supervisor.spawn({ name, firstQuery: "", genome, limits, ticking: false });
  const wrongs: string[] = [];
  const letters: Stray[] = [];
  const answersMs: number[] = [];
  const unsubscribe = house.subscribe(({ kind, agent, life, step }) => {
    if (agent !== name) return;
    if (kind === "life.died") wrongs.push("the sibling died");
    if (kind !== "step.committed") return;
    const letter = house.store.step(name, life ?? 0, step ?? 0)?.letter as Stray | undefined;
    if (letter !== undefined && letter.from !== "operator") letters.push(letter);
  });
  let stopped = false;
  const asking = (async () => {
    for (let number = 1; !stopped; number++) {
      const start = performance.now();
      const answer = await house.supervisor.ask(name, number, { timeoutMs: patienceMs })
        .then(JSON.stringify, messageOf);
      answersMs.push(performance.now() - start);
      const right = JSON.stringify({ twice: number * 2, kept: secret });
      if (answer !== right && !stopped) wrongs.push(`the sibling answered ${answer.slice(0, 200)}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    answersMs,
    wrongs: () => wrongs.splice(0),
    letters: () => letters.splice(0),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await asking;
      unsubscribe();
    },
  };
}
