/** The end of what was watched: which life of it, and of what it died. */
export interface Down {
  readonly target: string;
  /** Its life that ended; 0 if it had none. */
  readonly life: number;
  /** The cause; `noproc` if it was down already. */
  readonly reason: string;
}

/** What a link asks for when the other side has died. */
export interface Severed {
  /** Who was linked to the dead one. */
  readonly survivor: string;
  /** Whether it is to die too; or, since it traps exits, to be told. */
  readonly dies: boolean;
  readonly down: Down;
}

interface Monitor {
  readonly target: string;
  readonly onDown: (down: Down) => void;
}

/**
 * Who is told when somebody dies. A monitor is one-sided, and tells exactly once. A link has two
 * sides: it binds two present lives, and is gone with the first of them; the other dies too, or is
 * told, if it traps exits. Links are asked for by name, and bind anew whenever both are alive again: a
 * life that is to die by a link binds no more, so that two do not kill each other in turns.
 */
export class Bonds {
  readonly #monitors = new Map<number, Monitor>();
  /** The present life of each who is alive. */
  readonly #lives = new Map<string, number>();
  /** Pairs of names that are to be linked. */
  readonly #wanted = new Map<string, Set<string>>();
  /** Pairs of lives that are linked. */
  readonly #bound = new Map<string, Set<string>>();
  readonly #trapping = new Set<string>();
  /** Those whose present life is to die by a link. */
  readonly #doomed = new Set<string>();
  #next = 1;

  /** Monitors that have not told yet. */
  get watching(): number {
    return this.#monitors.size;
  }

  /**
   * Tells once when the target's present life ends; at once, if it has none.
   *
   * @returns a function that ends the watch: after it nothing is told
   */
  monitor(target: string, onDown: (down: Down) => void): () => void {
    if (!this.#lives.has(target)) {
      onDown({ target, life: 0, reason: "noproc" });
      return () => {};
    }
    const id = this.#next++;
    this.#monitors.set(id, { target, onDown });
    return () => void this.#monitors.delete(id);
  }

  /** Links two by name, from now on; asking twice, or for oneself, changes nothing. */
  link(one: string, other: string): void {
    if (one === other) return;
    add(this.#wanted, one, other);
    this.#bind(one, other);
  }

  /** From now on it is told of the end of whom it is linked to, and does not die of it. */
  trapExit(name: string): void {
    this.#trapping.add(name);
  }

  /** Ends a link; their present lives go on. */
  unlink(one: string, other: string): void {
    remove(this.#wanted, one, other);
    remove(this.#bound, one, other);
  }

  /** Ends all links of a name that is gone for good. */
  forget(name: string): void {
    for (const other of [...this.#wanted.get(name) ?? []]) this.unlink(name, other);
    this.#trapping.delete(name);
  }

  /** A life has begun. */
  began(name: string, life: number): void {
    this.#lives.set(name, life);
    this.#doomed.delete(name);
    for (const other of this.#wanted.get(name) ?? []) this.#bind(name, other);
  }

  /**
   * A life has ended: its monitors are told, its links are gone.
   *
   * @param reason the cause; `normal` for a life that was cut
   * @returns who was linked to it and is concerned, in the order in which the links were asked for
   */
  ended(target: string, life: number, reason: string): readonly Severed[] {
    if (this.#lives.get(target) !== life) return [];
    this.#lives.delete(target);
    const down = { target, life, reason };
    const survivors = [...this.#bound.get(target) ?? []];
    for (const survivor of survivors) {
      remove(this.#bound, target, survivor);
      if (reason !== "normal" && !this.#trapping.has(survivor)) this.#doomed.add(survivor);
    }
    for (const [id, { target: watched, onDown }] of [...this.#monitors]) {
      // One that is told may end another watch.
      if (watched === target && this.#monitors.delete(id)) onDown(down);
    }
    // Nobody dies of a normal end.
    return survivors.filter((survivor) => reason !== "normal" || this.#trapping.has(survivor))
      .map((survivor) => ({ survivor, dies: !this.#trapping.has(survivor), down }));
  }

  #bind(one: string, other: string): void {
    const able = (name: string): boolean => this.#lives.has(name) && !this.#doomed.has(name);
    if (able(one) && able(other)) add(this.#bound, one, other);
  }
}

function add(pairs: Map<string, Set<string>>, one: string, other: string): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    const known = pairs.get(from) ?? new Set();
    pairs.set(from, known.add(to));
  }
}

function remove(pairs: Map<string, Set<string>>, one: string, other: string): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    pairs.get(from)?.delete(to);
    if (pairs.get(from)?.size === 0) pairs.delete(from);
  }
}
