import { systemClock } from "../../src/core/clock.ts";
import { denoSpawner, launchCell } from "../../src/cell/mod.ts";
import {
  type Layers,
  processorMsInside,
  type Profile,
  residentBytesInside,
  sandboxedSpawner,
} from "../../src/cell/sandbox/mod.ts";
import { attack, type Launch } from "./arena.ts";
import { setOutCanaries } from "./canaries.ts";
import type { Attack, Explanations } from "./corpus.ts";
import { judge, type Verdict } from "./judge.ts";
import { launchNaked } from "./naked.ts";
import { startSibling } from "./sibling.ts";
import { watchStalls } from "./watch.ts";

/** One attack and what it came to. */
export interface Row extends Verdict {
  readonly id: string;
  readonly category: string;
  readonly wanted: string;
  readonly stallMs: number;
  readonly elapsedMs: number;
}

/** What to run. */
export interface RunOptions {
  readonly attacks: readonly Attack[];
  readonly explanations: Explanations;
  readonly profile: Profile;
  readonly layers: Layers;
  /** Folder of the built cell. */
  readonly dist: string;
  /** Attack a plain Worker in place of the real cell's inside. @default false */
  readonly naked?: boolean;
}

/** Whether a cell sees its files by the names that the sandbox gives them. */
function cellModule({ profile, layers, dist }: RunOptions): string {
  return layers.bubblewrap.on && profile !== "portable" ? "/cell/cell.js" : `${dist}/cell.js`;
}

function launcher({ profile, layers, dist }: RunOptions): Launch {
  const files = ["cell.js", "agent.js", "import_map.json"].map((name) => `${dist}/${name}`);
  return (limits) => {
    const spawn = sandboxedSpawner(denoSpawner, { layers, profile, files, limits });
    const inside = { residentBytes: residentBytesInside, processorMs: processorMsInside };
    const machine = { clock: systemClock, spawn, ...inside };
    return launchCell({ ...machine, deno: Deno.execPath(), dist }, limits);
  };
}

function nakedLauncher({ profile, layers }: RunOptions): Launch {
  return (limits) =>
    launchNaked(
      (spawn, files) => sandboxedSpawner(spawn, { layers, profile, files, limits }),
      limits,
    );
}

/**
 * Runs attacks one after another, each in a fresh cell, beside one sibling, among canaries.
 *
 * @param options what to run, and how
 * @returns a row an attack, as they end
 */
export async function* runAttacks(options: RunOptions): AsyncGenerator<Row, void, void> {
  const launch = launcher(options);
  const launchAttacked = options.naked === true ? nakedLauncher(options) : launch;
  await using canaries = await setOutCanaries(cellModule(options));
  await using sibling = await startSibling(launch, `kept-${crypto.randomUUID()}`);
  using stalls = watchStalls();
  for (const row of options.attacks) {
    await canaries.touched();
    stalls.read();
    const start = performance.now();
    const code = canaries.fill(row.code);
    const seen = await attack(launchAttacked, code);
    const stallMs = stalls.read();
    const outside = {
      stallMs,
      touched: await canaries.touched(),
      siblingWrongs: sibling.wrongs(),
      secret: canaries.secret,
    };
    yield {
      id: row.id,
      category: row.category,
      wanted: [row.expected, ...row.accept].join(" or "),
      stallMs,
      elapsedMs: Math.round(performance.now() - start),
      ...judge(row, code, seen, outside, options.explanations),
    };
  }
}
