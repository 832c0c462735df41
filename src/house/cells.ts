import {
  type Cell,
  type CellLimits,
  denoSpawner,
  detectLayers,
  isStoppedInside,
  launchCell,
  layerNames,
  type Layers,
  processorMsInside,
  type Profile,
  residentBytesInside,
  sandboxedSpawner,
  yieldProcessorInside,
} from "../cell/mod.ts";
import { systemClock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";

/** Folder of the cell's bundled files. */
const ownDist = decodeURIComponent(new URL("../../workers/dist", import.meta.url).pathname);

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
  machine: { readonly layers?: Layers; readonly dist?: string } = {},
): Promise<Cells> {
  const { layers = await detectLayers(), dist = ownDist } = machine;
  const missing = layerNames.filter((name) => !layers[name].on).map((name) =>
    layers[name].statement
  );
  if (required && (missing.length > 0 || profile === "portable")) {
    const why = missing[0] ?? "the profile 'portable' uses no layer of the operating system";
    throw new VivariumError("bad-usage", `cannot start with --require-sandbox: ${why}`, {
      hint: "install bubblewrap and util-linux (Debian's names), or leave --require-sandbox out",
    });
  }
  const files = [`${dist}/cell.js`, `${dist}/agent.js`, `${dist}/import_map.json`];
  return {
    on: profile === "portable" ? [] : layerNames.filter((name) => layers[name].on),
    missing: profile === "portable" ? [] : missing,
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
        residentBytes: residentBytesInside,
        processorMs: processorMsInside,
        yieldProcessor: yieldProcessorInside,
        isStopped: isStoppedInside,
      }, limits),
  };
}
