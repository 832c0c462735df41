import { messageOf, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** What an agent may ask of the house. */
export type Power = "llm" | "send" | "ask" | "use";

/** One answer of the house, as the ledger keeps it. */
export interface AnswerRecord {
  /** Which request of the turn it answers, from 0, over all powers. */
  readonly request: number;
  readonly power: Power;
  /** The answer of an ask, or of a power that was used; a model's is kept with its call, and a send has none. */
  readonly value?: Json;
  /** Why it was refused. */
  readonly error?: string;
  /** Kind of the refusal, where the house knows it. */
  readonly code?: string;
}

/**
 * The answers of one turn in the order in which they were given: beside letter, clock and seed, all
 * that reaches an agent from outside, so that the turn can be lived again.
 */
export class AnswerLog {
  readonly #given: AnswerRecord[] = [];
  #requests = 0;
  #closed = false;

  /** The answers so far, as JSON for the ledger. */
  get given(): Json {
    return this.#given.map((answer) => ({ ...answer }));
  }

  /** What is answered from now on does not reach the agent. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Carries a request out, and notes what came of it.
   *
   * @param kept what the record holds of the answer, where no other part of the step does
   */
  async noting<T>(
    power: Power,
    act: () => Promise<T>,
    kept: (value: T) => { readonly value?: Json } = () => ({}),
  ): Promise<T> {
    const request = this.#requests++;
    try {
      const value = await act();
      this.#note({ request, power, ...kept(value) });
      return value;
    } catch (error) {
      const code = error instanceof VivariumError ? { code: error.code } : {};
      this.#note({ request, power, error: messageOf(error), ...code });
      throw error;
    }
  }

  #note(answer: AnswerRecord): void {
    if (!this.#closed) this.#given.push(answer);
  }
}
