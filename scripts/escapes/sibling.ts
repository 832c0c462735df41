import { type Cell, defaultCellLimits } from "../../src/cell/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import type { Launch } from "./arena.ts";

/** A second agent beside the attacked one, which goes on answering, and must answer right. */
export interface Sibling extends AsyncDisposable {
  /** What it got wrong since the last call, a line each. */
  wrongs(): string[];
}

const everyMs = 40;

/** It keeps a secret of its own and doubles what it is asked. */
function genomeWith(secret: string): Genome {
  const handle =
    `async handle(message) { return { twice: message.body * 2, kept: this.state.secret }; }`;
  return { ...firstGenome, methods: { ...firstGenome.methods, handle }, state: { secret } };
}

/** Starts the sibling and asks it again and again. */
export async function startSibling(launch: Launch, secret: string): Promise<Sibling> {
  const limits = { ...defaultCellLimits, stepMs: 10_000 };
  const cell: Cell = await launch(limits);
  await cell.birth({ agent: "sibling", life: 1, genome: genomeWith(secret), query: "", limits });
  const wrongs: string[] = [];
  cell.onDeath(() => wrongs.push("the sibling died"));
  const away = () => {
    wrongs.push("the sibling asked for what it never asks for");
    return Promise.reject(new Error("not here"));
  };
  let stopped = false;
  const asking = (async () => {
    for (let number = 1; !stopped && cell.usable; number++) {
      const outcome = await cell.turn(
        {
          letter: { kind: "ask", from: "operator", body: number },
          age: 0,
          energy: 1,
          nowMs: 0,
          seed: number,
        },
        { llm: away, send: away, ask: away },
      );
      const answer = outcome.lived ? JSON.stringify(outcome.returned) : "death";
      const right = JSON.stringify({ twice: number * 2, kept: secret });
      if (answer !== right && !stopped) wrongs.push(`the sibling answered ${answer.slice(0, 200)}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    wrongs: () => wrongs.splice(0),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await asking;
      await cell.kill();
    },
  };
}
