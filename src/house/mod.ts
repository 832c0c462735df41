/**
 * The composition of a house: it builds the real clock, store, cells, policy process, model and
 * supervisor, puts them together, and ends them in order. No rule is made here. The command line and
 * library users come in; the API is given what it opens.
 *
 * @module
 */
export { type Cells, sandboxedCells } from "./cells.ts";
export { openHouse } from "./house.ts";
export type { House, HouseAbout, HouseOptions, HouseParts, OpenHouse, Report } from "./types.ts";
export { lockDatabase } from "./lock.ts";
export type { NewAgent, NewSupervisor, NewTemplate } from "./specs.ts";
export type { Death, DeathQuery } from "./views.ts";
export { type FileReplayOptions, openReplays, type Replays, replaysOf } from "./replays.ts";
export { agentNames } from "./names.ts";
export { PolicyKeeper, type PolicyKeeperEvent, type PolicyKeeperOptions } from "./policy_keeper.ts";
