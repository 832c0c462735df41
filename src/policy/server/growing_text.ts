/**
 * The text of tokens that come one after the other. A token may end within a character (UTF-8 is bytes),
 * so what is not whole yet is held back.
 */
export class GrowingText {
  readonly #decode: (ids: readonly number[]) => string;
  readonly #ids: number[] = [];
  #told = "";

  /** @param decode the text of token ids; what is not whole becomes U+FFFD */
  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /**
   * Adds tokens.
   *
   * @returns what can be read now and could not before; it is never taken back
   */
  add(ids: readonly number[]): string {
    this.#ids.push(...ids);
    const whole = this.#decode(this.#ids).replace(/\uFFFD+$/, "");
    if (!whole.startsWith(this.#told)) return "";
    const piece = whole.slice(this.#told.length);
    this.#told = whole;
    return piece;
  }
}
