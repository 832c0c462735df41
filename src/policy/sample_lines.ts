import { z } from "zod";
import { sampleAnswerSchema } from "../core/episode.ts";

/** The media type by which an answer is asked for line by line. */
export const sampleLines = "application/x-ndjson";

/** A line of an answer: text as it is drawn; at the end all of it, or why there is none. */
export const sampleLineSchema = z.union([
  z.strictObject({ part: z.string() }),
  z.strictObject({ answer: sampleAnswerSchema }),
  z.strictObject({ problem: z.looseObject({}) }),
]);

/** A line of an answer. */
export type SampleLine = z.infer<typeof sampleLineSchema>;

/** The lines of a body, each as it comes. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
