import {
  type Cell,
  cellFiles,
  type CellLimits,
  denoSpawner,
  detectLayers,
  innerPid,
  launchCell,
  layerNames,
  type Layers,
  type Profile,
  residentBytes,
  sandboxedSpawner,
} from "../cell/mod.ts";
import { systemClock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";

/** Folder of the cell's bundled files. */
const ownDist = decodeURIComponent(new URL("../../workers/dist", import.meta.url).pathname);

/**
 * What it means that /proc cannot be read: another system, or a house that was started with less than
 * --allow-all, which is what Deno asks for before it opens anything there.
 */
const unwatchedStatement =
  "cells are not watched: /proc cannot be read, so their memory and processor time are not measured " +
  "from outside, and a stopped one is taken for one that hangs.";

/** How the cells of a house are started. */
export interface Cells {
  /** Layers of the operating system that are around each cell. */
  readonly on: string[];
  /** A sentence for each that is not, and what that means. */
  readonly missing: string[];
  /** Starts a cell inside them. */
  launch(limits: CellLimits): Promise<Cell>;
}

/**
 * Finds the operating system's layers, and starts cells inside them.
 *
 * @param profile how hard a cell is locked
 * @param required whether to refuse where a layer is missing
 * @param machine what is there, where it is not to be looked for
 * @throws {VivariumError} `bad-usage` where a required layer is missing
 */
export async function sandboxedCells(
  profile: Profile,
  required: boolean,
  machine: {
    readonly layers?: Layers;
    readonly dist?: string;
    /** Whether a process's memory can be read. */
    readonly watched?: boolean;
  } = {},
): Promise<Cells> {
  const { layers = await detectLayers(), dist = ownDist } = machine;
  const { watched = residentBytes(Deno.pid) !== undefined } = machine;
  const unwatched = watched ? [] : [unwatchedStatement];
  const missing = [
    ...layerNames.filter((name) => !layers[name].on).map((name) => layers[name].statement),
    ...unwatched,
  ];
  if (required && (missing.length > 0 || profile === "portable")) {
    const why = missing[0] ?? "the profile 'portable' uses no layer of the operating system";
    throw new VivariumError("bad-usage", `cannot start with --require-sandbox: ${why}`, {
      hint: "install bubblewrap and util-linux (Debian's names), or leave --require-sandbox out",
    });
  }
  const files = cellFiles.map((file) => `${dist}/${file}`);
  return {
    on: profile === "portable" ? [] : layerNames.filter((name) => layers[name].on),
    missing: profile === "portable" ? unwatched : missing,
    launch: (limits) =>
      launchCell({
        clock: systemClock,
        spawn: sandboxedSpawner(denoSpawner, {
          layers,
          // A house without the layers has none to lend to one child.
          profile: profile === "portable" ? profile : limits.profile ?? profile,
          files,
          limits,
        }),
        deno: Deno.execPath(),
        dist,
        innerPid,
      }, limits),
  };
}
