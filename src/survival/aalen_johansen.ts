import { timeline } from "./timeline.ts";

/** One life and what ended it. */
export interface CausedLifetime<Cause extends string> {
  /** How long it was watched. At least 0. */
  readonly time: number;
  /** Of what it died; null: censored, it lived at least so long. */
  readonly cause: Cause | null;
}

/** Cumulative incidences from one time of death up to the next. */
export interface IncidencePoint<Cause extends string> {
  readonly time: number;
  /** Lives still watched just before this time. */
  readonly atRisk: number;
  /** Ŝ(t) of Kaplan and Meier, all causes together: 1 − the sum of the incidences. */
  readonly survival: number;
  /** F̂ₖ(t): the estimated chance to have died of cause k by `time`, the other causes at work. */
  readonly incidence: Readonly<Record<Cause, number>>;
  /** Standard error of each F̂ₖ(t). */
  readonly standardError: Readonly<Record<Cause, number>>;
}

/**
 * The Aalen–Johansen estimator of the cumulative incidence of each cause of death.
 *
 * F̂ₖ(t) = ∑ over times tᵢ ≤ t of Ŝ(tᵢ₋₁) · dₖᵢ/nᵢ, with dₖᵢ deaths of cause k among nᵢ at risk and Ŝ the
 * Kaplan–Meier estimator for death of any cause. One minus a Kaplan–Meier curve that censors the other
 * causes would be too much: it asks what would happen if nobody could die of them.
 * (O. O. Aalen and S. Johansen, Scand. J. Statist. 5, 1978, 141–150.) The variance is by the delta method, with Fᵢ
 * for F̂ₖ(tᵢ) and Sᵢ₋₁ for Ŝ(tᵢ₋₁) (E. Marubini and M. G. Valsecchi, Analysing Survival Data, 1995, sec. 10.3):
 *
 *     ∑ (F − Fᵢ)² dᵢ / (nᵢ (nᵢ − dᵢ)) + ∑ Sᵢ₋₁² dₖᵢ (nᵢ − dₖᵢ) / nᵢ³ − 2 ∑ (F − Fᵢ) Sᵢ₋₁ dₖᵢ / nᵢ²
 *
 * @param lives in any order
 * @returns one point for each time of a death, in order, with every cause that occurs; before the
 *   first, all incidences are 0
 * @throws {RangeError} if a time is negative or not a number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const points = aalenJohansen([
 *   { time: 1, cause: "timeout" },
 *   { time: 2, cause: null },
 *   { time: 3, cause: "harm" },
 *   { time: 4, cause: "timeout" },
 * ]);
 * assertEquals(points.map(({ incidence }) => incidence.timeout), [0.25, 0.25, 0.625]);
 * assertEquals(points.map(({ incidence }) => incidence.harm), [0, 0.375, 0.375]);
 * ```
 */
export function aalenJohansen<Cause extends string>(
  lives: readonly CausedLifetime<Cause>[],
): readonly IncidencePoint<Cause>[] {
  const named = new Set(lives.flatMap(({ cause }) => cause === null ? [] : [cause]));
  const causes = [...named].sort().map((cause) => [cause, new Incidence()] as const);
  const record = (figure: (of: Incidence) => number): Record<Cause, number> =>
    Object.fromEntries(causes.map(([cause, of]) => [cause, figure(of)])) as Record<Cause, number>;
  const points: IncidencePoint<Cause>[] = [];
  let survival = 1;
  for (const { time, atRisk, ended } of timeline(lives)) {
    const deaths = ended.filter(({ cause }) => cause !== null).length;
    if (deaths === 0) continue;
    for (const [cause, incidence] of causes) {
      const own = ended.filter((life) => life.cause === cause).length;
      incidence.advance({ before: survival, atRisk, deaths, own });
    }
    survival *= 1 - deaths / atRisk;
    points.push({
      time,
      atRisk,
      survival,
      incidence: record(({ value }) => value),
      standardError: record((of) => of.standardError()),
    });
  }
  return points;
}

/** One cause: its incidence so far, and the variance with F multiplied out of its three sums. */
class Incidence {
  value = 0;
  #a0 = 0;
  #a1 = 0;
  #a2 = 0;
  #b0 = 0;
  #b1 = 0;
  #c = 0;

  advance({ before, atRisk, deaths, own }: {
    /** Ŝ just before. */
    readonly before: number;
    readonly atRisk: number;
    readonly deaths: number;
    /** Those of this cause. */
    readonly own: number;
  }): void {
    this.value += before * own / atRisk;
    // Where nobody is left, nothing follows, and F − Fᵢ is 0 for good.
    const a = deaths === atRisk ? 0 : deaths / (atRisk * (atRisk - deaths));
    const b = before * own / atRisk ** 2;
    this.#a0 += a;
    this.#a1 += a * this.value;
    this.#a2 += a * this.value ** 2;
    this.#b0 += b;
    this.#b1 += b * this.value;
    this.#c += before ** 2 * own * (atRisk - own) / atRisk ** 3;
  }

  standardError(): number {
    const f = this.value;
    const first = f * f * this.#a0 - 2 * f * this.#a1 + this.#a2;
    const last = 2 * (f * this.#b0 - this.#b1);
    return Math.sqrt(Math.max(0, first + this.#c - last));
  }
}
