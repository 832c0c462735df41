import { systemClock } from "../../src/core/clock.ts";
import {
  type Birth,
  type Cell,
  type CellLimits,
  defaultCellLimits,
  denoSpawner,
  launchCell,
  type LaunchOptions,
  type Lived,
  type Outcome,
  type Turn,
  type TurnPowers,
} from "../../src/cell/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";

/** What real cells are launched with. */
export const launchOptions: LaunchOptions = {
  clock: systemClock,
  spawn: denoSpawner,
  deno: Deno.execPath(),
  dist: new URL("../../workers/dist", import.meta.url).pathname,
};

/** Limits of tests whose turns end by themselves: a busy machine must not be taken for a hang. */
export const testLimits: CellLimits = { ...defaultCellLimits, stepMs: 20_000 };

/** Limits of tests in which a hang is to be found soon. */
export const shortLimits: CellLimits = { ...defaultCellLimits, stepMs: 300 };

/** Launches a real cell, to be killed when the scope ends. */
export async function realCell(
  limits: CellLimits = testLimits,
): Promise<Cell & AsyncDisposable> {
  const cell = await launchCell(launchOptions, limits);
  return Object.assign(cell, { [Symbol.asyncDispose]: () => cell.kill("the test is over") });
}

/** A birth of the first genome, or of another. */
export function birthOf(genome: Genome = firstGenome, limits: CellLimits = testLimits): Birth {
  return { agent: "ada", life: 1, genome, query: "begin", limits };
}

/** The nth turn: a tick unless a letter is given. */
export function turnOf(age = 0, letter: Turn["letter"] = tick): Turn {
  return { letter, age, energy: 100, nowMs: 1_700_000_000_000 + age, seed: age };
}

const tick: Turn["letter"] = { kind: "tick", from: "supervisor", body: null };

/** Powers of which the model answers from a list, and then says nothing more. */
export function scripted(
  ...responses: readonly string[]
): TurnPowers & { readonly prompts: readonly string[] } {
  const rest = [...responses];
  const prompts: string[] = [];
  return {
    prompts,
    llm: (prompt) => {
      prompts.push(prompt);
      const response = rest.shift();
      return response === undefined
        ? Promise.reject(new Error("the script has ended"))
        : Promise.resolve(response);
    },
    send: () => Promise.resolve(),
    ask: () => Promise.resolve(null),
  };
}

/** Powers of which the model never tires of one response. */
export function repeating(response: string): TurnPowers {
  return { ...scripted(), llm: () => Promise.resolve(response) };
}

/** Lives one tick in which the model says `response`. */
export function step(cell: Cell, response: string, age = 0): Promise<Outcome> {
  return cell.turn(turnOf(age), scripted(response));
}

/** Lives ticks, one a response; every one of them must be lived through. */
export async function live(cell: Cell, ...responses: readonly string[]): Promise<Lived> {
  let last: Outcome | undefined;
  for (const [age, response] of responses.entries()) {
    last = await step(cell, response, age);
    if (!last.lived) throw new Error(`died of ${JSON.stringify(last.facts)}`);
  }
  if (last === undefined || !last.lived) throw new Error("no responses");
  return last;
}
