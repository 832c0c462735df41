/**
 * Why lives end: the closed list of causes, and how one is told from the facts of a death. Pure: it
 * sees what others saw. Come in from the cell (facts), the supervisor (classification), and from
 * whoever shows a death.
 */
export { type Cause, causeNames, causes, type Owner, ownerOf } from "./causes.ts";
export { classify, type Verdict } from "./classify.ts";
export type { DeathFacts, Fault, Kill } from "./facts.ts";
