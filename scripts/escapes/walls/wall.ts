/** A change of one file that takes something out of it. */
export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** One thing that holds attacks, by the name that rows of the corpus give in `wall`. */
export interface Wall {
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  /** Takes it out: of a copy of the sources, by `--ablate`, and nowhere else. */
  readonly edits: readonly Edit[];
}

/** Where the shell's sources are. */
export const shell = "workers/shell";

/** An edit; nothing in its place, unless it is said. */
export function edit(file: string, find: string, replace = ""): Edit {
  return { file, find, replace };
}
