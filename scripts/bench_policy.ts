/**
 * The policy against PyTorch, side by side in one run: `deno task bench:policy`.
 *
 * Training steps at two sizes and decoding for 1, 16 and 64 rows; both engines with 1 and 2 threads, in turns;
 * a ratio is ours over PyTorch's, each at its better thread count. Then the floor of a training step:
 * its operations over what one large product reaches, and where the rest goes. Then what agents get
 * of the policy process, over HTTP, one at a time and many at once, and while it is trained. PyTorch is
 * `../shared/reference/torch_llama.py` on Debian's python3-torch; without it its columns stay empty.
 *
 * By default it takes about a minute; `--rounds 3 --seconds 9` gives steadier figures.
 *
 * Ratios of one run mean something on a noisy machine; absolute figures mean less. Where others compute
 * too, the ratio by processor time, one thread each, is the steadiest.
 */
import Table from "cli-table3";
import { Command } from "commander";
import { type Floor, measureFloor } from "./bench_policy/floor.ts";
import { fastest, interleave, medianRatio } from "./bench_policy/interleave.ts";
import { median } from "./bench_policy/median.ts";
import { type ModelName, models } from "./bench_policy/models.ts";
import { type Contender, ourDecoding, ourTraining } from "./bench_policy/ours.ts";
import { measureServing, type Serving } from "./bench_policy/serving.ts";
import { Torch } from "./bench_policy/torch.ts";

const threadCounts = [1, 2] as const;
const parts = ["training", "decoding", "floor", "serving"] as const;

/** How the benchmark runs. */
interface Options {
  /** Of each engine, thread count and size, over all rounds; decoding makes two answers a round. */
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
  /** Tokens in a second of processor time, ours over PyTorch's, with one thread each. */
  readonly cpuRatio?: number;
  /** The least and the greatest ratio of a round. */
  readonly range?: readonly [number, number];
}

interface Results {
  readonly torch: string;
  readonly rows: readonly Row[];
  readonly floors: readonly (Floor & { readonly model: ModelName; readonly threads: number })[];
  readonly servings: readonly (Serving & { readonly what: string })[];
}

type Make = (threads: number) => Contender | Promise<Contender>;

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
  const series = (engine: string) =>
    threadCounts.map((n) => (figures[`${engine} ${n}`] ?? []).map(({ perSecond }) => perSecond));
  const byCpu = (engine: string) =>
    (figures[`${engine} 1`] ?? []).map(({ perCpuSecond }) => perCpuSecond);
  const row = { model, what, ours: series("ours").map(median) };
  if (theirs === undefined) return row;
  const [a, b] = [fastest(series("ours")), fastest(series("torch"))];
  const ratios = a.map((value, round) => value / (b[round] ?? NaN));
  return {
    ...row,
    torch: series("torch").map(median),
    ratio: medianRatio(a, b),
    range: [Math.min(...ratios), Math.max(...ratios)],
    cpuRatio: medianRatio(byCpu("ours"), byCpu("torch")),
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
          engine && ((threads) => engine.training(config, threads, turn)),
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
          engine && ((threads) => engine.decoding(config, threads, shape)),
        ),
      );
    }
    for (const threads of wanted("floor") ? threadCounts : []) {
      say(`the floor, ${model}, ${threads} threads`);
      floors.push({ model, threads, ...await measureFloor(config, threads, seconds / 2) });
    }
  }
  const servings = wanted("serving") ? await measureServings(seconds, say) : [];
  const label = engine === undefined ? `left out: ${torch}` : engine.version;
  return { torch: label, rows, floors, servings };
}

/** One agent and many, without and with training; and as many requests as come by chance. */
async function measureServings(
  seconds: number,
  say: (text: string) => void,
): Promise<Results["servings"]> {
  const servings: Results["servings"][number][] = [];
  const measure = async (what: string, ...how: Parameters<typeof measureServing>) => {
    say(`serving, ${what}`);
    servings.push({ what, ...await measureServing(...how) });
    return servings.at(-1);
  };
  await measure("one agent", 1, { seconds, training: false });
  const many = await measure("64 agents", 64, { seconds, training: false });
  await measure("64 agents, training", 64, { seconds: 2 * seconds, training: true });
  // At half of what it can do, a wait is not a queue.
  const rate = (many?.responses ?? 0) / seconds / 2;
  const options = { seconds, training: false, rate };
  await measure(`by chance, ${rate.toFixed(0)} a second`, 64, options);
  await measure("the same, training", 64, { ...options, seconds: 2 * seconds, training: true });
  return servings;
}

/** What agents get. */
function servingTable(servings: Results["servings"]): string {
  const table = new Table({
    head: ["", "tokens/s", "over one agent's", "responses", "median ms", "p99 ms", "updates"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
  });
  const one = servings[0]?.tokensPerSecond ?? NaN;
  for (const { what, tokensPerSecond, responses, medianMs, p99Ms, updates } of servings) {
    const figures = [tokensPerSecond, responses, medianMs, p99Ms, updates].map(whole);
    figures.splice(1, 0, factor(tokensPerSecond / one));
    table.push([what, ...figures]);
  }
  return table.toString();
}

const whole = (value: number | undefined) => value === undefined ? "" : value.toFixed(0);
const factor = (value: number | undefined) => value === undefined ? "" : value.toFixed(2);

/** Tokens a second, both engines. */
function ratioTable(rows: readonly Row[]): string {
  const table = new Table({
    head: [
      "",
      "",
      "ours, 1 thread",
      "2",
      "PyTorch, 1 thread",
      "2",
      "ratio",
      "of rounds",
      "by CPU time",
    ],
    style: { head: [], border: [] },
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right", "right"],
  });
  for (const { model, what, ours, torch, ratio, range, cpuRatio } of rows) {
    const figures = [ours[0], ours[1], torch?.[0], torch?.[1]].map(whole);
    const spread = range?.map(factor).join("–") ?? "";
    table.push([model, what, ...figures, factor(ratio), spread, factor(cpuRatio)]);
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
    .option("--seconds <number>", "of each engine, threads and size", count, 1.5)
    .option("--rounds <number>", "in which the engines take turns", count, 1)
    .option("--prompt <number>", "tokens read before decoding", count, 32)
    .option("--tokens <number>", "tokens decoded a row", count, 32)
    .option(
      "--reference <file>",
      "PyTorch's side; without it those columns stay empty",
      "../shared/reference/torch_llama.py",
    )
    .option("--only <part>", `one of ${parts.join(", ")}`)
    .option("--json", "the figures as JSON")
    .parse(Deno.args, { from: "user" })
    .opts<Options>();
  const compares = options.only === undefined || ["training", "decoding"].includes(options.only);
  const torch = compares ? await Torch.start(options.reference) : "it is not compared here";
  const results = await measureAll(options, torch);
  if (typeof torch !== "string") await torch.close();
  if (options.json) console.log(JSON.stringify(results));
  else {
    const { rows, floors, servings } = results;
    console.log(`PyTorch ${results.torch}; load of this machine ${Deno.loadavg()[0]?.toFixed(1)}`);
    if (rows.length > 0) console.log(`\nTokens a second, medians of turns\n${ratioTable(rows)}`);
    if (floors.length > 0) console.log(`\nThe training step\n${floorTable(floors)}`);
    if (servings.length > 0) console.log(`\nAgents served\n${servingTable(servings)}`);
  }
}
