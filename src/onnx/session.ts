import { toGraphProto } from "./emit.ts";
import type { Graph } from "./graph.ts";
import { encodeModel } from "./model_proto.ts";
import { InferenceSession, Tensor as OrtTensor } from "./runtime.ts";
import { dtypeOf, type Tensor, type TensorArray } from "./tensor.ts";

/** How a session runs. */
export interface SessionOptions {
  /** Threads within an operator. @default 1 */
  readonly threads?: number;
  /** How hard ONNX Runtime rewrites the graph. @default "all" */
  readonly optimization?: "disabled" | "basic" | "extended" | "all";
  /** Writes a profile (Chrome's trace format) to a file whose name begins so; for tuning. */
  readonly profilePrefix?: string;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A loaded model. `run` blocks its thread while it computes (onnxruntime-node 1.30): where that
 * matters, hold the session in a Worker.
 */
export class OnnxSession {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * Loads a model.
   *
   * @param model a graph of this room, or the bytes of an ONNX `ModelProto`
   * @throws {Error} if ONNX Runtime refuses it; the message is ONNX Runtime's
   */
  static async create(
    model: Graph | Uint8Array<ArrayBuffer>,
    { threads = 1, optimization = "all", profilePrefix }: SessionOptions = {},
  ): Promise<OnnxSession> {
    const bytes = model instanceof Uint8Array ? model : encodeModel(toGraphProto(model));
    const session = await InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: optimization,
      logSeverityLevel: 3,
      // A spinning thread takes a shared core from whoever could use it: with spinning, two threads
      // were slower than one.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
      ...(profilePrefix === undefined
        ? {}
        : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    });
    return new OnnxSession(session);
  }

  /**
   * Runs the model once.
   *
   * @param feeds every input by name; the arrays are read, not kept
   * @returns every output by name, in arrays that belong to the caller
   */
  async run(feeds: Tensors): Promise<Record<string, Tensor>> {
    const inputs = Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)] as const);
    const outputs = await this.#session.run(Object.fromEntries(inputs));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => {
        if (!(value instanceof OrtTensor)) throw new TypeError(`output '${name}' is not a tensor`);
        return [name, fromOrt(value)];
      }),
    );
  }

  /** Ends a profile, if one is being written. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  /** Frees the model. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function toOrt({ data, shape }: Tensor): OrtTensor {
  return new OrtTensor(dtypeOf(data), data, shape);
}

function fromOrt({ data, dims }: OrtTensor): Tensor {
  return { data: data as TensorArray, shape: dims };
}
