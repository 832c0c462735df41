import type { DeadLetter } from "../actor/mod.ts";
import { VivariumError } from "../core/errors.ts";
import type { EventDraft } from "../core/events.ts";
import type { LetterRow } from "../store/types.ts";
import { outsideStamp, type Stamp } from "./pacer.ts";

/** An accepted letter, as it lies in a mailbox. */
export type Envelope = Omit<LetterRow, "to" | "atMs"> & Stamp;

/** Where letters stand in a mailbox: by phase, then by sender, then in order of acceptance. */
export function compareEnvelopes(a: Envelope, b: Envelope): number {
  return a.phase - b.phase || a.ordinal - b.ordinal || a.id - b.id;
}

/** Puts an accepted letter into its envelope. */
export function envelopeOf(row: LetterRow, stamp: Stamp = outsideStamp): Envelope {
  const { to: _, atMs: __, ...letter } = row;
  return { ...letter, phase: stamp.phase, ordinal: stamp.ordinal };
}

/** The ids of letters, as a commit takes them. */
export function ids(letters: readonly Envelope[]): number[] {
  return letters.map(({ id }) => id);
}

/** The event that tells of a dead letter. */
export function deadLetterEvent(letter: DeadLetter): EventDraft {
  const { to, from, kind, reason } = letter;
  return { kind: "message.dead-letter", agent: to, data: { from, kind, reason } };
}

/** Why a question to an agent is refused when nobody will come to it. */
export function absent(name: string): VivariumError {
  return new VivariumError(
    "unavailable",
    `'${name}' takes no further turn in this run, so it answers nothing`,
    { data: { agent: name } },
  );
}
