/** What a check found: `note` is worth knowing, `wrong` must be mended. */
export interface Finding {
  readonly state: "ok" | "note" | "wrong";
  /** What was looked at, in a word or two. */
  readonly what: string;
  /** What was found, and what it means. */
  readonly says: string;
  /** What to do. */
  readonly hint?: string;
}

/** All is well. */
export function ok(what: string, says: string): Finding {
  return { state: "ok", what, says };
}

/** Something that a person should know, and may want to change. */
export function note(what: string, says: string, hint: string): Finding {
  return { state: "note", what, says, hint };
}

/** Something that must be mended. */
export function wrong(what: string, says: string, hint: string): Finding {
  return { state: "wrong", what, says, hint };
}
