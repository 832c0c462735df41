import { type Asks, checkBody } from "../actor/mod.ts";
import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { LetterRow, Store } from "../store/types.ts";
import type { AgentRunner } from "./agent.ts";
import type { Outgoing } from "./context.ts";
import type { Ledger } from "./ledger.ts";
import { absent, deadLetterEvent, envelopeOf } from "./letters.ts";
import type { Pacer } from "./pacer.ts";

/** What a post office works with. */
export interface PostOfficeOptions {
  readonly asks: Asks;
  readonly pacer: Pacer;
  readonly store: Store;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** How long a sender waits for room, where the mailbox lets it wait. */
  readonly roomTimeoutMs: number;
  /** Throws for one that is not there. */
  find(name: string): AgentRunner;
}

/** Brings letters into mailboxes: accepted durably, or refused. */
export class PostOffice {
  readonly #options: PostOfficeOptions;

  constructor(options: PostOfficeOptions) {
    this.#options = options;
  }

  /**
   * Accepts a message; the mailbox has it before this returns, if there is room.
   *
   * @returns the letter; undefined if the mailbox's policy dropped it
   */
  tell(letter: Outgoing): Promise<LetterRow | undefined> {
    return this.#accept("tell", letter, () => {});
  }

  /**
   * Accepts a question, and waits for its answer.
   *
   * @param asker the agent that waits; null for someone outside
   */
  async ask(letter: Outgoing, timeoutMs: number, asker: string | null): Promise<Json> {
    const { asks, pacer } = this.#options;
    const { to: target, wait } = letter;
    // In rounds, who would close a circle depends on who is faster: `unstick` decides instead.
    const closes = asker !== null &&
      (asker === target || (!pacer.inRounds && asks.waitsFor(target, asker)));
    if (closes) throw wouldWait(asker, target);
    let answer: Promise<Json> | undefined;
    await this.#accept("ask", letter, ({ id }) => {
      const onSettled = (): void => wait?.letGo();
      answer = asks.open({ id, asker, target, timeoutMs, onSettled });
      // It may be rejected before this function comes to wait for it.
      answer.catch(() => {});
    });
    if (answer === undefined) {
      throw new VivariumError("overloaded", `cannot ask '${target}': its mailbox is full`);
    }
    return await answer;
  }

  /** In rounds, when all wait and nobody can answer: refuses a question that waits for itself. */
  unstick(askers: readonly string[]): boolean {
    const { asks } = this.#options;
    const question = asks.circle(askers);
    if (question === undefined) return false;
    return asks.reject(question.id, wouldWait(question.asker ?? "", question.target));
  }

  async #accept(
    kind: LetterRow["kind"],
    letter: Outgoing,
    onAccepted: (row: LetterRow) => void,
  ): Promise<LetterRow | undefined> {
    const { pacer, store, clock, ledger, find, roomTimeoutMs } = this.#options;
    const { to, from, body, stamp, wait, life } = letter;
    const runner = find(to);
    const { phase } = runner;
    if (phase === "stopped" || phase === "failed") throw absent(to);
    if (phase === "finished" && kind === "ask") throw absent(to);
    if (life !== undefined && life !== runner.present) throw pastLife(to, life, runner.present);
    checkBody(to, body);
    let row: LetterRow | undefined;
    let stopWaiting = (): void => {};
    const posting = runner.mailbox.post(() => {
      stopWaiting();
      const bound = life === undefined ? {} : { life };
      row = store.accept({ to, from, kind, body, atMs: clock.now(), ...bound });
      onAccepted(row);
      return envelopeOf(row, stamp);
    }, (refuse) => {
      wait?.hold();
      stopWaiting = clock.after(roomTimeoutMs, () => refuse(noRoom(to, roomTimeoutMs)));
    });
    // It lies in the mailbox now: only from here on may its sender count as one who waits.
    if (kind === "ask" && row !== undefined) wait?.hold();
    pacer.poke(to);
    if (await posting !== undefined) {
      pacer.poke(to);
      return row;
    }
    ledger.commitNow({ events: [deadLetterEvent({ to, from, kind, reason: "overflow" })] });
    return undefined;
  }
}

function wouldWait(asker: string, target: string): VivariumError {
  const why = asker === target
    ? "an agent cannot answer itself"
    : `'${target}' waits for '${asker}'`;
  return new VivariumError("conflict", `'${asker}' cannot ask '${target}': ${why}`);
}

function pastLife(to: string, life: number, present: number | undefined): VivariumError {
  const now = present === undefined ? "it has none now" : `it lives its life ${present}`;
  return new VivariumError("conflict", `cannot send to life ${life} of '${to}': ${now}`, {
    hint: "send to the name alone: it outlives its lives",
    data: { agent: to, life, present: present ?? null },
  });
}

function noRoom(to: string, waitedMs: number): VivariumError {
  const why = `there was no room in its mailbox for ${waitedMs} ms`;
  return new VivariumError("overloaded", `cannot send to '${to}': ${why}`);
}
