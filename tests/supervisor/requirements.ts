/** A behaviour of SUPERVISION.md: a test cites it by its id, or it says why none does. */
export interface Requirement {
  readonly id: number;
  readonly says: string;
  /** Why no test shows it. */
  readonly unproven?: string;
  /** What of it the citing tests do not show. */
  readonly gap?: string;
}

/** The behaviours of SUPERVISION.md, in short. */
export const requirements: readonly Requirement[] = [
  {
    id: 1,
    says: "one_for_one, one_for_all, rest_for_one; simple_one_for_one: a pool, stopped in parallel",
  },
  { id: 2, says: "permanent, transient, temporary; normal ends are normal and shutdown" },
  { id: 3, says: "a temporary child that a sibling's round stops is dropped with its spec" },
  { id: 4, says: "more than intensity restarts within the sliding period end the supervisor" },
  { id: 5, says: "a start that fails during a restart counts; one that never succeeds escalates" },
  { id: 6, says: "a round in which a later child fails to start is repeated" },
  { id: 7, says: "the supervisor answers while a restart hangs or loops" },
  {
    id: 8,
    says: "start left to right, stop right to left: ask, wait, SIGKILL; brutal_kill at once",
  },
  { id: 9, says: "a first start that fails stops what had started; no orphan processes" },
  { id: 10, says: "significant and autoShutdown; bad specs refused by field, contradictions too" },
  { id: 11, says: "backoff with jitter, reset after a quiet (min+max)/2; no restart in one clump" },
  {
    id: 12,
    says: "after k deaths of listed causes in t it stays down until an operator clears it",
  },
  { id: 13, says: "ready is not started; a start that never signals is a death, and counts" },
  { id: 14, says: "stopping leaves no process of the cell behind" },
  { id: 15, says: "one message at a time; order kept per sender and receiver" },
  {
    id: 16,
    says: "a bounded mailbox with a stated overflow policy; memory flat under a flood of a million",
  },
  {
    id: 17,
    says: "a late reply never answers a later ask; asking the dead rejects, with the cause",
  },
  {
    id: 18,
    says: "dead letters: one stream with recipient, reason and sender; logging throttled",
  },
  { id: 19, says: "monitor: exactly one Down, at once if dead; link with trapExit" },
  { id: 20, says: "a message during backoff is stashed up to a bound, then a dead letter" },
  {
    id: 21,
    says: "the name is stable, lives are numbered; a message for an old life is refused",
  },
  { id: 22, says: "state on return is the last committed one; nobody sees an uncommitted one" },
  { id: 23, says: "SIGKILL of the supervisor: cells are gone within 2 s; all is as committed" },
  { id: 24, says: "coordinated shutdown in phases with time-outs; a second signal is harmless" },
  {
    id: 25,
    says: "heartbeats judged outside: SIGSTOP, busy loop, Atomics.wait; a collection is no death",
    gap:
      "who blocks between turns without any work, as no agent can in its realm, is found at the next",
  },
];
