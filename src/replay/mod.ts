/**
 * The room in which the dead live again: a recorded life is lived once more in a fresh cell, from what
 * the ledger has of it. It writes nothing, asks no model and sends no message. Come in from the house,
 * which lends it ledger and cells, and from the API and the commands through the house.
 */
export { ddmin } from "./ddmin.ts";
export { type Minimal, minimizeDeath } from "./minimal.ts";
export { replayDeath } from "./replay.ts";
export type { LivedDeath, Replay, ReplayPowers, ReplayStore } from "./types.ts";
