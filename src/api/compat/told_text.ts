import { VivariumError } from "../../core/errors.ts";

/**
 * A text on its way to a client that streams. What was told is never taken back: the end of it is held
 * back while it may be the beginning of a word at which the text is to stop.
 */
export class ToldText {
  readonly #stops: readonly string[];
  readonly #tell: (piece: string) => void;
  #told = "";

  constructor(stops: readonly string[], tell: (piece: string) => void) {
    this.#stops = stops;
    this.#tell = tell;
  }

  /** The text begins, or begins anew: what was told already is not told twice. */
  again(): { hear(piece: string): void } {
    let text = "";
    return {
      hear: (piece) => {
        text += piece;
        this.#tellUpTo(text.slice(0, this.#safe(text)));
      },
    };
  }

  /**
   * All of the text is known.
   *
   * @throws {VivariumError} `provider` if another one was begun
   */
  end(text: string): void {
    if (!text.startsWith(this.#told)) {
      throw new VivariumError("provider", "the policy has changed while it wrote this text", {
        hint: "ask again",
      });
    }
    this.#tellUpTo(text);
  }

  #tellUpTo(text: string): void {
    if (text.length <= this.#told.length || !text.startsWith(this.#told)) return;
    this.#tell(text.slice(this.#told.length));
    this.#told = text;
  }

  /** How much of a text is certain to stay. */
  #safe(text: string): number {
    const ends = this.#stops.map((stop) => {
      const at = text.indexOf(stop);
      if (at >= 0) return at;
      for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
        if (text.endsWith(stop.slice(0, length))) return text.length - length;
      }
      return text.length;
    });
    return Math.min(text.length, ...ends);
  }
}
