/**
 * The composition of a house: it builds the real clock, store, cells, policy process, model and
 * supervisor, puts them together, and ends them in order. No rule is made here. The command line and
 * library users come in; the API is given what it opens.
 *
 * @module
 */
export { agentNames } from "./names.ts";
export { type House, type HouseOptions, type OpenHouse, openHouse, type Report } from "./house.ts";
export { PolicyKeeper, type PolicyKeeperEvent, type PolicyKeeperOptions } from "./policy_keeper.ts";
