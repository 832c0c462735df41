import type { SampleAnswer } from "../client.ts";
import { type SampleLine, sampleLines } from "../sample_lines.ts";
import type { CallLine } from "./calls.ts";

/**
 * An answer as lines, each when it is there.
 *
 * @param signal aborted when whoever asked has gone
 * @param sample draws it
 * @param problemOf an error as the body of a problem document
 */
export function writeSample(
  signal: AbortSignal,
  sample: (line: CallLine<string>) => Promise<SampleAnswer>,
  problemOf: (error: unknown) => Record<string, unknown>,
): Response {
  const gone = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    async start(controller): Promise<void> {
      const write = (line: SampleLine): void => {
        if (gone.signal.aborted) return;
        controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      };
      try {
        const answer = await sample({
          signal: AbortSignal.any([signal, gone.signal]),
          onPart: (text) => write({ part: text }),
        });
        write({ answer });
      } catch (error) {
        write({ problem: problemOf(error) });
      }
      if (!gone.signal.aborted) controller.close();
    },
    cancel: () => gone.abort(),
  });
  return new Response(body, { headers: { "content-type": sampleLines } });
}
