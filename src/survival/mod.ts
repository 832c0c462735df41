/**
 * Survival analysis: how long lives last, when some of them are still lived or were cut short.
 *
 * Pure mathematics on numbers. It knows no store, no agent and no cause. The store comes in for its
 * summary, later the API for its curves.
 */

export { kaplanMeier, medianSurvival } from "./kaplan_meier.ts";
export type { Lifetime, SurvivalPoint } from "./kaplan_meier.ts";
