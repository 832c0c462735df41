/**
 * Powers that a person lends to agents: a folder, the network to named hosts, a function of the host.
 * A house declares them under names; a child spec grants some of the names; the supervisor's broker
 * calls them. A cell gets nothing but the answer, as data. This room knows neither agents nor cells.
 */
export { fetchPower, type FetchPowerOptions } from "./fetch.ts";
export { folderPower, type FolderPowerOptions } from "./folder.ts";
export { toolPower, type ToolPowerOptions } from "./tool.ts";
export {
  type InputSchema,
  type Power,
  powerKinds,
  powerNamePattern,
  type Powers,
  type PowerUse,
} from "./types.ts";
