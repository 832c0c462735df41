/**
 * The ledger: one SQLite file that holds what every agent is, was and died of, and the events that
 * tell of it. Synchronous; what it has returned from is committed.
 *
 * It decides nothing: no restart, no reward, no cause is made here. The supervisor writes to it, the
 * API and the commands read from it; the house opens and closes it.
 */

export { readPage } from "./cursor.ts";
export { checkFile, type FileHealth } from "./integrity.ts";
export { readStore } from "./read.ts";
export { openStore, type StoreOptions } from "./store.ts";
export type {
  AgentRow,
  AgentStatus,
  Commit,
  DeathRow,
  GenomeRow,
  LastLives,
  LateReward,
  LetterRow,
  LifeRow,
  LifetimeRow,
  LineageRow,
  Origin,
  Page,
  PageQuery,
  RewardTerm,
  StepRow,
  Store,
  Summary,
} from "./types.ts";
