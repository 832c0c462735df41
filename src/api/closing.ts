import { VivariumError } from "../core/errors.ts";

/**
 * Waits for something long, but not beyond the end of the house: a caller who waits for an answer
 * must not hold up a shutdown.
 *
 * @param closing aborted when the house closes
 * @param work what is waited for; goes on by itself
 * @throws {VivariumError} `unavailable` when the house closes first
 */
export async function untilClosing<T>(closing: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const close = (): void =>
    reject(new VivariumError("unavailable", "the house is shutting down", { hint: "try later" }));
  if (closing.aborted) close();
  closing.addEventListener("abort", close, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    closing.removeEventListener("abort", close);
    work.catch(() => {});
  }
}
