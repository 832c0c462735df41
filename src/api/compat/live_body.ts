import type { Written } from "./writer.ts";
import type { Hearing } from "./writer.ts";

/** How an answer is written to a client that streams. */
export interface LiveBody {
  /** Before everything, when the first piece is there. */
  readonly begin?: () => readonly string[];
  readonly piece: (index: number, text: string) => string;
  readonly end: (texts: readonly Written[]) => readonly string[];
  /** In place of the end: the client has the status 200 already. */
  readonly fail: (error: unknown) => string;
}

/**
 * Texts as a body, each piece as soon as it is drawn. Resolves with the first piece, so that an error
 * before that is still an error of its own, with its status.
 *
 * @param request aborted when the client has gone; then the policy's rows are free
 * @param write begins to write the texts
 * @param form how the client reads them
 */
export async function liveBody(
  request: AbortSignal,
  write: (hearing: Hearing) => Promise<readonly Written[]>,
  { begin = () => [], piece, end, fail }: LiveBody,
): Promise<ReadableStream<Uint8Array>> {
  const gone = new AbortController();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    undefined,
    { highWaterMark: 1024 },
  );
  const writer = writable.getWriter();
  // Who stops reading has gone, also where the connection stays.
  writer.closed.catch(() => gone.abort());
  const say = (text: string): void => {
    writer.write(new TextEncoder().encode(text)).catch(() => {});
  };
  const first = Promise.withResolvers<void>();
  let begun = false;
  const beginOnce = (): void => {
    if (begun) return;
    begun = true;
    begin().forEach(say);
    first.resolve();
  };
  const signal = AbortSignal.any([request, gone.signal]);
  const onPiece = (index: number, text: string): void => {
    beginOnce();
    say(piece(index, text));
  };
  write({ signal, onPiece }).then((texts) => {
    beginOnce();
    end(texts).forEach(say);
  }, (error) => {
    if (!begun) first.reject(error);
    else say(fail(error));
  }).finally(() => writer.close().catch(() => {}));
  await first.promise;
  return readable;
}
