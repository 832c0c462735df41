import { z } from "zod";
import { messageOf, VivariumError } from "../../core/errors.ts";
import type { PolicyVersion } from "../../core/episode.ts";
import { rangesOf } from "../../core/ranges.ts";
import { loadSafetensors, saveSafetensors, type TrainerState } from "../llama/mod.ts";
import { type Checkpoint, fileNames, parametersHash } from "./checkpoint.ts";
import { readChecked, readManifest, writeAtomically, writeFolder } from "./folder.ts";
import type { Manifest } from "./manifest.ts";

/** A version with all that sampling and further training need. */
export interface LoadedVersion {
  readonly version: number;
  readonly hash: string;
  readonly memory: Manifest["memory"];
  /** Adam's moments are zero where they are no longer kept. */
  readonly state: TrainerState;
}

/** What an update adds to a version to make the next one. */
export interface NextVersion {
  readonly state: TrainerState;
  readonly metrics: Manifest["metrics"];
  readonly memory: Manifest["memory"];
  readonly episodes: readonly string[];
  readonly createdAtMs: number;
}

/** How many versions keep their files. */
export interface Retention {
  /** Weights. @default 16 */
  readonly weights?: number;
  /** The optimiser's moments. @default 2 */
  readonly moments?: number;
}

/** A rollback: which version, and what the newest was then. */
const pointerSchema = z.strictObject({ version: z.int().min(0), newest: z.int().min(0) });

/**
 * The versions of one lineage in a folder: version 0 is the base, each update adds one. A version
 * is published by one rename, so it is there whole or not at all. The newest is current, unless a
 * rollback after its publication named another; what is trained then gets the next free number.
 */
export class VersionStore {
  readonly #folder: string;
  readonly #base: Checkpoint;
  /** Oldest first. */
  readonly #manifests: Manifest[];
  readonly #retention: Required<Retention>;
  /** The versions that have their weights. */
  readonly #kept: Set<number>;
  #current: number;

  private constructor(
    folder: string,
    base: Checkpoint,
    found: { readonly manifests: Manifest[]; readonly kept: Set<number> },
    current: number,
    retention: Required<Retention>,
  ) {
    this.#folder = folder;
    this.#base = base;
    this.#manifests = found.manifests;
    this.#kept = found.kept;
    this.#current = current;
    this.#retention = retention;
  }

  /**
   * Reads what versions there are.
   *
   * @throws {VivariumError} `checkpoint` if a manifest is damaged, or they come from another base
   */
  static async open(
    folder: string,
    base: Checkpoint,
    { weights = 16, moments = 2 }: Retention = {},
  ): Promise<VersionStore> {
    await Deno.mkdir(folder, { recursive: true });
    const folders = (await Array.fromAsync(Deno.readDir(folder)))
      .filter(({ name, isDirectory }) => isDirectory && /^\d+$/.test(name))
      .map(({ name }) => `${folder}/${name}`);
    const manifests = [base.manifest];
    const kept = new Set([0]);
    for (let at = 0; at < folders.length; at += readAtOnce) {
      const some = folders.slice(at, at + readAtOnce).map((path) => readVersion(path, base));
      for (const { manifest, hasWeights } of await Promise.all(some)) {
        manifests.push(manifest);
        if (hasWeights) kept.add(manifest.version);
      }
    }
    manifests.sort((a, b) => a.version - b.version);
    const newest = manifests.at(-1)?.version ?? 0;
    const current = await pointedAt(folder, newest) ?? newest;
    return new VersionStore(folder, base, { manifests, kept }, current, { weights, moments });
  }

  /** The version that is in use. */
  get current(): number {
    return this.#current;
  }

  /** The versions whose weights are kept, oldest first. */
  get kept(): number[] {
    return [...this.#kept].sort((a, b) => a - b);
  }

  /** Ids of all episodes that versions have used up. */
  get usedEpisodes(): string[] {
    return this.#manifests.flatMap(({ episodes }) => episodes);
  }

  /** What the versions say of themselves, oldest first. */
  get manifests(): readonly Manifest[] {
    return this.#manifests;
  }

  /** The version that has learned from an episode; undefined if none has. */
  learnedFrom(episode: string): number | undefined {
    return this.#manifests.find(({ episodes }) => episodes.includes(episode))?.version;
  }

  /** The versions after this one (default: all), oldest first. */
  list(after = -1): PolicyVersion[] {
    // A house asks for the newest all the time.
    const from = this.#manifests.findLastIndex(({ version }) => version <= after) + 1;
    return this.#manifests.slice(from).map(({ version, parent, hash, createdAtMs, metrics }) => ({
      version,
      parent,
      hash,
      createdAtMs,
      metrics,
    }));
  }

  /**
   * Reads a version, checked by its hash.
   *
   * @throws {VivariumError} `not-found` if there is none, or its weights are no longer kept;
   * `checkpoint` if it is damaged
   */
  async load(version: number): Promise<LoadedVersion> {
    const manifest = this.#manifest(version);
    const { hash, memory, updates } = manifest;
    const count = this.#base.parameters.length;
    const zeros = { m: new Float32Array(count), v: new Float32Array(count) };
    if (version === 0) {
      return {
        version,
        hash,
        memory,
        state: { ...zeros, parameters: this.#base.parameters, updates },
      };
    }
    const parameters = loadSafetensors(this.#base.config, await this.model(version));
    const actual = parametersHash(parameters);
    if (actual !== hash) {
      throw new VivariumError(
        "checkpoint",
        `cannot load version ${version}: its parameters' SHA-256 must be ${
          hash.slice(0, 12)
        }…: received ${actual.slice(0, 12)}…`,
        { hint: "start with a new database; the shipped checkpoint is assets/policy" },
      );
    }
    const moments = await this.#moments(manifest, count) ?? zeros;
    return { version, hash, memory, state: { parameters, ...moments, updates } };
  }

  /** The safetensors file of a version; throws as {@linkcode load} does. */
  async model(version: number): Promise<Uint8Array<ArrayBuffer>> {
    const manifest = this.#manifest(version);
    if (version === 0) return saveSafetensors(this.#base.config, this.#base.parameters);
    const pruned = version <= this.#oldestWith(this.#retention.weights);
    if (pruned && !this.#kept.has(version)) throw this.#gone(version, "is kept by its record only");
    return await readChecked(this.#path(version), manifest, fileNames.model);
  }

  /** Publishes what an update made of the current version; it is current then. */
  async publish(next: NextVersion): Promise<Manifest> {
    const version = this.#newest + 1;
    const { parameters, m, v, updates } = next.state;
    const hash = parametersHash(parameters);
    const moments = new Float32Array(m.length + v.length);
    moments.set(m);
    moments.set(v, m.length);
    const manifest = await writeFolder(
      this.#path(version),
      {
        [fileNames.model]: saveSafetensors(this.#base.config, parameters, { format: "pt", hash }),
        [fileNames.optimizer]: new Uint8Array(moments.buffer),
      },
      {
        format: "vivarium-policy-1",
        version,
        parent: this.#current,
        hash,
        base: this.#base.manifest.hash,
        createdAtMs: next.createdAtMs,
        parameters: parameters.length,
        updates,
        metrics: next.metrics,
        training: {},
        memory: next.memory,
        episodes: [...next.episodes],
      },
    );
    this.#manifests.push(manifest);
    this.#kept.add(version);
    this.#current = version;
    await this.#prune();
    return manifest;
  }

  /** Makes an earlier version current; durable when it resolves. Throws as {@linkcode load} does. */
  async rollback(version: number): Promise<LoadedVersion> {
    const loaded = await this.load(version);
    const pointer = { version, newest: this.#newest };
    await writeAtomically(`${this.#folder}/${pointerFile}`, `${JSON.stringify(pointer)}\n`);
    this.#current = version;
    return loaded;
  }

  /** The highest number; it is never given again. */
  get #newest(): number {
    return this.#manifests.at(-1)?.version ?? 0;
  }

  #manifest(version: number): Manifest {
    const manifest = this.#manifests.findLast((each) => each.version === version);
    if (manifest === undefined) throw this.#gone(version, "does not exist");
    return manifest;
  }

  #gone(version: number, why: string): VivariumError {
    return new VivariumError(
      "not-found",
      `cannot use version ${version} of the policy: it ${why}`,
      { hint: `kept with their weights: ${rangesOf(this.kept)}` },
    );
  }

  #path(version: number): string {
    return `${this.#folder}/${String(version).padStart(6, "0")}`;
  }

  async #moments(
    manifest: Manifest,
    count: number,
  ): Promise<{ m: Float32Array<ArrayBuffer>; v: Float32Array<ArrayBuffer> } | undefined> {
    const path = this.#path(manifest.version);
    if (!await exists(`${path}/${fileNames.optimizer}`)) return undefined;
    const bytes = await readChecked(path, manifest, fileNames.optimizer);
    const both = new Float32Array(bytes.buffer, bytes.byteOffset, 2 * count);
    return { m: both.slice(0, count), v: both.slice(count) };
  }

  /** The newest version that is older than the last `count`. */
  #oldestWith(count: number): number {
    return this.#newest - count;
  }

  async #prune(): Promise<void> {
    const { weights, moments } = this.#retention;
    // What has no weights has no moments either: of very many versions only a few are looked at.
    for (const version of this.kept) {
      if (version === 0 || version === this.#current) continue;
      const path = this.#path(version);
      if (version <= this.#oldestWith(moments)) await remove(`${path}/${fileNames.optimizer}`);
      if (version > this.#oldestWith(weights)) continue;
      await remove(`${path}/${fileNames.model}`);
      this.#kept.delete(version);
    }
  }
}

const pointerFile = "rollback.json";

/** Versions that are read side by side: a house of days has many thousands. */
const readAtOnce = 64;

/** Reads what a version says of itself, and whether it has its weights. */
async function readVersion(
  path: string,
  base: Checkpoint,
): Promise<{ readonly manifest: Manifest; readonly hasWeights: boolean }> {
  const manifest = await readManifest(path);
  if (manifest.base !== base.manifest.hash) {
    throw new VivariumError(
      "checkpoint",
      `cannot go on from '${path}': it was trained from another checkpoint (${
        manifest.base.slice(0, 12)
      }…, not ${base.manifest.hash.slice(0, 12)}…)`,
      { hint: "name the checkpoint it came from, or start with a new database" },
    );
  }
  return { manifest, hasWeights: await exists(`${path}/${fileNames.model}`) };
}

/** What a rollback named, if no version has been published since. */
async function pointedAt(folder: string, newest: number): Promise<number | undefined> {
  const path = `${folder}/${pointerFile}`;
  if (!await exists(path)) return undefined;
  try {
    const pointer = pointerSchema.parse(JSON.parse(await Deno.readTextFile(path)));
    return pointer.newest === newest ? pointer.version : undefined;
  } catch (error) {
    throw new VivariumError("checkpoint", `cannot read '${path}': ${messageOf(error)}`, {
      hint: "remove the file to use the newest version",
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path);
}
