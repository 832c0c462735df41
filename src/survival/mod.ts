/**
 * Survival analysis: how long lives last, when some of them are still lived or were cut short, whether
 * groups of lives differ, and of what they die.
 *
 * Pure mathematics on numbers. It knows no store, no agent and no list of causes. The store comes in for
 * its summary, the API for its curves, reports for their tests.
 */

export { aalenJohansen } from "./aalen_johansen.ts";
export type { CausedLifetime, IncidencePoint } from "./aalen_johansen.ts";
export { chiSquareTail } from "./chi_square.ts";
export { confidenceBands, logLogInterval } from "./confidence.ts";
export type { Interval, SurvivalBand } from "./confidence.ts";
export { kaplanMeier, medianSurvival } from "./kaplan_meier.ts";
export type { Lifetime, SurvivalPoint } from "./kaplan_meier.ts";
export { logRank } from "./log_rank.ts";
export type { LogRank } from "./log_rank.ts";
