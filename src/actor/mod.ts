/**
 * The actor room: addresses, the bounded mailbox, the table of questions that wait for an answer, and
 * dead letters. It knows nothing of agents, cells or the store: an address is a name, a letter is
 * whatever its owner puts in. Who comes in: the supervisor, which gives each agent a mailbox and makes
 * what is accepted durable.
 */
export { Asks } from "./asks.ts";
export type { Question } from "./asks.ts";
export { checkBody, maxBodyBytes } from "./body.ts";
export { type DeadLetter, deadLetterReasons } from "./dead_letter.ts";
export type { DeadLetterReason } from "./dead_letter.ts";
export { defaultCapacity, Mailbox, overflowPolicies } from "./mailbox.ts";
export type { MailboxOptions, OverflowPolicy } from "./mailbox.ts";
export { Bonds, type Down, type Severed } from "./bonds.ts";
