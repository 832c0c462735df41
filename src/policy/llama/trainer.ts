import { OnnxSession, ResidentState, type SessionOptions, type Tensor } from "../../onnx/mod.ts";
import {
  checkLengths,
  grid,
  plain,
  type PretrainBatch,
  type ReinforceBatch,
  type Sequences,
  type StepMetrics,
  tokens,
} from "./batches.ts";
import type { LlamaConfig } from "./config.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { checkParameters } from "./parameters.ts";
import { logProbabilityGraph, type LossHead, trainingGraph } from "./training_graph.ts";

/** How a trainer runs. */
export interface TrainerOptions extends OptimizerOptions, Pick<SessionOptions, "threads"> {
  /** Adam's step size, unless a batch names another. @default 3e-4 */
  readonly learningRate?: number;
}

/** All that training needs to go on: three vectors of as many elements as there are parameters. */
export interface TrainerState {
  /** The model itself. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** Adam's first moments. */
  readonly m: Float32Array<ArrayBuffer>;
  /** Adam's second moments. */
  readonly v: Float32Array<ArrayBuffer>;
  /** Updates made so far. */
  readonly updates: number;
}

const nextState = { parameters_next: "parameters", m_next: "m", v_next: "v" };

/**
 * Trains a Llama-style model. One step is one run of one ONNX graph: forward, backward, clipping, Adam. The
 * same inputs give the same bits, for any number of threads.
 *
 * Runs block the thread (see `OnnxSession`). Batches may have any size and length; the first of a
 * kind builds its session.
 */
export class LlamaTrainer {
  readonly #sessions = new Map<LossHead | "lp", Promise<OnnxSession>>();
  readonly #state: ResidentState;
  #updates = 0;

  private constructor(
    readonly config: LlamaConfig,
    parameters: Float32Array,
    readonly options: TrainerOptions,
  ) {
    const { length } = parameters;
    this.#state = new ResidentState(nextState, {
      parameters: vector(Float32Array.from(parameters)),
      m: vector(new Float32Array(length)),
      v: vector(new Float32Array(length)),
    });
  }

  /**
   * Begins training from given parameters.
   *
   * @param parameters the flat vector (see `parameterLayout`); copied
   * @throws {RangeError} if it has the wrong length
   */
  static create(
    config: LlamaConfig,
    parameters: Float32Array,
    options: TrainerOptions = {},
  ): Promise<LlamaTrainer> {
    return Promise.try(() => {
      checkParameters(config, parameters);
      return new LlamaTrainer(config, parameters, options);
    });
  }

  /** One step of next-token prediction. */
  async pretrainStep(batch: PretrainBatch): Promise<StepMetrics> {
    checkLengths(batch, { weights: batch.weights });
    return await this.#step("pretrain", batch, { weights: grid(batch, batch.weights) });
  }

  /** One step of REINFORCE with clipping and a KL penalty. */
  async reinforceStep(batch: ReinforceBatch): Promise<StepMetrics> {
    const { batchSize, length, advantage, old, reference, mask } = batch;
    const { beta = 0.05, clipLow = 0.2, clipHigh = 0.28, scale = 1 / (batchSize * length) } = batch;
    const perToken = { advantage, old, reference, mask };
    checkLengths(batch, perToken);
    const tensors = Object.entries(perToken).map(([name, data]) =>
      [name, grid(batch, data)] as const
    );
    return await this.#step("reinforce", batch, {
      ...Object.fromEntries(tensors),
      beta: scalar(beta),
      clip_low: scalar(clipLow),
      clip_high: scalar(clipHigh),
      scale: scalar(scale),
    });
  }

  /**
   * Log-probabilities without an update.
   *
   * @param parameters whose; the trainer's own if left out (a frozen reference gives its own)
   * @returns [batchSize, length]
   */
  async logProbabilities(sequences: Sequences, parameters?: Float32Array): Promise<Float32Array> {
    if (parameters !== undefined) checkParameters(this.config, parameters);
    checkLengths(sequences, {});
    const session = await this.#session("lp");
    const outputs = await session.run({
      parameters: parameters === undefined
        ? this.#state.read("parameters")
        : vector(plain(parameters)),
      ...tokens(sequences),
    });
    return floats(outputs, "lp");
  }

  /** Copies of all that training needs to go on. */
  state(): TrainerState {
    const copy = (name: string) => Float32Array.from(this.#state.read(name).data as Float32Array);
    return { parameters: copy("parameters"), m: copy("m"), v: copy("v"), updates: this.#updates };
  }

  /** Goes on from a state, which is copied. */
  restore(state: TrainerState): void {
    const { parameters, m, v } = state;
    for (const [name, data] of Object.entries({ parameters, m, v })) {
      checkParameters(this.config, data);
      this.#state.write(name, vector(Float32Array.from(data)));
    }
    this.#updates = state.updates;
  }

  /** Frees the sessions. */
  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).dispose();
  }

  async #step(
    head: LossHead,
    batch: Sequences & { readonly learningRate?: number },
    feeds: Readonly<Record<string, Tensor>>,
  ): Promise<StepMetrics> {
    const session = await this.#session(head);
    const { beta1 = 0.9, beta2 = 0.95, learningRate = 3e-4 } = this.options;
    const updates = this.#updates + 1;
    const outputs = await this.#state.step(session, {
      ...tokens(batch),
      ...feeds,
      learning_rate: scalar(batch.learningRate ?? learningRate),
      correction1: scalar(1 - beta1 ** updates),
      correction2: scalar(1 - beta2 ** updates),
    });
    this.#updates = updates;
    const number = (name: string) => name in outputs ? floats(outputs, name)[0] ?? NaN : 0;
    return {
      loss: number("loss"),
      grad_norm: number("grad_norm"),
      entropy: number("entropy"),
      kl: number("kl"),
      clip_ratio: number("clip_ratio"),
      lp: floats(outputs, "lp"),
    };
  }

  #session(kind: LossHead | "lp"): Promise<OnnxSession> {
    let session = this.#sessions.get(kind);
    if (session === undefined) {
      const graph = kind === "lp"
        ? logProbabilityGraph(this.config)
        : trainingGraph(this.config, kind, this.options);
      session = OnnxSession.create(graph, { threads: this.options.threads ?? 1 });
      this.#sessions.set(kind, session);
    }
    return session;
  }
}

function vector(data: Float32Array<ArrayBuffer>): Tensor {
  return { data, shape: [data.length] };
}

function scalar(number: number): Tensor {
  return { data: Float32Array.of(number), shape: [] };
}

function floats(
  outputs: Readonly<Record<string, Tensor>>,
  name: string,
): Float32Array<ArrayBuffer> {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new TypeError(`the session gave no floats '${name}'`);
}
