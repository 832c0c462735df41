/**
 * One training step of the policy's model, in numbers that can be laid beside PyTorch's: takes the
 * arguments of `torch_llama.py step` and prints the same JSON.
 *
 *     deno run -A scripts/policy_step.ts --config C.json --weights W.safetensors --batch B.json --adam
 *
 * C.json has the names of Hugging Face's LlamaConfig; W is left out for the weights that the reference
 * would draw from `--seed`; B.json is {"ids": [[...]], "w": [[...]]}, and the loss is −Σ w[b][t] · log
 * p(ids[b][t + 1]). `after_adam` is after one step with learning rate 3e-4, betas 0.9 and 0.95, epsilon 1e-8, the
 * gradient clipped at norm 1.
 */
import { Command } from "commander";
import { z } from "zod";
import {
  type LlamaConfig,
  LlamaTrainer,
  loadSafetensors,
  parameterLayout,
  parseConfig,
  type PretrainBatch,
  type StepMetrics,
} from "../src/policy/llama/mod.ts";
import { torchInit } from "./policy_step/torch_init.ts";

/** Two figures by which a tensor is known. */
export interface TensorSummary {
  /** √Σx² */
  readonly norm: number;
  /** Σx */
  readonly sum: number;
}

/** What the reference prints, under its names. */
export interface StepReport {
  readonly parameters: number;
  readonly loss: number;
  /** Before clipping. */
  readonly grad_norm: number;
  readonly grads: Readonly<Record<string, TensorSummary>>;
  /** logp[b][t] is that of ids[b][t + 1]. */
  readonly logp: readonly (readonly number[])[];
  readonly after_adam?: Readonly<Record<string, TensorSummary>>;
}

/** One step, every number of it. */
export interface Step extends Pick<StepMetrics, "loss" | "lp"> {
  /** As the parameters lie (see `parameterLayout`). */
  readonly gradient: Float32Array;
  /** The parameters after one step of Adam. */
  readonly after: Float32Array;
}

const batchSchema = z.object({
  ids: z.array(z.array(z.number().int().nonnegative()).min(2)).min(1),
  w: z.array(z.array(z.number())),
});

/**
 * A batch in the reference's form.
 *
 * @throws {z.ZodError} if it is of another form
 * @throws {RangeError} if its rows are not equally long, or an id is not of the vocabulary
 */
export function parseBatch(config: LlamaConfig, json: unknown): PretrainBatch {
  const { ids, w } = batchSchema.parse(json);
  const [batchSize, length] = [ids.length, ids[0]!.length - 1];
  const refuse = (must: string): never => {
    throw new RangeError(`cannot use the batch: ${must}`);
  };
  if (ids.some((row) => row.length !== length + 1)) {
    refuse("the rows of 'ids' must be equally long");
  }
  if (w.length !== batchSize || w.some((row) => row.length !== length)) {
    refuse(`'w' must be ${batchSize} rows of ${length}`);
  }
  const strange = ids.flat().find((id) => id >= config.vocab_size);
  if (strange !== undefined) refuse(`ids must be below ${config.vocab_size}: received ${strange}`);
  return {
    ids: Int32Array.from(ids.flat()),
    weights: Float32Array.from(w.flat()),
    batchSize,
    length,
  };
}

/** Makes one step by the trainer, from weights that are left as they are. */
export async function policyStep(
  config: LlamaConfig,
  parameters: Float32Array,
  batch: PretrainBatch,
  threads = 1,
): Promise<Step> {
  const stepOf = async (beta1: number, maxGradNorm: number) => {
    const trainer = await LlamaTrainer.create(config, parameters, {
      learningRate: 3e-4,
      beta1,
      beta2: 0.95,
      epsilon: 1e-8,
      maxGradNorm,
      threads,
    });
    const metrics = await trainer.pretrainStep(batch);
    const state = trainer.state();
    await trainer.dispose();
    return { metrics, state };
  };
  // Without memory and without clipping, Adam's first moment is the gradient.
  const bare = await stepOf(0, Infinity);
  const adam = await stepOf(0.9, 1);
  const { loss, lp } = bare.metrics;
  return { loss, lp, gradient: bare.state.m, after: adam.state.parameters };
}

/** A step as the reference prints it. */
export function report(
  config: LlamaConfig,
  { batchSize, length }: PretrainBatch,
  { loss, lp, gradient, after }: Step,
  { adam = false }: { readonly adam?: boolean } = {},
): StepReport {
  const layout = parameterLayout(config);
  const summaries = (vector: Float32Array): Record<string, TensorSummary> =>
    Object.fromEntries(
      layout.map((view) => [
        view.name,
        summary(vector.subarray(view.offset, view.offset + view.length)),
      ]),
    );
  return {
    parameters: gradient.length,
    loss,
    grad_norm: summary(gradient).norm,
    grads: summaries(gradient),
    logp: Array.from(
      { length: batchSize },
      (_, row) => [...lp.subarray(row * length, (row + 1) * length)],
    ),
    ...(adam ? { after_adam: summaries(after) } : {}),
  };
}

function summary(values: Float32Array): TensorSummary {
  let [squares, sum] = [0, 0];
  for (const value of values) {
    squares += value * value;
    sum += value;
  }
  return { norm: Math.sqrt(squares), sum };
}

if (import.meta.main) {
  const options = new Command("policy_step")
    .argument("[mode]", "`step`, as the reference has it, or nothing", "step")
    .requiredOption("--config <file>", "the model's dimensions, config.json")
    .option("--weights <file>", "safetensors; left out: what the reference draws from --seed")
    .requiredOption("--batch <file>", "ids and weights")
    .option("--out <file>", "where to write; left out: the standard output")
    .option("--adam", "also make one step of Adam")
    .option("--seed <number>", "of the weights", Number, 0)
    .option("--threads <number>", "within an operator", Number, 2)
    .action((mode: string, _options, command: Command) => {
      if (mode !== "step") command.error(`error: only 'step' is to be had here, not '${mode}'`);
    })
    .parse(Deno.args, { from: "user" })
    .opts<{
      config: string;
      weights?: string;
      batch: string;
      out?: string;
      adam?: boolean;
      seed: number;
      threads: number;
    }>();
  const json = async (file: string): Promise<unknown> => JSON.parse(await Deno.readTextFile(file));
  const config = parseConfig(await json(options.config));
  const batch = parseBatch(config, await json(options.batch));
  const parameters = options.weights === undefined
    ? torchInit(config, options.seed)
    : loadSafetensors(config, await Deno.readFile(options.weights));
  const step = await policyStep(config, parameters, batch, options.threads);
  const text = JSON.stringify(report(config, batch, step, { adam: options.adam ?? false }));
  if (options.out === undefined) console.log(text);
  else await Deno.writeTextFile(options.out, text);
}
