import type { GenomeHash } from "../core/ids.ts";
import type { Cause, Owner } from "../death/mod.ts";
import {
  afterStep,
  type Ancestor,
  type Ancestry,
  type Choice,
  presentOf,
  resurrect,
  trustedPlace,
} from "./ancestry.ts";
import { joinGroup, type LifeGroup, nextWay } from "./life_group.ts";

/** What a descent needs to know beside the way itself. */
export interface DescentOptions extends Required<Omit<Choice, "from" | "cause">> {
  /** How many lives start alike. */
  readonly groupSize: number;
  /** Told when a rule of the host threw: the life then starts from the last genome that it may. */
  trouble(error: unknown): void;
}

/** A new genome's probation: what its agent goes back to if it dies of its own doing, and for how long. */
export interface Probation {
  /** The last genome that has stood its own. */
  readonly genome: GenomeHash;
  /** Steps lived since the agent took the new one on. */
  readonly lived: number;
  /** Steps until it has stood it. */
  readonly left: number;
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

  /** The present genome's probation, if it is on one. */
  get probation(): Probation | undefined {
    return probationOf(this.#way, this.#options.probation);
  }

  /** The same, once a step was lived of which this came. */
  probationAfter(now: Ancestor): Probation | undefined {
    if (this.#options.probation === 0) return undefined;
    return probationOf(afterStep(this.#way, now), this.#options.probation);
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
   * Where the next life starts, by what was decided and what the agent's spec says above it.
   *
   * @param own whether the death was the agent's own doing: only that says something of its genome
   */
  source(decided: Choice["from"], own: boolean): Choice["from"] {
    if (this.#options.rule === "first") return "first";
    return own && decided === "last" && this.probation !== undefined ? "trusted" : decided;
  }

  /**
   * The way on from a death. Nothing has changed until it is taken.
   *
   * @param from what {@linkcode source} says; undefined: there is no next life
   * @param death only where it was the agent's own doing its rule sends it back
   */
  afterDeath(
    from: Choice["from"] | undefined,
    { cause, owner }: { readonly cause: Cause; readonly owner: Owner },
  ): Ancestry {
    if (from === undefined) return this.#way;
    return this.#next(from, owner === "agent" ? cause : undefined);
  }

  /** A life was cut: the next goes on from it, or begins anew where that is the rule. */
  cut(): void {
    this.#way = this.#next(this.source("last", false));
  }

  /** The next life begins so. */
  take(way: Ancestry): void {
    this.#way = way;
  }

  /** @param cause of a death after which the agent's rule counts */
  #next(from: Choice["from"], cause?: Cause): Ancestry {
    const { groupSize, trouble, ...rules } = this.#options;
    const choice: Choice = cause === undefined ? { from } : { ...rules, from, cause };
    let way: Ancestry;
    try {
      way = resurrect(this.#way, choice);
    } catch (error) {
      trouble(error);
      way = resurrect(this.#way, { ...choice, rule: "last" });
    }
    return nextWay(this.#group, way, groupSize);
  }
}

function probationOf(way: Ancestry, probation: number): Probation | undefined {
  const place = trustedPlace(way, probation);
  const trusted = way.path[place];
  if (trusted === undefined || place === way.path.length - 1) return undefined;
  const lived = way.steps - presentOf(way).at;
  return { genome: trusted.genome, lived, left: probation - lived };
}
