/**
 * The layers that the operating system puts around a cell: bubblewrap, resource limits and seccomp.
 * Finds and proves them once ({@linkcode detectLayers}), then wraps each cell's command line
 * ({@linkcode wrapCommand}). It starts no cell and watches none: that is the launcher, its only
 * caller beside `doctor`. What holds without any of this is the warden's and the shell's own.
 */

export { detectLayers, type DetectOptions, withoutLayers } from "./detect.ts";
export { exitOf } from "./exit.ts";
export { innerPid } from "./inner_pid.ts";
export { sandboxLimitsOf } from "./limits.ts";
export {
  isStoppedInside,
  processorMsInside,
  residentBytesInside,
  sandboxedSpawner,
  type SandboxOptions,
  yieldProcessorInside,
} from "./spawner.ts";
export {
  type CellCommand,
  type CommandLine,
  defaultSandboxLimits,
  type Layer,
  type LayerName,
  layerNames,
  type Layers,
  type Profile,
  profiles,
  type SandboxLimits,
} from "./types.ts";
export { wrapCommand } from "./wrap.ts";
