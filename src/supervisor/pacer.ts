/** What a pacer must know of an agent that takes turns. */
export interface Member {
  readonly name: string;
  /** Position in start order. */
  readonly ordinal: number;
  /** Whether others wait for its next turn: for an answer, or for room in its mailbox. */
  isWaitedFor(): boolean;
  /** Whether there is anything for it to do: a letter that it may see, or a tick. */
  hasWork(): boolean;
}

/** When a letter was sent, as far as its order matters: by phase, then by sender, then by id. */
export interface Stamp {
  readonly phase: number;
  readonly ordinal: number;
}

/** The stamp of what comes from outside, or was there before: seen at once, in order of arrival. */
export const outsideStamp: Stamp = { phase: 0, ordinal: 0 };

/** Says which agent may take its next letter when. */
export interface Pacer {
  /** Whether turns are taken in rounds. */
  readonly inRounds: boolean;
  /** Letters stamped with an earlier phase than this one may be seen. */
  readonly phase: number;
  /** The stamp of a letter that an agent sends now: it decides when, and in which order, it is seen. */
  stamp(ordinal: number): Stamp;
  /** An agent that takes turns from now on; it counts as busy until it is `ready`. */
  join(member: Member): void;
  /** It takes no further turn. Ends its wait. */
  leave(name: string): void;
  /** The agent has nothing under way. Resolves when it may take a letter, or when it is released. */
  ready(member: Member): Promise<void>;
  /** Ends an agent's wait, so that it looks up: an order has come for it. */
  release(name: string): void;
  /** Its turn is under way, but it waits for others (or no longer does). */
  blocked(name: string, blocked: boolean): void;
  /** Something came for one of them (or for any): look again who has work. */
  poke(name?: string): void;
  /** The house goes down: from now on only those take turns whom others wait for. */
  close(): void;
}

/** What both pacers have: the agents, and which of them wait. */
abstract class Waiting {
  protected readonly members = new Map<string, Member>();
  protected readonly waiting = new Map<string, () => void>();
  protected closed = false;

  join(member: Member): void {
    this.members.set(member.name, member);
  }

  leave(name: string): void {
    this.members.delete(name);
    this.release(name);
    this.poke();
  }

  ready(member: Member): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(member.name, resolve);
      this.poke(member.name);
    });
  }

  release(name: string): void {
    const resolve = this.waiting.get(name);
    this.waiting.delete(name);
    resolve?.();
  }

  close(): void {
    this.closed = true;
  }

  /** Whether there is anything that it may do. */
  protected mayGo(member: Member): boolean {
    return this.closed ? member.isWaitedFor() : member.hasWork();
  }

  abstract poke(name?: string): void;
}

/** Every agent for itself, as fast as it can: what is sent is seen at once. */
export class FreePacer extends Waiting implements Pacer {
  readonly inRounds = false;
  readonly phase = 1;

  stamp(): Stamp {
    return outsideStamp;
  }

  blocked(): void {}

  poke(only?: string): void {
    for (const name of only === undefined ? [...this.waiting.keys()] : [only]) {
      const member = this.members.get(name);
      if (member !== undefined && this.mayGo(member)) this.release(name);
    }
  }
}

/**
 * All agents in rounds, so that who hears what when does not depend on who is faster: with the same
 * seed a run is the same, messages included.
 *
 * A round begins when every agent is at rest; each takes one letter, or a tick. What is sent in a
 * round is seen in the next one. An agent that waits for an answer counts as at rest, and those who
 * were asked take turns until it has its answer; then the round goes on. The price is that a round is
 * as slow as its slowest turn, restarts included.
 *
 * What is not in the hand of a seed stays outside of it: time-outs, letters from outside, and who is
 * refused when a mailbox overflows within a round.
 */
export class RoundsPacer extends Waiting implements Pacer {
  readonly inRounds = true;
  phase = 1;
  readonly #blocked = new Set<string>();
  readonly #onStuck: (askers: readonly string[]) => boolean;
  readonly #between: () => Promise<void> | undefined;
  #poking = false;
  /** What is done between rounds is under way. */
  #pausing = false;
  /** It has been done for the round that begins now. */
  #paused = false;

  /**
   * @param onStuck called when agents wait for answers and nobody is left to give one, with those who
   * wait, in start order; ends one of the waits and returns true, or returns false
   * @param between called before each round, when all are at rest; what it returns is waited for. Must
   * not reject
   */
  constructor(
    onStuck: (askers: readonly string[]) => boolean,
    between: () => Promise<void> | undefined = () => undefined,
  ) {
    super();
    this.#onStuck = onStuck;
    this.#between = between;
  }

  stamp(ordinal: number): Stamp {
    return { phase: this.phase, ordinal };
  }

  override leave(name: string): void {
    this.#blocked.delete(name);
    super.leave(name);
  }

  blocked(name: string, blocked: boolean): void {
    if (!blocked) this.#blocked.delete(name);
    else if (this.members.has(name)) {
      this.#blocked.add(name);
      this.poke();
    }
  }

  poke(): void {
    // A member that is let go may come back at once; the loop below sees it.
    if (this.#poking) return;
    this.#poking = true;
    try {
      while (this.#advance());
    } finally {
      this.#poking = false;
    }
  }

  /** One step from rest to work; false when there is nothing to be done but wait. */
  #advance(): boolean {
    for (const name of this.members.keys()) {
      if (!this.waiting.has(name) && !this.#blocked.has(name)) return false;
    }
    if (this.#pausing) return false;
    if (this.#blocked.size === 0 && !this.#paused && !this.closed) {
      const pause = this.#between();
      if (pause !== undefined) {
        this.#pausing = true;
        void pause.then(() => {
          this.#pausing = false;
          this.#paused = true;
          this.poke();
        });
        return false;
      }
    }
    this.#paused = false;
    this.phase++;
    const resting = [...this.members.values()].filter(({ name }) => this.waiting.has(name));
    const asked = resting.filter((member) => member.isWaitedFor());
    if (asked.length === 0 && this.#blocked.size > 0) {
      const askers = [...this.members.values()].filter(({ name }) => this.#blocked.has(name))
        .sort((a, b) => a.ordinal - b.ordinal).map(({ name }) => name);
      return this.#onStuck(askers);
    }
    const called = asked.length > 0 ? asked : resting.filter((member) => this.mayGo(member));
    for (const { name } of called) this.release(name);
    return false;
  }
}
