import { printable } from "../core/text.ts";

/** Keeps the last bytes of a stream, made printable. */
export class Tail {
  #text = "";

  /** Reads the stream to its end. */
  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#text = (this.#text + decoder.decode(chunk, { stream: true })).slice(-4096);
    }
  }

  /** The last characters, without anything that could move a terminal's cursor. */
  get text(): string {
    return this.#text.split("\n").map((line) => printable(line, 500)).join("\n");
  }
}
