import type { Tensor } from "../../onnx/mod.ts";

/** Token ids of some sequences; each has one id more than it has predictions. */
export interface Sequences {
  /** [batchSize, length + 1], row-major. Pad with any valid id. */
  readonly ids: Int32Array;
  /** How many sequences. */
  readonly batchSize: number;
  /** Predictions a sequence. */
  readonly length: number;
}

/** A batch for next-token prediction: L = −Σ weights · lp. */
export interface PretrainBatch extends Sequences {
  /** [batchSize, length]; entry (b, t) weighs the log-probability of id (b, t + 1). 0 for padding. */
  readonly weights: Float32Array;
  /** Adam's step size for this update. @default the trainer's own */
  readonly learningRate?: number;
}

/** A batch of sampled responses, with what they earned. All arrays are [batchSize, length]. */
export interface ReinforceBatch extends Sequences {
  /** Of the token's step; the same for all tokens of a response. */
  readonly advantage: Float32Array;
  /** Log-probability when it was sampled. */
  readonly old: Float32Array;
  /** Log-probability under the frozen reference; read only if `beta` is not 0. */
  readonly reference: Float32Array;
  /** 1 for a sampled token, 0 for prompt and padding. */
  readonly mask: Float32Array;
  /** Coefficient of the KL penalty. @default 0.05 */
  readonly beta?: number;
  /** Ratios below 1 − this are clipped. @default 0.2 */
  readonly clipLow?: number;
  /** Ratios above 1 + this are clipped. @default 0.28 */
  readonly clipHigh?: number;
  /** The constant by which the sum over tokens is multiplied. @default 1 / (batchSize · length) */
  readonly scale?: number;
  /** Adam's step size for this update. @default the trainer's own */
  readonly learningRate?: number;
}

/** What one step measured, before its update. */
export interface StepMetrics {
  /** As the head defines it (see `losses.ts`). */
  readonly loss: number;
  /** Norm of the gradient before clipping. */
  readonly grad_norm: number;
  /** Mean entropy of the next-token distribution over tokens that count, in nats. */
  readonly entropy: number;
  /** Mean k3 estimate of KL(policy ‖ reference) over tokens that count; 0 in pretraining. */
  readonly kl: number;
  /** Share of tokens that count whose ratio was clipped; 0 in pretraining. */
  readonly clip_ratio: number;
  /** [batchSize, length]: log-probability of each next token. */
  readonly lp: Float32Array;
}

/** ids [batch, length + 1] as what is read and what is to be predicted. */
export function tokens({ ids, batchSize, length }: Sequences): { ids: Tensor; targets: Tensor } {
  const read = new Int32Array(batchSize * length);
  const targets = new Int32Array(batchSize * length);
  for (let row = 0; row < batchSize; row++) {
    const start = row * (length + 1);
    read.set(ids.subarray(start, start + length), row * length);
    targets.set(ids.subarray(start + 1, start + 1 + length), row * length);
  }
  const shape = [batchSize, length];
  return { ids: { data: read, shape }, targets: { data: targets, shape } };
}

/** Fails unless every array has as many elements as the batch says. */
export function checkLengths(
  { ids, batchSize, length }: Sequences,
  perToken: Readonly<Record<string, Float32Array>>,
): void {
  const check = (name: string, actual: number, expected: number) => {
    if (actual === expected) return;
    throw new RangeError(
      `cannot use the batch: '${name}' must have ${expected} elements: received ${actual}`,
    );
  };
  check("ids", ids.length, batchSize * (length + 1));
  for (const [name, data] of Object.entries(perToken)) check(name, data.length, batchSize * length);
}

/** Numbers as a tensor, [batchSize, length]. */
export function grid({ batchSize, length }: Sequences, data: Float32Array): Tensor {
  return { data: plain(data), shape: [batchSize, length] };
}

/** The array itself, unless its memory is shared: ONNX Runtime refuses that. */
export function plain(data: Float32Array): Float32Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer
    ? data as Float32Array<ArrayBuffer>
    : Float32Array.from(data);
}
