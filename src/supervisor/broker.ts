import { messageOf, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Powers } from "../powers/mod.ts";

/** One use of a power, as the step's record keeps it. */
export interface UseRecord {
  readonly power: string;
  readonly input: Json;
  /** What came of it; left out where it is too long to keep. */
  readonly output?: Json;
  readonly error?: string;
  /** Length of the output as JSON, in characters. */
  readonly outputLength?: number;
}

/** Longest input or output that is kept whole, in characters of JSON. */
const maxKept = 16_384;
/** How long a power may take. */
const patienceMs = 10_000;

/**
 * Stands between an agent and the powers of its house: uses those that it was granted, and no other,
 * and keeps a record of each use. Nothing is inherited and nothing is handed over: who asks by a
 * name that is not in its own spec has made an attempt at harm.
 */
export class Broker {
  readonly #powers: Powers;
  readonly #granted: ReadonlySet<string>;
  readonly #agent: string;
  readonly records: UseRecord[] = [];

  /**
   * @param powers of the house
   * @param granted names in the agent's child spec
   * @param agent its name
   */
  constructor(powers: Powers, granted: readonly string[], agent: string) {
    this.#powers = powers;
    this.#granted = new Set(granted);
    this.#agent = agent;
  }

  /**
   * Uses a power.
   *
   * @throws {VivariumError} `forbidden` for what was not granted
   */
  async use(name: string, input: Json, signal: AbortSignal): Promise<Json> {
    const kept = JSON.stringify(input).length <= maxKept ? input : "too long to keep";
    const place = this.records.push({ power: name, input: kept }) - 1;
    const note = (more: Partial<UseRecord>): void => {
      this.records[place] = { power: name, input: kept, ...more };
    };
    try {
      const power = this.#power(name);
      const ends = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      const output = await power.use(input, { agent: this.#agent, signal: ends });
      const outputLength = JSON.stringify(output ?? null).length;
      note(outputLength <= maxKept ? { output, outputLength } : { outputLength });
      return output ?? null;
    } catch (error) {
      note({ error: messageOf(error) });
      throw error;
    }
  }

  #power(name: string): Powers[string] {
    if (!this.#granted.has(name)) {
      throw new VivariumError("forbidden", `the power '${name.slice(0, 80)}' was not granted`);
    }
    const power = Object.hasOwn(this.#powers, name) ? this.#powers[name] : undefined;
    if (power !== undefined) return power;
    throw new VivariumError("unavailable", `this house has no power '${name}' any more`);
  }
}

/** @throws {VivariumError} `bad-request` for a spec that grants what the house has not */
export function refuseUnknownPowers(
  { name, powers: granted }: { readonly name: string; readonly powers: readonly string[] },
  powers: Powers,
): void {
  const unknown = granted.find((power) => !Object.hasOwn(powers, power));
  if (unknown === undefined) return;
  throw new VivariumError(
    "bad-request",
    `cannot spawn '${name}': 'powers' must name powers of this house: received '${unknown}'`,
    { hint: `it has ${Object.keys(powers).join(", ") || "none"}` },
  );
}
