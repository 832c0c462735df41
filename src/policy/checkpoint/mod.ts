/**
 * Checkpoints on disk: folders written whole or not at all, checked by hash when they are read.
 *
 * It is not the model (`../llama/`) and decides nothing about training. Pretraining comes in, and the
 * policy process.
 *
 * @module
 */
export {
  type Checkpoint,
  type CheckpointParts,
  fileNames,
  parametersHash,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
export { readManifest, writeAtomically } from "./folder.ts";
export { type LlamaFolder, readLlamaFolder } from "./llama_folder.ts";
export type { Manifest } from "./manifest.ts";
export { type LoadedVersion, type NextVersion, type Retention, VersionStore } from "./versions.ts";
