import { ProtobufWriter } from "../../onnx/mod.ts";

/** The numbers of one step, under TensorBoard's tags. */
export interface Scalars {
  readonly atMs: number;
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** What an event file begins with. */
export function eventFileHeader(atMs: number): Uint8Array<ArrayBuffer> {
  const event = new ProtobufWriter().double(1, atMs / 1000).text(3, "brain.Event:2");
  return record(event.finish());
}

/**
 * Scalars as a record of an event file: TensorFlow's `Event` (wall_time 1, step 2, summary 5) with a
 * `Summary.Value` (tag 1, simple_value 2) for each.
 */
export function scalarEvent({ atMs, step, values }: Scalars): Uint8Array<ArrayBuffer> {
  const event = new ProtobufWriter()
    .double(1, atMs / 1000)
    .integer(2, step)
    .message(5, (summary) => {
      for (const [tag, value] of Object.entries(values)) {
        summary.message(1, (entry) => entry.text(1, tag).float(2, value));
      }
    });
  return record(event.finish());
}

/** TFRecord: length, its checksum, data, its checksum; all little-endian. */
function record(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return bytes;
}

/** Castagnoli's polynomial, bits reversed, for every value of a byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0x82f63b78 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32C (RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** TFRecord stores checksums turned and shifted, since records may hold checksums themselves. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
