import cliProgress from "cli-progress";
import process from "node:process";
import type { Terminal } from "./terminal.ts";
import { duration } from "./words/forms.ts";

/** How far something long has come. */
export interface Progress extends Disposable {
  /** So much is done. */
  at(done: number): void;
}

/**
 * A bar on standard error while something long is under way; nothing where that is no terminal.
 *
 * @param terminal for whom
 * @param what is being done, in a word or two
 * @param total how much there is to do
 */
export function progressOf(
  terminal: Pick<Terminal, "progress" | "color">,
  what: string,
  total: number,
): Progress {
  if (!terminal.progress) return { at: () => {}, [Symbol.dispose]: () => {} };
  const bar = new cliProgress.SingleBar({
    format: `${what} {bar} {value}/{total}  {left}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    // The terminal's own modes are left alone, so that an interrupt leaves nothing to mend.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    clearOnComplete: true,
    stream: process.stderr,
  });
  const begunAt = performance.now();
  const left = (done: number): string =>
    done === 0 ? "" : `${duration((performance.now() - begunAt) / done * (total - done))} left`;
  bar.start(total, 0, { left: "" });
  return {
    at: (done) => bar.update(done, { left: left(done) }),
    [Symbol.dispose]: () => bar.stop(),
  };
}
