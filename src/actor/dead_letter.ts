/** Why a letter was not handled. Append-only. */
export const deadLetterReasons = [
  /** The mailbox was full, and the overflow policy drops. */
  "overflow",
  /** The recipient was stopped with letters in its mailbox. */
  "stopped",
  /** The recipient died before it came to the question, or to what was for that life alone. */
  "died",
  /** The answer came when nobody waited any more. */
  "late-reply",
] as const;

/** Why a letter was not handled. */
export type DeadLetterReason = typeof deadLetterReasons[number];

/** A letter that was accepted (or sent) and that nobody handled. */
export interface DeadLetter {
  readonly to: string;
  readonly from: string;
  readonly kind: string;
  readonly reason: DeadLetterReason;
}
