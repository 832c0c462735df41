import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** A question that waits for its answer. */
export interface Question {
  /** Id of the letter that carries it: unique, so a late answer never meets a later question. */
  readonly id: number;
  /** Who asked; an address, or null for someone outside. */
  readonly asker: string | null;
  readonly target: string;
  /** How long the asker waits. */
  readonly timeoutMs: number;
  /** Called once, before the asker hears, however it ends. */
  readonly onSettled?: () => void;
}

interface Open {
  readonly question: Question;
  readonly resolve: (answer: Json) => void;
  readonly reject: (error: VivariumError) => void;
  readonly cancel: () => void;
}

/**
 * The questions that wait for an answer. Each is settled exactly once: by the answer, by the time-out,
 * or by the end of its target; what comes later is dropped.
 */
export class Asks {
  readonly #clock: Clock;
  readonly #open = new Map<number, Open>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Questions that wait. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Waits for the answer to a question.
   *
   * @throws {VivariumError} `timeout`, or whatever it is rejected with
   */
  open(question: Question): Promise<Json> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(question.timeoutMs, () => {
        this.reject(
          question.id,
          new VivariumError(
            "timeout",
            `'${question.target}' did not answer within ${question.timeoutMs} ms`,
            { data: { target: question.target, timeoutMs: question.timeoutMs } },
          ),
        );
      });
      this.#open.set(question.id, { question, resolve, reject, cancel });
    });
  }

  /** Whether the question still waits. */
  has(id: number): boolean {
    return this.#open.has(id);
  }

  /** Answers; false if nobody waits any more. */
  reply(id: number, answer: Json): boolean {
    const open = this.#settle(id);
    open?.resolve(answer);
    return open !== undefined;
  }

  /** Rejects; false if nobody waits any more. */
  reject(id: number, error: VivariumError): boolean {
    const open = this.#settle(id);
    open?.reject(error);
    return open !== undefined;
  }

  /** Rejects all questions for which it holds. */
  rejectAll(error: VivariumError, where: (question: Question) => boolean = () => true): void {
    for (const { question } of [...this.#open.values()]) {
      if (where(question)) this.reject(question.id, error);
    }
  }

  /**
   * Whether `from` waits, over any number of others, for `to`. If so, a question from `to` to `from`
   * would wait for itself.
   */
  waitsFor(from: string, to: string): boolean {
    const seen = new Set<string>();
    const path = [from];
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      if (at === to) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      for (const { question } of this.#open.values()) {
        if (question.asker === at) path.push(question.target);
      }
    }
    return false;
  }

  /** A question that waits for itself through others: the first such in order of `askers`. */
  circle(askers: readonly string[]): Question | undefined {
    for (const asker of askers) {
      for (const { question } of this.#open.values()) {
        if (question.asker === asker && this.waitsFor(question.target, asker)) return question;
      }
    }
    return undefined;
  }

  #settle(id: number): Open | undefined {
    const open = this.#open.get(id);
    if (open === undefined) return undefined;
    this.#open.delete(id);
    open.cancel();
    open.question.onSettled?.();
    return open;
  }
}
