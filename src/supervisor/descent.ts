import type { GenomeHash } from "../core/ids.ts";
import {
  afterStep,
  type Ancestor,
  type Ancestry,
  presentOf,
  resurrect,
  type Resurrection,
} from "./ancestry.ts";
import { joinGroup, type LifeGroup, nextWay } from "./life_group.ts";

/** What a descent needs to know beside the way itself. */
export interface DescentOptions {
  /** The agent's rule. */
  readonly rule: Resurrection;
  /** How many lives start alike. */
  readonly groupSize: number;
  /** How many steps the agent has lived, in all its lives, that left it with a genome. */
  lived(genome: GenomeHash): number;
}

/** Where an agent's lives come from: its way from the first genome on, and the lives that start alike. */
export class Descent {
  readonly #options: DescentOptions;
  #way: Ancestry;
  /** The group of the present life or, between lives, of the last. */
  #group: LifeGroup | undefined;

  constructor(way: Ancestry, options: DescentOptions) {
    this.#way = way;
    this.#options = options;
  }

  /** What the next life starts from. */
  get present(): Ancestor {
    return presentOf(this.#way);
  }

  /** The present life's group, where lives start alike. */
  get group(): string | undefined {
    return this.#options.groupSize > 1 ? this.#group?.id : undefined;
  }

  /** A life has begun: `agent/life`. */
  begun(life: string): void {
    this.#group = joinGroup(this.#group, life, this.#way, this.#options.groupSize);
  }

  /** A step was lived, and this is what came of it. */
  stepped(now: Ancestor): void {
    this.#way = afterStep(this.#way, now);
  }

  /**
   * The way on from a death. Nothing has changed until it is taken.
   *
   * @param from what the supervisor decided; undefined: there is no next life
   * @param own whether it was the agent's own doing: only then its rule sends it back
   */
  afterDeath(from: "last" | "further" | "first" | undefined, own: boolean): Ancestry {
    if (from === undefined) return this.#way;
    return this.#next(from, own ? this.#options.rule : "last");
  }

  /** A life was cut: the next goes on from it, or begins anew where that is the rule. */
  cut(): void {
    this.#way = this.#next(this.#options.rule === "first" ? "first" : "last", "last");
  }

  /** The next life begins so. */
  take(way: Ancestry): void {
    this.#way = way;
  }

  #next(from: "last" | "further" | "first", rule: Resurrection): Ancestry {
    const { groupSize, lived } = this.#options;
    return nextWay(this.#group, resurrect(this.#way, from, rule, lived), groupSize);
  }
}
