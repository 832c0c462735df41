import { type Cell, type CellLimits, defaultCellLimits, type Outcome } from "../../src/cell/mod.ts";
import { firstGenome } from "../../src/genome/mod.ts";
import { descendants, isAlive } from "./watch.ts";

/** Starts a cell in the profile under attack. */
export type Launch = (limits: CellLimits) => Promise<Cell>;

/** All that was seen of one attack. */
export interface Observation {
  /** The attacked turn. */
  readonly outcome: Outcome;
  /** A harmless turn after it, if the agent lived. */
  readonly next: Outcome | undefined;
  /** Another life in the same cell, if the cell was still of use. */
  readonly later: Outcome | undefined;
  /** Calls that reached the house, a line each. */
  readonly calls: readonly string[];
  /** What the cell said while nobody had asked, and was killed for. */
  readonly idle: string | undefined;
  /** Processes of the cell that outlived it. */
  readonly strays: readonly number[];
}

/** Longer than a cell needs to say something that nobody asked for. */
const settleMs = 60;

const laterCode = "return [3, 1, 2].sort().map((n) => n * 2).join()";

/** What the harmless turn of a later life must return. */
export const laterAnswer = "2,4,6";

/**
 * Lets an agent execute an attack as a response of its model, in a fresh cell, by the same road as
 * any other code; then sees what is left: of the agent, and of the cell for another life.
 *
 * @param launch starts the cell
 * @param code the attack, placeholders filled
 */
export async function attack(launch: Launch, code: string): Promise<Observation> {
  const cell = await launch(defaultCellLimits);
  const calls: string[] = [];
  let idle: string | undefined;
  cell.onDeath((facts) => idle = facts.protocol ?? `it ended: ${facts.exit?.code}`);
  try {
    await birth(cell, 1);
    const outcome = await tick(cell, code, calls);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const next = outcome.lived && cell.usable
      ? await tick(cell, "return 'still here'", calls)
      : undefined;
    const later = cell.usable && (await birth(cell, 2)).lived
      ? await tick(cell, laterCode, calls)
      : undefined;
    const family = [cell.pid, ...descendants(cell.pid)];
    await cell.kill();
    return { outcome, next, later, calls, idle, strays: await straysOf(family) };
  } finally {
    await cell.kill();
  }
}

/** Those that are still there some time after their cell was killed: the kernel takes a moment. */
async function straysOf(family: readonly number[]): Promise<number[]> {
  const start = performance.now();
  while (family.some(isAlive) && performance.now() - start < 500) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return family.filter(isAlive);
}

function birth(cell: Cell, life: number): ReturnType<Cell["birth"]> {
  const query = "write code";
  return cell.birth({
    agent: "attacker",
    life,
    genome: firstGenome,
    query,
    limits: defaultCellLimits,
  });
}

function tick(cell: Cell, response: string, calls: string[]): Promise<Outcome> {
  const letter = { kind: "tick", from: "supervisor", body: null } as const;
  return cell.turn({ letter, age: 1, energy: 1000, nowMs: Date.UTC(2030, 0), seed: 7 }, {
    llm(prompt) {
      calls.push(`llm ${prompt.slice(0, 100)}`);
      return Promise.resolve(response);
    },
    send(to) {
      calls.push(`send ${to}`);
      return Promise.resolve();
    },
    ask(to) {
      calls.push(`ask ${to}`);
      return Promise.resolve(null);
    },
  });
}
