import type { OnnxSession, Tensors } from "./session.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Tensors that live from run to run: some outputs of a session are inputs of the next one, be it of the
 * same session or of another that shares this state.
 *
 * Where they live is hidden here and nowhere else. onnxruntime-node 1.30 reads inputs in place and
 * copies every output, so today they are plain arrays, and a run costs one copy of the state. A later
 * version that keeps tensors in the runtime changes this class only.
 */
export class ResidentState {
  readonly #next: ReadonlyMap<string, string>;
  readonly #tensors: Map<string, Tensor>;

  /**
   * Begins with given values.
   *
   * @param next which output becomes which input: `{ output: input }`
   * @param tensors the first values of those inputs; the arrays are kept, not copied
   */
  constructor(next: Readonly<Record<string, string>>, tensors: Tensors) {
    this.#next = new Map(Object.entries(next));
    this.#tensors = new Map(Object.entries(tensors));
  }

  /**
   * Runs a session once with this state among its inputs.
   *
   * @returns the outputs that are not state
   * @throws {RangeError} if the session lacks an output that is state; nothing is changed then
   */
  async step(session: OnnxSession, feeds: Tensors): Promise<Record<string, Tensor>> {
    const outputs = await session.run({ ...Object.fromEntries(this.#tensors), ...feeds });
    const kept = [...this.#next].map(([output, input]) => {
      const tensor = outputs[output];
      if (tensor === undefined) throw new RangeError(`the session has no output '${output}'`);
      delete outputs[output];
      return [input, tensor] as const;
    });
    for (const [input, tensor] of kept) this.#tensors.set(input, tensor);
    return outputs;
  }

  /** The present value of one tensor; not a copy, so do not write into it. */
  read(input: string): Tensor {
    const tensor = this.#tensors.get(input);
    if (tensor === undefined) throw new RangeError(`there is no state '${input}'`);
    return tensor;
  }

  /** Replaces one tensor; the array is kept, not copied. */
  write(input: string, tensor: Tensor): void {
    this.read(input);
    this.#tensors.set(input, tensor);
  }
}
