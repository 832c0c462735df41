import { writeFilters } from "./filter_files.ts";
import { inheritedDescriptors } from "./inherited.ts";
import { librariesIn } from "./libraries.ts";
import { findOnPath, trialRun } from "./run.ts";
import { type CellCommand, defaultSandboxLimits, type LayerName, type Layers } from "./types.ts";
import { denoInside, wrapCommand } from "./wrap.ts";

/** Where to look; each has its answer on the host. */
export interface DetectOptions {
  /** @default PATH */
  readonly path?: string;
  /** The Deno of the cells. @default the one that runs this */
  readonly deno?: string;
  /** Where the filters are kept; nobody else may write there. @default a folder in the user's cache */
  readonly filterFolder?: string;
}

/** What it means for the house that a layer is on, or that it is not. */
const meaning: Readonly<Record<LayerName, { readonly on: string; readonly off: string }>> = {
  bubblewrap: {
    on:
      "a cell sees no file of the host but Deno and its own code, no network and no other process",
    off:
      "a cell that breaks out of the language and of Deno's permissions would have this user's " +
      "files, network and processes before it",
  },
  prlimit: {
    on: "the kernel caps a cell's memory, processor time, files and descriptors",
    off:
      "a cell's memory and processor time are only watched from outside, not capped by the kernel",
  },
  seccomp: {
    on: "the kernel answers a cell only the calls that an honest one makes",
    off: "a cell that breaks out of V8 could ask the kernel for anything",
  },
};

function found<Found>(name: LayerName, how: Found) {
  return { on: true, statement: `${name} is on: ${meaning[name].on}.`, ...how } as const;
}

function missing(name: LayerName, why: string) {
  return { on: false, statement: `${name} is off (${why}): ${meaning[name].off}.`, why } as const;
}

/** A program that answers only if Deno, its permissions and its shell work under the layers. */
const answer = "the cell answers";
const trialProgram = `data:application/javascript,console.log(${JSON.stringify(answer)})`;

function trialCell(deno: string): CellCommand {
  const flags = ["--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm"];
  return {
    command: deno,
    args: ["run", ...flags, "--cached-only", "--no-code-cache", trialProgram],
    env: { DENO_DIR: "/dev/null/x", HOME: "/nonexistent", DENO_NO_UPDATE_CHECK: "1" },
    files: [],
  };
}

/** Why a cell does not run under these layers, or undefined if it does. */
async function objection(layers: Layers, deno: string): Promise<string | undefined> {
  const line = wrapCommand(trialCell(deno), layers, "strict", defaultSandboxLimits);
  const { ok, output, why } = await trialRun(line);
  if (!ok) return why;
  return output.trim() === answer ? undefined : "its trial run gave no answer";
}

async function findBubblewrap(deno: string, path: string): Promise<Layers["bubblewrap"]> {
  const program = await findOnPath("bwrap", path);
  if (program === undefined) return missing("bubblewrap", "no 'bwrap' on the path");
  const ldd = await findOnPath("ldd", path);
  if (ldd === undefined) return missing("bubblewrap", "no 'ldd' on the path");
  const { output } = await trialRun({ command: ldd, args: [deno], env: {} });
  const binds = [{ from: deno, to: denoInside }, ...librariesIn(output)];
  return found("bubblewrap", { path: program, binds });
}

async function findPrlimit(path: string): Promise<Layers["prlimit"]> {
  const program = await findOnPath("prlimit", path);
  if (program === undefined) return missing("prlimit", "no 'prlimit' on the path");
  return found("prlimit", { path: program });
}

async function findSeccomp(folder: string): Promise<Layers["seccomp"]> {
  try {
    const filters = await writeFilters(folder);
    if (filters !== undefined) return found("seccomp", { filters });
    return missing("seccomp", `no filter for ${Deno.build.arch}`);
  } catch (error) {
    return missing("seccomp", error instanceof Error ? error.message : String(error));
  }
}

/** Only bash can name a descriptor of two digits; it is needed only where the house inherited one. */
async function findShell(path: string): Promise<Layers["shell"] | undefined> {
  const close = inheritedDescriptors();
  const names = close.some((descriptor) => descriptor > 9) ? ["bash", "sh"] : ["sh"];
  for (const name of names) {
    const shell = await findOnPath(name, path);
    if (shell === undefined) continue;
    return { path: shell, close: name === "bash" ? close : close.filter((fd) => fd <= 9) };
  }
  return undefined;
}

/** Where the filters lie by default: a folder that only this user can write. */
async function defaultFilterFolder(): Promise<string> {
  const { XDG_CACHE_HOME, HOME } = Deno.env.toObject();
  const cache = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : `${HOME}/.cache`);
  return cache === undefined ? await Deno.makeTempDir() : `${cache}/vivarium`;
}

/**
 * Finds the layers that this system lends, and proves each by running a cell under it: a bubblewrap
 * that may not make user namespaces is found here, at start, and not at the first death. Takes about
 * two launches; ask once.
 *
 * @param options where to look
 * @returns each layer, on or off, with a sentence on what that means
 */
export async function detectLayers(options: DetectOptions = {}): Promise<Layers> {
  const path = options.path ?? Deno.env.get("PATH") ?? "";
  const deno = await Deno.realPath(options.deno ?? Deno.execPath());
  const shell = await findShell(path);
  if (Deno.build.os !== "linux" || shell === undefined) {
    return withoutLayers(Deno.build.os === "linux" ? "no 'sh' on the path" : "not on Linux");
  }
  const none = { ...withoutLayers("not asked for"), shell };
  const [bubblewrap, prlimit] = await Promise.all([
    proved("bubblewrap", findBubblewrap(deno, path), (bubblewrap) => ({ ...none, bubblewrap })),
    proved("prlimit", findPrlimit(path), (prlimit) => ({ ...none, prlimit })),
  ]);
  const layers = { ...none, bubblewrap, prlimit };
  if (!bubblewrap.on) return { ...layers, seccomp: missing("seccomp", "it needs bubblewrap") };
  const folder = options.filterFolder ?? await defaultFilterFolder();
  const seccomp = proved("seccomp", findSeccomp(folder), (seccomp) => ({ ...layers, seccomp }));
  return { ...layers, seccomp: await seccomp };

  /** The layer, if a cell runs under it; else why not. */
  async function proved<Name extends LayerName>(
    name: Name,
    candidate: Promise<Layers[Name]>,
    trial: (layer: Layers[Name]) => Layers,
  ): Promise<Layers[Name] | ReturnType<typeof missing>> {
    const layer = await candidate;
    if (!layer.on) return layer;
    const why = await objection(trial(layer), deno);
    return why === undefined ? layer : missing(name, why);
  }
}

/**
 * No layer at all, with the reason.
 *
 * @param why in a few words
 * @returns layers that are all off
 */
export function withoutLayers(why: string): Layers {
  return {
    bubblewrap: missing("bubblewrap", why),
    prlimit: missing("prlimit", why),
    seccomp: missing("seccomp", why),
    shell: { path: "/bin/sh", close: [] },
  };
}
