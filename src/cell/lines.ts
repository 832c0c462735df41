import { ProtocolFault } from "./protocol.ts";

const newline = 0x0a;

/**
 * Reads lines of UTF-8 from a stream of bytes, none longer than a bound. What follows the last line
 * end is not a line.
 *
 * @param stream bytes as they come; a chunk may be written over when the next one is asked for
 * @param maxBytes longest line that is accepted
 * @throws ProtocolFault of kind `flood` when a line is longer, `forgery` when it is not UTF-8
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string, void, void> {
  // Nothing is mended: bytes that are no UTF-8, or begin with a mark, are no frame.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let rest = chunk;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      size += end;
      if (size > maxBytes) throw tooLong(maxBytes);
      parts.push(rest.subarray(0, end));
      yield textOf(decoder, joined(parts, size));
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
    }
    size += rest.length;
    if (size > maxBytes) throw tooLong(maxBytes);
    if (rest.length > 0) parts.push(rest.slice());
  }
}

function textOf(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtocolFault("forgery", "a line is not UTF-8");
  }
}

function tooLong(maxBytes: number): ProtocolFault {
  return new ProtocolFault("flood", `a line is longer than ${maxBytes} bytes`);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
