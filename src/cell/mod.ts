/**
 * The locked process in which one agent lives, seen from the house: how it is started, spoken with,
 * measured and killed. What runs inside it is in workers/. This room knows nothing of supervision:
 * it reports facts, and the room of death says what they mean. Come in from the supervisor (pool,
 * cells) and the composition (launching).
 */
export * from "./types.ts";
export { type CellCommand, cellCommand, cellFiles, type CommandOptions } from "./command.ts";
export { type CellPoolOptions, createCellPool } from "./pool.ts";
export { rehearse } from "./rehearse.ts";
export { launchCell, type LaunchOptions } from "./launch.ts";
export {
  type CellProcess,
  denoSpawner,
  type Exit,
  type Glance,
  glanceAt,
  residentBytes,
  type Spawner,
} from "./spawn.ts";
export {
  detectLayers,
  innerPid,
  layerNames,
  type Layers,
  type Profile,
  profiles,
  sandboxedSpawner,
} from "./sandbox/mod.ts";
