/** How hard a cell is locked: a choice of the agent's child spec. */
export const profiles = ["strict", "fast", "portable"] as const;

/**
 * - `strict`: no JIT, memory capped by the kernel, every layer that the system has.
 * - `fast`: with JIT, so memory is only watched from outside; the other layers as in `strict`.
 * - `portable`: no JIT and no layer of the operating system.
 */
export type Profile = typeof profiles[number];

/** The layers that the operating system lends. */
export const layerNames = ["bubblewrap", "prlimit", "seccomp"] as const;

/** One of them. */
export type LayerName = typeof layerNames[number];

/** A layer that was proved by a trial run, or one that is missing and what that means. */
export type Layer<Found> =
  | ({ readonly on: true; readonly statement: string } & Found)
  | { readonly on: false; readonly statement: string; readonly why: string };

/** A file of the host and the name that a cell sees it by. Always read-only. */
export interface Bind {
  readonly from: string;
  readonly to: string;
}

/** What `detectLayers` found: which layers hold on this machine, and how to use them. */
export interface Layers {
  readonly bubblewrap: Layer<{
    readonly path: string;
    /** Deno itself (as {@linkcode denoInside}) and the libraries that it is linked to. */
    readonly binds: readonly Bind[];
  }>;
  readonly prlimit: Layer<{ readonly path: string }>;
  readonly seccomp: Layer<{
    /** Files with the assembled programs; `strict` forbids memory both writable and executable. */
    readonly filters: Readonly<Record<"strict" | "fast", string>>;
  }>;
  readonly shell: Shell;
}

/** The shell that opens and closes descriptors before it becomes the cell; Deno cannot. */
export interface Shell {
  readonly path: string;
  /** Descriptors that the house itself inherited open; a cell must not inherit them. */
  readonly close: readonly number[];
}

/** Caps of the kernel on one cell. They stand for the whole life of the process. */
export interface SandboxLimits {
  /** Private writable memory, `strict` only. @default 256 */
  readonly dataMb: number;
  /**
   * Processor time of the process, soft and hard: SIGKILL at its end. Only for a cell that nobody watches any
   * more: a step has limits of its own, and an honest agent may live for days. @default a week
   */
  readonly cpuSeconds: number;
  /** Open descriptors. A cell with its Worker uses about 20. @default 32 */
  readonly openFiles: number;
}

/** The caps of a cell where nothing is said. */
export const defaultSandboxLimits: SandboxLimits = {
  dataMb: 256,
  cpuSeconds: 604_800,
  openFiles: 32,
};

/** A command line, as `Deno.Command` takes it. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: the caller passes `clearEnv: true`. */
  readonly env: Readonly<Record<string, string>>;
}

/** The command line of a cell before any layer. */
export interface CellCommand extends CommandLine {
  /** Absolute paths of the files that the cell loads; the only ones it will see. Their base names differ. */
  readonly files: readonly string[];
}
