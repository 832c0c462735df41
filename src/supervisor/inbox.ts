import { type DeadLetterReason, Mailbox } from "../actor/mod.ts";
import type { VivariumError } from "../core/errors.ts";
import type { EventDraft } from "../core/events.ts";
import type { Context } from "./context.ts";
import { compareEnvelopes, deadLetterEvent, type Envelope } from "./letters.ts";
import type { ChildSpec } from "./spec.ts";
import type { Verdict } from "./verdict.ts";

/** What becomes of letters when a life ends in death. */
export interface LettersAtDeath {
  /** Comes to the next life. */
  readonly again: Envelope | undefined;
  /** Those that nobody has handled to the end, and nobody will. */
  readonly dead: readonly Envelope[];
  /** Those that are done with. */
  readonly handled: readonly Envelope[];
}

/** An agent's mailbox, and what is told of a letter that nobody will come to. */
export class Inbox {
  readonly mailbox: Mailbox<Envelope>;
  readonly #context: Context;
  readonly #owner: string;

  /**
   * @param context for what is written of a letter that had to make room, and who waits for answers
   * @param owner the agent's name
   * @param spec its mailbox: capacity, and what happens when it is full
   */
  constructor(context: Context, owner: string, spec: ChildSpec["mailbox"]) {
    this.#context = context;
    this.#owner = owner;
    this.mailbox = new Mailbox({
      owner,
      ...spec,
      compare: compareEnvelopes,
      onDropHead: (letter) => {
        const events = [this.deadLetter(letter, "overflow")];
        context.ledger.commitNow({ handled: [letter.id], events });
      },
    });
  }

  /** Whether a letter may be handled already. */
  sees(letter: Envelope): boolean {
    return letter.phase < this.#context.pacer.phase;
  }

  /**
   * Takes out what ends with a life. Questions die with the life that they were put to; their askers hear
   * of what. A message that the machine's failure or the house's end cut off comes again, unless it was for
   * that life alone; one that a person cut off is dead.
   *
   * @param verdict on the life
   * @param envelope the letter that was being handled, if it was one
   */
  atDeath({ cause, owner }: Verdict, envelope: Envelope | null): LettersAtDeath {
    const queued = this.mailbox.takeAll((each) =>
      each.life !== undefined || (each.kind === "ask" && this.sees(each))
    );
    if (envelope === null) return { again: undefined, dead: queued, handled: queued };
    const handled = [envelope, ...queued];
    if (envelope.kind === "ask") return { again: undefined, dead: handled, handled };
    const spared = owner === "infrastructure" || cause === "shutdown";
    if (spared && envelope.life === undefined) {
      return { again: envelope, dead: queued, handled: queued };
    }
    return { again: undefined, dead: spared || cause === "operator" ? handled : queued, handled };
  }

  /** The dead letters of those that nobody waits for any more; who waits hears it by a rejection. */
  unanswered(letters: readonly Envelope[], reason: DeadLetterReason): EventDraft[] {
    return letters.filter(({ id }) => !this.#context.asks.has(id))
      .map((letter) => this.deadLetter(letter, reason));
  }

  deadLetter({ from, kind }: Envelope, reason: DeadLetterReason): EventDraft {
    return deadLetterEvent({ to: this.#owner, from, kind, reason });
  }

  /** Tells whoever waits for an answer to one of these why there will be none. */
  reject(letters: readonly Envelope[], error: VivariumError): void {
    for (const { kind, id } of letters) if (kind === "ask") this.#context.asks.reject(id, error);
  }
}
