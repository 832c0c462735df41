import { VivariumError } from "../../core/errors.ts";

/** How many streams of events may be open at a time. */
export interface StreamLimit {
  /** By one token; in a house without tokens, by one address. */
  readonly perCaller: number;
  /** By all together. */
  readonly inAll: number;
}

/** Gives out places for streams, and takes them back. */
export class StreamPlaces {
  readonly #limit: StreamLimit;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(limit: StreamLimit) {
    this.#limit = limit;
  }

  /**
   * Takes a place.
   *
   * @returns gives it back; idempotent. Or, where there is none, the refusal
   */
  take(caller: string): (() => void) | Refusal {
    const { perCaller, inAll } = this.#limit;
    const own = this.#taken.get(caller) ?? 0;
    if (own >= perCaller) {
      return refusal(429, "Too many streams", `you have ${perCaller} streams of events open`, {
        hint: "close one, or read all that you need by one",
        data: { perCaller },
      });
    }
    if (this.#all >= inAll) {
      return refusal(503, "Overloaded", `${inAll} streams of events are open already`, {
        hint: "come again later",
        data: { inAll },
      });
    }
    this.#taken.set(caller, own + 1);
    this.#all++;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#all--;
      const left = (this.#taken.get(caller) ?? 1) - 1;
      if (left === 0) this.#taken.delete(caller);
      else this.#taken.set(caller, left);
    };
  }
}

/** Why there is no place, as a problem document says it. */
export interface Refusal {
  readonly error: VivariumError;
  readonly status: number;
  readonly title: string;
  readonly headers: Headers;
}

function refusal(
  status: number,
  title: string,
  message: string,
  options: { readonly hint: string; readonly data: Record<string, number> },
): Refusal {
  const headers = new Headers({ "retry-after": "5" });
  return { error: new VivariumError("overloaded", message, options), status, title, headers };
}
