import {
  type Cell,
  type CellLimits,
  defaultCellLimits,
  type Layers,
  type Profile,
  sandboxedSpawner,
} from "../../src/cell/mod.ts";
import { type Cells, openHouse, sandboxedCells } from "../../src/house/mod.ts";
import { attack, scriptFor } from "./arena.ts";
import { setOutCanaries } from "./canaries.ts";
import type { Attack, Explanations } from "./corpus.ts";
import { judge, type Verdict } from "./judge.ts";
import { launchNaked } from "./naked.ts";
import { siblingMemoryMb, startSibling } from "./sibling.ts";
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
  /** Told how long each answer of the sibling took, at the end. */
  readonly onSibling?: (answersMs: readonly number[]) => void;
}

const { stepMs } = defaultCellLimits;
/** On a busy machine an attack must have the time to do its worst before the deadline. */
const slowStepMs = 4 * stepMs;

/** Whether a cell sees its files by the names that the sandbox gives them. */
export function cellModule(
  { profile, layers, dist }: Pick<RunOptions, "profile" | "layers" | "dist">,
): string {
  return layers.bubblewrap.on && profile !== "portable" ? "/cell/cell.js" : `${dist}/cell.js`;
}

async function cellsFor({ profile, layers, dist, naked }: RunOptions): Promise<Cells> {
  const cells = await sandboxedCells(profile, false, { layers, dist });
  if (naked !== true) return cells;
  const launch = (limits: CellLimits): Promise<Cell> =>
    launchNaked(
      (spawn, files) => sandboxedSpawner(spawn, { layers, profile, files, limits }),
      limits,
    );
  // The sibling stays what it is.
  const isSibling = ({ memoryMb }: CellLimits): boolean => memoryMb === siblingMemoryMb;
  return {
    ...cells,
    launch: (limits) => isSibling(limits) ? cells.launch(limits) : launch(limits),
  };
}

/**
 * Runs attacks one after another, each by an agent of its own in one real house, beside a sibling,
 * among canaries.
 *
 * @param options what to run, and how
 * @returns a row an attack, as they end
 */
export async function* runAttacks(options: RunOptions): AsyncGenerator<Row, void, void> {
  const cells = await cellsFor(options);
  const cell = cellModule(options);
  await using canaries = await setOutCanaries(cell);
  const home = await Deno.makeTempDir({ prefix: "escapes-" });
  const troubles: string[] = [];
  try {
    const runs = options.attacks.map((row) => ({
      row,
      agent: `a-${row.id}`,
      code: canaries.fill(row.code),
    }));
    const llm = `scripted:${home}/script.jsonl`;
    const script = runs.map(({ agent, code }) => scriptFor(agent, code)).join("");
    await Deno.writeTextFile(`${home}/script.jsonl`, script);
    const codes = new Map(runs.map(({ agent, code }) => [agent, code]));
    const house = await openHouse({
      db: `${home}/house.db`,
      llm,
      names: [],
      warmCells: 1,
      onTrouble: (line) => troubles.push(line),
    }, { cells });
    try {
      house.begin();
      await using sibling = startSibling(house, `kept-${crypto.randomUUID()}`);
      using stalls = watchStalls();
      for (const { row, agent } of runs) {
        await canaries.touched();
        stalls.read();
        const start = performance.now();
        const seen = await attack(
          house,
          agent,
          row.category === "cpu-liveness" ? stepMs : slowStepMs,
        );
        const stallMs = stalls.read();
        const outside = {
          touched: [...await canaries.touched(), ...troubles.splice(0)],
          siblingWrongs: sibling.wrongs(),
          // A letter may be handled when the attack after its sender's is under way.
          letters: sibling.letters().filter(({ from }) => !codes.get(from)?.includes(".send(")),
          secret: canaries.secret,
        };
        yield {
          id: row.id,
          category: row.category,
          wanted: [row.expected, ...row.accept].join(" or "),
          stallMs,
          elapsedMs: Math.round(performance.now() - start),
          ...judge(row, seen, outside, options.explanations),
        };
      }
      options.onSibling?.(sibling.answersMs);
    } finally {
      await house.stop();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
