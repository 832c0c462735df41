import { z } from "zod";
import { type LlamaConfig } from "./config.ts";
import { checkParameters, parameterCount, parameterLayout } from "./parameters.ts";

/** A tensor of a safetensors file: little-endian bytes, row-major. */
export interface StoredTensor {
  /** `F32`, `F16`, `BF16` and others. */
  readonly dtype: string;
  /** Outermost axis first. */
  readonly shape: readonly number[];
  /** A view of the file. */
  readonly bytes: Uint8Array;
}

/** What a safetensors file holds. */
export interface StoredTensors {
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The file's own notes, `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

/**
 * Takes a safetensors file apart: eight bytes of length, a JSON header, raw tensors. No numbers are
 * copied.
 *
 * @throws {RangeError} if the bytes are not such a file
 */
export function readSafetensors(bytes: Uint8Array): StoredTensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? NaN : Number(view.getBigUint64(0, true));
  if (!(length <= bytes.length - 8)) {
    throw new RangeError(
      `cannot read safetensors: the header is not whole in ${bytes.length} bytes`,
    );
  }
  const header = headerSchema.parse(
    JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))),
  );
  const { __metadata__ = {}, ...entries } = header;
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: [start, end] } = entrySchema.parse(entry);
    if (start > end || end > data.length) {
      throw new RangeError(`cannot read safetensors: '${name}' is not whole: ${start} to ${end}`);
    }
    tensors.set(name, { dtype, shape, bytes: data.subarray(start, end) });
  }
  return { tensors, metadata: metadataSchema.parse(__metadata__) };
}

/**
 * Parameters from a safetensors file, or from tensors that were read, with Hugging Face's Llama names, in F32, F16 or BF16.
 *
 * @returns the flat vector
 * @throws {RangeError} if a weight is missing or does not fit the configuration
 */
export function loadSafetensors(
  config: LlamaConfig,
  file: Uint8Array | StoredTensors,
): Float32Array<ArrayBuffer> {
  const { tensors } = file instanceof Uint8Array ? readSafetensors(file) : file;
  const parameters = new Float32Array(parameterCount(config));
  for (const { name, shape, offset, length } of parameterLayout(config)) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`cannot load weights: there is no '${name}'`);
    const values = toFloats(name, tensor);
    if (tensor.shape.join() !== shape.join() || values.length !== length) {
      throw new RangeError(
        `cannot load weights: '${name}' must be [${shape}]: received [${tensor.shape}]`,
      );
    }
    parameters.set(values, offset);
  }
  return parameters;
}

/**
 * Parameters as a safetensors file (F32) with Hugging Face's Llama names.
 *
 * @param metadata notes to put into the file
 */
export function saveSafetensors(
  config: LlamaConfig,
  parameters: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkParameters(config, parameters);
  const entries = parameterLayout(config).map(({ name, shape, offset, length }) =>
    [name, { dtype: "F32", shape, data_offsets: [offset * 4, (offset + length) * 4] }] as const
  );
  const notes = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  const json = JSON.stringify({ ...notes, ...Object.fromEntries(entries) });
  const raw = new TextEncoder().encode(json);
  // Spaces align the numbers to eight bytes, as the format advises.
  const header = new Uint8Array(Math.ceil(raw.length / 8) * 8).fill(0x20);
  header.set(raw);
  const file = new Uint8Array(8 + header.length + parameters.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  const { buffer, byteOffset, byteLength } = parameters;
  file.set(new Uint8Array(buffer, byteOffset, byteLength), 8 + header.length);
  return file;
}

function toFloats(name: string, { dtype, bytes }: StoredTensor): Float32Array {
  // A copy: a tensor may begin at any byte, and a typed array may not.
  const own = bytes.slice().buffer;
  switch (dtype) {
    case "F32":
      return new Float32Array(own);
    case "F16":
      return Float32Array.from(new Float16Array(own));
    case "BF16":
      // bfloat16 is the upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(own), (half) => half << 16).buffer);
    default:
      throw new RangeError(
        `cannot load weights: '${name}' must be F32, F16 or BF16: received ${dtype}`,
      );
  }
}
