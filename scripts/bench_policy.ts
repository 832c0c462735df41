/**
 * The policy against PyTorch, side by side in one run: `deno task bench:policy`.
 *
 * Training steps at two sizes and decoding for 1, 16 and 64 rows; both engines with 1 and 2 threads, in turns;
 * a ratio is ours over PyTorch's, each at its better thread count. Then the floor of a training step:
 * its operations over what one large product reaches, and where the rest goes. PyTorch is
 * `../shared/reference/torch_llama.py` on Debian's python3-torch; without it its columns stay empty.
 *
 * Ratios of one run mean something on a noisy machine; absolute figures mean less.
 */
import Table from "cli-table3";
import { Command } from "commander";
import { type Floor, measureFloor } from "./bench_policy/floor.ts";
import { fastest, interleave, median, medianRatio } from "./bench_policy/interleave.ts";
import { type ModelName, models } from "./bench_policy/models.ts";
import { type Contender, ourDecoding, ourTraining } from "./bench_policy/ours.ts";
import { findTorch, type Torch, torchDecoding, torchTraining } from "./bench_policy/torch.ts";

const threadCounts = [1, 2] as const;
const parts = ["training", "decoding", "floor"] as const;

/** How the benchmark runs. */
interface Options {
  /** Of each engine, thread count and size, over all rounds; decoding makes four answers a round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly prompt: number;
  readonly tokens: number;
  readonly reference: string;
  readonly only?: typeof parts[number];
  readonly json?: boolean;
}

/** Tokens a second of one measurement, by thread count, and what they say. */
interface Row {
  readonly model: ModelName;
  readonly what: string;
  readonly ours: readonly number[];
  /** Absent without PyTorch. */
  readonly torch?: readonly number[];
  /** Ours over PyTorch's, each at its better thread count: the median over rounds. */
  readonly ratio?: number;
  /** The least and the greatest ratio of a round. */
  readonly range?: readonly [number, number];
}

interface Results {
  readonly torch: string;
  readonly rows: readonly Row[];
  readonly floors: readonly (Floor & { readonly model: ModelName; readonly threads: number })[];
}

type Make = (threads: number) => Promise<Contender>;

/** Measures both engines at every thread count, in turns. */
async function measureRow(
  model: ModelName,
  what: string,
  rounds: number,
  ours: Make,
  theirs: Make | undefined,
): Promise<Row> {
  const contenders: Record<string, Contender> = {};
  for (const threads of threadCounts) {
    contenders[`ours ${threads}`] = await ours(threads);
    if (theirs !== undefined) contenders[`torch ${threads}`] = await theirs(threads);
  }
  const figures = await interleave(contenders, rounds);
  const series = (engine: string) => threadCounts.map((n) => figures[`${engine} ${n}`] ?? []);
  const row = { model, what, ours: series("ours").map(median) };
  if (theirs === undefined) return row;
  const [a, b] = [fastest(series("ours")), fastest(series("torch"))];
  const ratios = a.map((value, round) => value / (b[round] ?? NaN));
  return {
    ...row,
    torch: series("torch").map(median),
    ratio: medianRatio(a, b),
    range: [Math.min(...ratios), Math.max(...ratios)],
  };
}

async function measureAll(options: Options, torch: Torch | string): Promise<Results> {
  const { seconds, rounds, prompt, tokens, only } = options;
  const wanted = (part: typeof parts[number]) => only === undefined || only === part;
  const engine = typeof torch === "string" ? undefined : torch;
  const rows: Row[] = [];
  const floors: Results["floors"][number][] = [];
  const say = (text: string) => console.error(`measuring ${text}`);
  for (const [name, config] of Object.entries(models)) {
    const model = name as ModelName;
    if (wanted("training")) {
      say(`training, ${model}`);
      const turn = seconds / rounds;
      rows.push(
        await measureRow(
          model,
          "training step",
          rounds,
          (threads) => ourTraining(config, threads, turn),
          engine && ((threads) => torchTraining(engine, config, threads, turn)),
        ),
      );
    }
    for (const count of wanted("decoding") ? [1, 16, 64] : []) {
      say(`decoding, ${model}, ${count} rows`);
      const shape = { rows: count, prompt, tokens };
      rows.push(
        await measureRow(
          model,
          `decoding, ${count} ${count === 1 ? "row" : "rows"}`,
          rounds,
          (threads) => ourDecoding(config, threads, shape),
          engine && ((threads) => torchDecoding(engine, config, threads, shape)),
        ),
      );
    }
    for (const threads of wanted("floor") ? threadCounts : []) {
      say(`the floor, ${model}, ${threads} threads`);
      floors.push({ model, threads, ...await measureFloor(config, threads, seconds) });
    }
  }
  const label = engine === undefined ? `left out: ${torch}` : engine.version;
  return { torch: label, rows, floors };
}

const whole = (value: number | undefined) => value === undefined ? "" : value.toFixed(0);
const factor = (value: number | undefined) => value === undefined ? "" : value.toFixed(2);

/** Tokens a second, both engines. */
function ratioTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ["", "", "ours, 1 thread", "2", "PyTorch, 1 thread", "2", "ratio", "of rounds"],
    style: { head: [], border: [] },
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right"],
  });
  for (const { model, what, ours, torch, ratio, range } of rows) {
    const figures = [ours[0], ours[1], torch?.[0], torch?.[1]].map(whole);
    const spread = range?.map(factor).join("–") ?? "";
    table.push([model, what, ...figures, factor(ratio), spread]);
  }
  return table.toString();
}

/** Where the time of a training step goes. */
function floorTable(floors: Results["floors"]): string {
  const table = new Table({
    head: ["", ...floors.map(({ model, threads }) => `${model}, ${threads} thr.`)],
    style: { head: [], border: [] },
    colAligns: ["left", ...floors.map(() => "right" as const)],
  });
  const line = (name: string, of: (floor: Floor) => string) =>
    table.push([name, ...floors.map((floor) => of(floor))]);
  line("operations of the products, G", ({ gigaOperations }) => gigaOperations.toFixed(2));
  line("one large product, G/s", ({ gemmRate }) => gemmRate.toFixed(1));
  line("the floor, ms", ({ floorMs }) => floorMs.toFixed(1));
  line("the fastest step, ms", ({ stepMs }) => stepMs.toFixed(1));
  line("the median step, ms", ({ stepMedianMs }) => stepMedianMs.toFixed(1));
  line("the fastest step over the floor", ({ stepMs, floorMs }) => factor(stepMs / floorMs));
  line("the step's own products, G/s", ({ productRate }) => productRate.toFixed(1));
  const kinds = new Set(floors.flatMap(({ shares }) => Object.keys(shares)));
  const mean = (kind: string) =>
    floors.reduce((sum, { shares }) => sum + (shares[kind] ?? 0), 0) / floors.length;
  for (const kind of [...kinds].sort((a, b) => mean(b) - mean(a))) {
    if (mean(kind) < 0.005) continue;
    line(`% ${kind}`, ({ shares }) => (100 * (shares[kind] ?? 0)).toFixed(1));
  }
  return table.toString();
}

if (import.meta.main) {
  const count = (text: string) => {
    const value = Number(text);
    if (value > 0) return value;
    throw new RangeError(`cannot measure: a number above 0 is needed: received ${text}`);
  };
  const options = new Command("bench_policy")
    .option("--seconds <number>", "of each engine, threads and size", count, 9)
    .option("--rounds <number>", "in which the engines take turns", count, 3)
    .option("--prompt <number>", "tokens read before decoding", count, 64)
    .option("--tokens <number>", "tokens decoded a row", count, 64)
    .option("--reference <file>", "torch_llama.py", "../shared/reference/torch_llama.py")
    .option("--only <part>", `one of ${parts.join(", ")}`)
    .option("--json", "the figures as JSON")
    .parse(Deno.args, { from: "user" })
    .opts<Options>();
  const torch = await findTorch(options.reference);
  const results = await measureAll(options, torch);
  if (options.json) console.log(JSON.stringify(results));
  else {
    const { rows, floors } = results;
    console.log(`PyTorch ${results.torch}; load of this machine ${Deno.loadavg()[0]?.toFixed(1)}`);
    if (rows.length > 0) console.log(`\nTokens a second, medians of turns\n${ratioTable(rows)}`);
    if (floors.length > 0) console.log(`\nThe training step\n${floorTable(floors)}`);
  }
}
