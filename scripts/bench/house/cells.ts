import {
  type Cell,
  type CellLimits,
  createCellPool,
  defaultCellLimits,
  type Profile,
  rehearse,
  type Turn,
  type TurnPowers,
} from "../../../src/cell/mod.ts";
import { firstGenome } from "../../../src/genome/mod.ts";
import { type Cells, sandboxedCells } from "../../../src/house/cells.ts";
import { writeEmptyCell } from "./empty_cell.ts";
import { rounded, type Spread, spread } from "./figures.ts";
import { descendants, pssBytes, restMs } from "./processes.ts";

/** What a cell of one profile costs, in milliseconds. */
export interface CellCost {
  readonly profile: Profile;
  readonly starts: number;
  /** From the launch of its process to its ready frame, nothing else being done. */
  readonly readyMs: Spread;
  /** A cell that was kept ready, from being asked for until a life is born in it. */
  readonly handOverMs: Spread;
  /** A turn whose response is `return 1;`: from its frame to its outcome. */
  readonly turnMs: Spread;
  /** From a step's deadline until its outcome is known, the process dead and reaped. */
  readonly overdueMs: Spread;
  /** SIGKILL of an idle cell, until it is reaped. */
  readonly reapedMs: Spread;
  /** Memory of an idle cell with a life in it, after `restMs`: all its processes, among so many; PSS. */
  readonly idle: { readonly cells: number; readonly mb: number } | null;
  /** The same of an empty Deno with an empty Worker, under the same flags and layers. */
  readonly floor: { readonly readyMs: Spread; readonly idleMb: number | null };
}

const turn: Turn = {
  letter: { kind: "tick", from: "supervisor", body: null },
  age: 0,
  energy: 1,
  nowMs: 0,
  seed: 1,
};
const importMap = new URL("../../../workers/dist/import_map.json", import.meta.url);
const turns = 300;
const warmUp = 50;
/** Long enough that the turn's honest part is over, and the loop is what is stopped. */
const stepMs = 300;

/**
 * Starts, uses and kills cells, one at a time.
 *
 * @param profile how hard they are locked
 * @param starts how many cells for each figure
 * @param idle how many live at once to have their memory measured; none: not measured
 */
export async function measureCells(
  profile: Profile,
  starts: number,
  idle: number,
): Promise<CellCost> {
  const cells = await sandboxedCells(profile, false);
  const limits = profile === "portable" ? defaultCellLimits : { ...defaultCellLimits, profile };
  const { readyMs, reapedMs } = await startsOf(cells, limits, starts);
  const overdueMs: number[] = [];
  for (let count = 0; count < starts; count++) overdueMs.push(await overdue(cells, limits));
  return {
    profile,
    starts,
    readyMs: spread(readyMs),
    handOverMs: spread(await handOvers(cells, limits, starts)),
    turnMs: spread(await turnsOf(cells, limits)),
    overdueMs: spread(overdueMs),
    reapedMs: spread(reapedMs),
    idle: idle === 0 ? null : {
      cells: idle,
      mb: await idleMb(async () => await born(await cells.launch(limits), limits), idle),
    },
    floor: await floorOf(profile, limits, starts, idle),
  };
}

async function startsOf(
  cells: Cells,
  limits: CellLimits,
  count: number,
): Promise<{ readonly readyMs: readonly number[]; readonly reapedMs: readonly number[] }> {
  // The first start reads the files of all others.
  await (await cells.launch(limits)).kill("it is done with");
  const readyMs: number[] = [];
  const reapedMs: number[] = [];
  while (readyMs.length < count) {
    const [cell, ready] = await timed(() => cells.launch(limits));
    readyMs.push(ready);
    const [, reaped] = await timed(() => cell.kill("it is done with"));
    reapedMs.push(reaped);
  }
  return { readyMs, reapedMs };
}

async function floorOf(
  profile: Profile,
  limits: CellLimits,
  starts: number,
  idle: number,
): Promise<CellCost["floor"]> {
  const dist = writeEmptyCell(importMap);
  try {
    const cells = await sandboxedCells(profile, false, { dist });
    const { readyMs } = await startsOf(cells, limits, starts);
    return {
      readyMs: spread(readyMs),
      idleMb: idle === 0 ? null : await idleMb(() => cells.launch(limits), idle),
    };
  } finally {
    Deno.removeSync(dist, { recursive: true });
  }
}

async function handOvers(cells: Cells, limits: CellLimits, count: number): Promise<number[]> {
  let launched = Promise.withResolvers<void>();
  const pool = createCellPool({
    limits,
    launch: cells.launch,
    refillAfterMs: 50,
    rehearse: async (cell) => {
      await rehearse(cell, limits);
      // After the pool has it.
      setTimeout(launched.resolve, 0);
    },
  });
  const times: number[] = [];
  while (times.length < count) {
    await launched.promise;
    launched = Promise.withResolvers();
    const [cell, ms] = await timed(async () => await born(await pool.take(limits), limits));
    times.push(ms);
    await cell.kill("it is done with");
  }
  await pool.close();
  return times;
}

async function turnsOf(cells: Cells, limits: CellLimits): Promise<number[]> {
  const cell = await born(await cells.launch(limits), limits);
  const times: number[] = [];
  for (let count = 0; count < turns + warmUp; count++) {
    const [outcome, ms] = await timed(() => cell.turn(turn, saying("return 1;")));
    if (!outcome.lived) throw new Error("a turn that does nothing was not lived through");
    if (count >= warmUp) times.push(ms);
  }
  await cell.kill("it is done with");
  return times;
}

async function overdue(cells: Cells, limits: CellLimits): Promise<number> {
  const cell = await born(await cells.launch(limits), { ...limits, stepMs });
  const [outcome] = await timed(() => cell.turn(turn, saying("while (true) {}")));
  if (outcome.lived) throw new Error("an endless loop was lived through");
  return outcome.usage.busyMs - stepMs;
}

async function idleMb(start: () => Promise<Cell>, count: number): Promise<number> {
  const living: Cell[] = [];
  while (living.length < count) living.push(await start());
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const bytes = living.flatMap(({ pid }) => [pid, ...descendants(pid)])
    .reduce((sum, pid) => sum + pssBytes(pid), 0);
  await Promise.all(living.map((cell) => cell.kill("it is done with")));
  return rounded(bytes / count / 2 ** 20);
}

async function born(cell: Cell, limits: CellLimits): Promise<Cell> {
  const outcome = await cell.birth({
    agent: "ada",
    life: 1,
    genome: firstGenome,
    query: "",
    limits,
  });
  if (!outcome.lived) throw new Error("the first genome cannot live");
  return cell;
}

function saying(response: string): TurnPowers {
  return {
    llm: () => Promise.resolve(response),
    send: () => Promise.resolve(),
    ask: () => Promise.resolve(null),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = performance.now();
  const value = await work();
  return [value, performance.now() - before];
}
