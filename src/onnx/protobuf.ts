/**
 * A writer of Protocol Buffers' wire format, as much of it as ONNX and TensorBoard need: varints, floats,
 * bytes and nested messages. Chunks are kept apart and joined once, so that a message of a gigabyte
 * is copied once however deep it is nested.
 */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** How many bytes have been written. */
  get length(): number {
    return this.#length;
  }

  /** int32, int64, enum (wire type 0). Negative numbers take ten bytes, as the format demands. */
  integer(field: number, value: number | bigint): this {
    this.#append(varint(field * 8));
    return this.#append(varint(value));
  }

  /** float (wire type 5). */
  float(field: number, value: number): this {
    this.#append(varint(field * 8 + 5));
    return this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** double (wire type 1). */
  double(field: number, value: number): this {
    this.#append(varint(field * 8 + 1));
    return this.#append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** bytes (wire type 2). The array is not copied before the message is finished. */
  bytes(field: number, value: Uint8Array): this {
    this.#append(varint(field * 8 + 2));
    this.#append(varint(value.length));
    return this.#append(value);
  }

  /** string (wire type 2, UTF-8). */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** repeated int64, packed (wire type 2). */
  integers(field: number, values: readonly number[]): this {
    return this.message(field, (inner) => {
      for (const value of values) inner.#append(varint(value));
    });
  }

  /** An embedded message (wire type 2). */
  message(field: number, write: (inner: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    this.#append(varint(field * 8 + 2));
    this.#append(varint(inner.#length));
    for (const chunk of inner.#chunks) this.#append(chunk);
    return this;
  }

  /** All that was written, as one array. */
  finish(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  #append(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this;
  }
}

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
