/**
 * What the house itself costs, without a model: `deno task bench`, a table; `--json`, JSON.
 *
 * Real cells in the default profile, a real file, durable as a house is by default: a step is committed
 * before anyone hears of it, with `synchronous = NORMAL`, which outlives kill -9 and not the loss of
 * power. Compare figures of one run only: machines are noisy.
 */
import { Command } from "commander";
import { profiles } from "../../src/cell/mod.ts";
import { type CellCost, measureCells } from "./house/cells.ts";
import type { Spread } from "./house/figures.ts";
import { type Growth, measureGrowth } from "./house/growth.ts";
import { type Living, measureLiving } from "./house/living.ts";
import { measureRebirth, type Rebirth, rebirthKinds } from "./house/rebirth.ts";

interface Options {
  readonly agents: string;
  readonly seconds: string;
  readonly stored: string;
  readonly deaths: string;
  readonly cells: string;
  readonly json?: boolean;
}

const options = new Command("bench")
  .description("What cells and a house cost without a model.")
  .option("--agents <list>", "how many agents live at once; none: empty", "1,16,64,256")
  .option("--seconds <n>", "how long each number of agents is measured", "8")
  .option("--deaths <list>", "soft and hard deaths", "200,40")
  .option("--cells <list>", "cells started for each figure, and idle ones at once", "30,100")
  .option("--stored <list>", "stored steps at which a step is measured", "1000,100000,1000000")
  .option("--json", "as JSON")
  .parse(Deno.args, { from: "user" }).opts<Options>();
const numbers = (list: string): number[] => list.split(",").filter(Boolean).map(Number);

/** Says on the terminal what is under way; the table itself comes where it is piped to. */
const note = (line: string): void => console.error(line);

const costs: CellCost[] = [];
const [starts = 0, idle = 0] = numbers(options.cells);
for (const profile of starts === 0 ? [] : profiles) {
  note(`${starts} ${profile} cells …`);
  costs.push(await measureCells(profile, starts, idle));
}
const living: Living[] = [];
for (const agents of numbers(options.agents)) {
  note(`${agents} agents …`);
  living.push(await measureLiving(agents, Number(options.seconds)));
}
const rebirths: Rebirth[] = [];
const [soft = 0, hard = 0] = numbers(options.deaths);
for (const kind of rebirthKinds) {
  const deaths = kind === "soft" ? soft : hard;
  if (deaths === 0) continue;
  note(`${deaths} ${kind} deaths …`);
  rebirths.push(await measureRebirth(kind, deaths));
}
const stored = numbers(options.stored);
if (stored.length > 0) note(`a ledger of up to ${stored.at(-1)} steps …`);
const growth: readonly Growth[] = stored.length === 0 ? [] : measureGrowth(stored);

if (options.json) console.log(JSON.stringify({ costs, living, rebirths, growth }, null, 2));
else {
  for (const [title, rows] of tables()) console.log(`${title}\n\n${aligned(rows)}\n`);
}

/** A title, and rows of which the first names the columns. */
type Table = readonly [string, readonly (readonly string[])[]];

function tables(): readonly Table[] {
  const cost: Table = [
    `A cell alone (ms: p50 / p99; PSS of ${idle} idle ones: all of a cell; floor: an empty Deno)`,
    [
      [
        "profile",
        "ready",
        "from the pool",
        "turn",
        "over the deadline",
        "killed",
        "idle",
        "floor: ready",
        "floor: idle",
      ],
      ...costs.map((each) => [
        each.profile,
        pair(each.readyMs),
        pair(each.handOverMs),
        pair(each.turnMs),
        pair(each.overdueMs),
        pair(each.reapedMs),
        each.idle === null ? "" : `${each.idle.mb} MB`,
        pair(each.floor.readyMs),
        each.floor.idleMb === null ? "" : `${each.floor.idleMb} MB`,
      ]),
    ],
  ];
  const lived: Table = ["Agents that live (ms: p50 / p99; PSS: all of a cell)", [
    [
      "agents",
      "steps/s",
      "step",
      "outside cell",
      "house cpu",
      "cells cpu",
      "deaths",
      "bytes",
      "idle",
      "fit",
    ],
    ...living.map((each) => [
      `${each.agents}`,
      `${each.stepsPerSecond}`,
      pair(each.stepMs),
      pair(each.outsideMs),
      `${each.houseCpuMs} ms`,
      each.cellsCpuMs === null ? "–" : `${each.cellsCpuMs} ms`,
      `${each.deaths}`,
      `${each.bytesPerStep}`,
      `${each.idleMb} MB`,
      `~${each.fit} (extrapolated)`,
    ]),
  ]];
  const reborn: Table = ["From the fault on, backoff excluded (ms: p50 / p99)", [
    ["death", "of them", "next life", "its first step"],
    ...rebirths.map(({ kind, deaths, bornMs, steppedMs }) => [
      kind,
      `${deaths}`,
      pair(bornMs),
      pair(steppedMs),
    ]),
  ]];
  const grown: Table = ["The ledger as it grows (ms: p50 / p99)", [
    ["steps stored", "a step's commit", "bytes a step"],
    ...growth.map(({ stored, commitMs, bytesPerStep }) => [
      `${stored}`,
      pair(commitMs),
      `${bytesPerStep}`,
    ]),
  ]];
  return [cost, lived, reborn, grown].filter(([, rows]) => rows.length > 1);
}

function pair({ p50, p99 }: Spread): string {
  return `${p50} / ${p99}`;
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join("  ").trimEnd()
  )
    .join("\n");
}
