import process from "node:process";
import { rounded, type Spread, spread } from "./figures.ts";
import { availableBytes, descendants, processorMs, pssBytes, restMs } from "./processes.ts";
import { temporaryHouse } from "./temporary_house.ts";

/** What was measured of a number of agents that live. */
export interface Living {
  readonly agents: number;
  readonly stepsPerSecond: number;
  /** From one committed step of an agent to its next, handler and pipe included. */
  readonly stepMs: Spread;
  /** The part of it outside of the cell's turn: taking the letter, the ledger, telling. */
  readonly outsideMs: Spread;
  /** Processor time of a step in the house's own process, and in all cells together. */
  readonly houseCpuMs: number;
  /** Null where a cell ended meanwhile: what it had used is not known any more. */
  readonly cellsCpuMs: number | null;
  /** Lives that ended while it was measured; a machine with too little for so many makes them. */
  readonly deaths: number;
  /** Growth of the file, its log included. */
  readonly bytesPerStep: number;
  /** An agent that does nothing: all processes of its cell. */
  readonly idleMb: number;
  /** Extrapolated: how many such would fit into what memory was free before. */
  readonly fit: number;
}

/** How long agents live before they are measured: the code is warm then. */
const warmUpMs = 2000;

/**
 * Lets agents step as fast as they can, then rest.
 *
 * @param agents how many
 * @param seconds how long it measures
 */
export async function measureLiving(agents: number, seconds: number): Promise<Living> {
  const free = availableBytes();
  const gaps: number[] = [];
  const outside: number[] = [];
  const last = new Map<string, number>();
  let steps = 0;
  let deaths = 0;
  let measuring = false;
  await using living = await temporaryHouse({
    agents,
    respond: () => "return 1;",
    onEvent({ kind, agent = "", data }) {
      if (kind === "life.died" && measuring) deaths++;
      if (kind !== "step.committed") return;
      const now = performance.now();
      const before = last.get(agent);
      last.set(agent, now);
      if (!measuring || before === undefined) return;
      steps++;
      gaps.push(now - before);
      outside.push(now - before - Number(data["elapsedMs"]));
    },
  });
  const { house, db, names } = living;
  while (last.size < agents) await pause(50);
  await pause(warmUpMs);
  const cells = (): readonly number[] => descendants(Deno.pid);
  const cpu = (): number => cells().reduce((sum, pid) => sum + processorMs(pid), 0);
  const size = (): number => fileBytes(db) + fileBytes(`${db}-wal`);
  const before = { atMs: performance.now(), house: process.cpuUsage(), cells: cpu(), size: size() };
  measuring = true;
  await pause(seconds * 1000);
  measuring = false;
  const elapsedMs = performance.now() - before.atMs;
  const { user, system } = process.cpuUsage(before.house);
  const cellsMs = cpu() - before.cells;
  const grown = size() - before.size;
  for (const name of names) house.supervisor.pause(name);
  await pause(restMs);
  const warm = 2;
  // The cells kept ready are cells too.
  const idle = cells().reduce((sum, pid) => sum + pssBytes(pid), 0) / (agents + warm);
  return {
    agents,
    stepsPerSecond: Math.round(1000 * steps / elapsedMs),
    stepMs: spread(gaps),
    outsideMs: spread(outside),
    houseCpuMs: rounded((user + system) / 1000 / steps),
    cellsCpuMs: deaths > 0 || cellsMs < 0 ? null : rounded(cellsMs / steps),
    deaths,
    bytesPerStep: Math.round(grown / steps),
    idleMb: rounded(idle / 2 ** 20),
    fit: Math.floor(free / idle),
  };
}

function fileBytes(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
