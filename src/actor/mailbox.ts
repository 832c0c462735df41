import { VivariumError } from "../core/errors.ts";

/** What happens to a letter for which there is no room. */
export const overflowPolicies = ["fail", "backpressure", "dropNew", "dropHead"] as const;

/** What happens to a letter for which there is no room. */
export type OverflowPolicy = typeof overflowPolicies[number];

/** Letters that a mailbox holds unless told otherwise. */
export const defaultCapacity = 1000;

/** How a mailbox is made. */
export interface MailboxOptions<Letter> {
  /** Named in the error of a full mailbox. */
  readonly owner: string;
  /** Letters that it holds. @default 1000 */
  readonly capacity?: number;
  /**
   * `fail`: the sender gets an error of code `overloaded`; `backpressure`: the sender waits for room;
   * `dropNew`, `dropHead`: the newest or the oldest letter is dropped. @default "fail"
   */
  readonly overflow?: OverflowPolicy;
  /** Where a letter stands among those waiting; equals keep their order. @default order of arrival */
  readonly compare?: (a: Letter, b: Letter) => number;
  /** Told of the oldest letter when it is dropped. */
  readonly onDropHead?: (letter: Letter) => void;
}

/**
 * A bounded queue with many senders and one reader. A letter is made only when there is room for it,
 * so what makes it may also make it durable: nothing is accepted that cannot be kept.
 *
 * Senders that wait for room are served in the order in which they came, before any later one, so the
 * order of each sender's letters is kept under every policy.
 */
export class Mailbox<Letter> {
  readonly capacity: number;
  readonly #options: MailboxOptions<Letter>;
  #letters: Letter[] = [];
  #waiting: { make: () => Letter; resolve: (letter: Letter) => void; reject: Reject }[] = [];

  /** @throws {RangeError} if the capacity is not a positive integer */
  constructor(options: MailboxOptions<Letter>) {
    this.capacity = options.capacity ?? defaultCapacity;
    this.#options = options;
    if (!Number.isInteger(this.capacity) || this.capacity < 1) {
      throw new RangeError(
        `cannot make a mailbox: 'capacity' must be a positive integer: received ${this.capacity}`,
      );
    }
  }

  /** Letters that wait to be handled. */
  get size(): number {
    return this.#letters.length;
  }

  /** Senders that wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Offers a letter. What there is room for is accepted before this returns.
   *
   * @param make makes the letter, at most once, at the moment when it is accepted; if it throws,
   * nothing was accepted and the sender gets the error
   * @param onWait called if the sender has to wait for room, with what ends its wait by an error
   * @returns the accepted letter; undefined if it was dropped
   * @throws {VivariumError} `overloaded` when full under `fail`
   */
  async post(
    make: () => Letter,
    onWait?: (refuse: (error: VivariumError) => void) => void,
  ): Promise<Letter | undefined> {
    if (this.#letters.length < this.capacity && this.#waiting.length === 0) {
      return this.restore(make());
    }
    switch (this.#options.overflow ?? "fail") {
      case "fail":
        throw new VivariumError(
          "overloaded",
          `cannot send to '${this.#options.owner}': its mailbox is full: ${this.capacity} letters wait`,
          { hint: "send less, or later", data: { capacity: this.capacity } },
        );
      case "dropNew":
        return undefined;
      case "dropHead": {
        const letter = make();
        const dropped = this.#letters.shift();
        if (dropped !== undefined) this.#options.onDropHead?.(dropped);
        return this.restore(letter);
      }
      case "backpressure":
        return await new Promise<Letter>((resolve, reject) => {
          const sender = { make, resolve, reject };
          this.#waiting.push(sender);
          onWait?.((error) => {
            const place = this.#waiting.indexOf(sender);
            if (place >= 0) this.#waiting.splice(place, 1);
            reject(error);
          });
        });
    }
  }

  /** Puts back a letter that had been accepted before, whether there is room or not. */
  restore(letter: Letter): Letter {
    const { compare } = this.#options;
    let place = this.#letters.length;
    if (compare !== undefined) {
      while (place > 0 && compare(this.#letters[place - 1]!, letter) > 0) place--;
    }
    this.#letters.splice(place, 0, letter);
    return letter;
  }

  /** The first letter that may be seen, left where it is. */
  peek(visible: (letter: Letter) => boolean = () => true): Letter | undefined {
    return this.#letters.find(visible);
  }

  /** Takes the first letter that may be seen. */
  take(visible: (letter: Letter) => boolean = () => true): Letter | undefined {
    const place = this.#letters.findIndex(visible);
    if (place < 0) return undefined;
    const [letter] = this.#letters.splice(place, 1);
    this.#admit();
    return letter;
  }

  /** Takes all letters for which it holds, in order. */
  takeAll(where: (letter: Letter) => boolean = () => true): Letter[] {
    const taken = this.#letters.filter(where);
    if (taken.length > 0) this.#letters = this.#letters.filter((letter) => !where(letter));
    this.#admit();
    return taken;
  }

  /** Refuses every sender that waits for room. */
  refuseWaiting(error: VivariumError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #admit(): void {
    while (this.#letters.length < this.capacity) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      try {
        next.resolve(this.restore(next.make()));
      } catch (error) {
        next.reject(error);
      }
    }
  }
}

type Reject = (error: unknown) => void;
