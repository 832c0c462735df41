import type { Json } from "../core/json.ts";
import type { Genome } from "../genome/mod.ts";
import type { DeathFacts } from "../death/mod.ts";

/** What one cell may use. Every number is enforced from outside the agent. */
export interface CellLimits {
  /** Deadline of a step, waits for the model excluded; past it the process is killed. @default 2000 */
  readonly stepMs: number;
  /** Processor time of a step, all threads of its process together; past it the process is killed. @default 10000 */
  readonly cpuMs: number;
  /** Deadline from launch to the ready frame. @default 10000 */
  readonly readyMs: number;
  /** V8's heap. @default 64 */
  readonly heapMb: number;
  /** Resident memory of the whole process, watched from outside. @default 320 */
  readonly memoryMb: number;
  /** What a step may print, in bytes of UTF-8. @default 65536 */
  readonly printBytes: number;
  /** Messages (send and ask) a step. @default 64 */
  readonly messages: number;
  /** Model calls a step. @default 8 */
  readonly modelCalls: number;
  /**
   * Tokens of the model a step, read and written, as the model counts them; the call that comes when they
   * are used up is a flood. @default 65536
   */
  readonly modelTokens: number;
  /** Timers that wait at once. @default 256 */
  readonly timers: number;
  /** Size of a genome's canonical text. @default 65536 */
  readonly genomeBytes: number;
  /** Size of one frame on the pipe. @default 1048576 */
  readonly frameBytes: number;
  /**
   * How hard its process is locked: `strict` (no JIT) or `fast` (with JIT, memory watched from outside).
   * Default: as its house says, which alone can leave the operating system's layers out.
   */
  readonly profile?: "strict" | "fast";
}

/** The limits of an agent whose child spec names none. */
export const defaultCellLimits: CellLimits = {
  stepMs: 2000,
  cpuMs: 10_000,
  readyMs: 10_000,
  heapMb: 64,
  memoryMb: 320,
  printBytes: 65_536,
  messages: 64,
  modelCalls: 8,
  modelTokens: 65_536,
  timers: 256,
  genomeBytes: 65_536,
  frameBytes: 1_048_576,
};

/** What a life starts with. */
export interface Birth {
  readonly agent: string;
  readonly life: number;
  readonly genome: Genome;
  readonly query: string;
  readonly limits: CellLimits;
}

/** A message as the agent's `handle` sees it. */
export interface Letter {
  /** A tick comes from the supervisor; tell and ask from an agent, or from `operator`. */
  readonly kind: "tick" | "tell" | "ask";
  readonly from: string;
  readonly body: Json;
}

/** One turn of the loop, with all that is not determined by the genome. */
export interface Turn {
  readonly letter: Letter;
  readonly age: number;
  readonly energy: number;
  /** What `Date.now()` says during the turn, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Seed of `Math.random` for the turn. */
  readonly seed: number;
}

/** What an agent may ask of the house during a turn; a rejection reaches the agent as an Error. */
export interface TurnPowers {
  /**
   * Asks the model. A {@linkcode VivariumError} of code `provider` ends the life as `llm`, one of code
   * `overloaded` as `flood`.
   */
  llm(prompt: string): Promise<string>;
  send(to: string, body: Json): Promise<void>;
  ask(to: string, body: Json): Promise<Json>;
  /**
   * Uses a power that the agent was granted. A {@linkcode VivariumError} of code `forbidden` ends the
   * life as `harm`. Left out where there are none.
   */
  use?(power: string, input: Json): Promise<Json>;
}

/** What a turn cost, measured by the warden or from outside. */
export interface Usage {
  /** From the turn's frame to its outcome, waits for the house included. */
  readonly elapsedMs: number;
  /** The same without the waits for model, send and ask. */
  readonly busyMs: number;
  readonly rssBytes: number;
  readonly printBytes: number;
  readonly messages: number;
  readonly modelCalls: number;
}

/** One thing that an edit wanted to keep and could not. */
export interface Dropped {
  readonly name: string;
  readonly why: string;
}

/** An attempt at a power that the agent was not given. */
export interface Attempt {
  /** What was reached for, as written: `Deno.remove`, `require`, `import`. */
  readonly power: string;
  /** The arguments, as bounded text; of a static reading, how it is used: `call`, `read`, `typeof`. */
  readonly detail: string;
  /** `run`: code ran and reached. `static`: the response contains the reach, run or not. */
  readonly signal: "run" | "static";
}

/** A turn that was lived through. */
export interface Lived {
  readonly lived: true;
  /** The genome after the turn: read back from the live agent, already compiled again from source. */
  readonly genome: Genome;
  readonly query: string;
  /** Names of methods and attributes (and `state`) that differ from before the turn. */
  readonly edited: readonly string[];
  readonly dropped: readonly Dropped[];
  /** Names of its own that its responses have used with success: methods called, attributes read. */
  readonly used: readonly string[];
  readonly prints: readonly string[];
  /** What `handle` returned, as plain data (null where it cannot be carried): the reply to an ask. */
  readonly returned: Json;
  /** Harmless reaches for absent powers, e.g. `Deno.version`. */
  readonly attempts: readonly Attempt[];
  readonly usage: Usage;
  /** Its deadline had passed, and its process was killed, before the house saw that it had answered. */
  readonly late?: true;
}

/** A turn, or a birth, that was not lived through. */
export interface Died {
  readonly lived: false;
  readonly facts: DeathFacts;
  readonly prints: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly usage: Usage;
}

/** The end of a turn. */
export type Outcome = Lived | Died;

/**
 * One locked process with one agent's Worker in it. One call at a time. After a soft death it may
 * be born into again; after a hard one (`usable` is false) never.
 */
export interface Cell {
  readonly pid: number;
  /** Whether another life may be born here. */
  readonly usable: boolean;
  /** Starts a life in a fresh compartment. Resolves with the facts when the genome cannot live. */
  birth(birth: Birth): Promise<{ readonly lived: true } | Died>;
  /** Lives one turn. Never rejects for anything that an agent can do. */
  turn(turn: Turn, powers: TurnPowers): Promise<Outcome>;
  /** Called at most once, if the process ends while no call runs. */
  onDeath(listener: (facts: DeathFacts) => void): void;
  /**
   * SIGKILL, and wait until the process is reaped. Idempotent.
   *
   * @param why who ends it for what, in words: the evidence of a death that comes of it
   */
  kill(why: string): Promise<void>;
}

/** Cells kept ready, so that a new life does not wait for a process. */
export interface CellPool {
  /** A ready cell with these limits. Rejects with {@linkcode VivariumError} `cell` if none starts. */
  take(limits: CellLimits): Promise<Cell>;
  /** Gives a cell back after a soft death; one that is not usable is killed. */
  give(cell: Cell): void;
  /**
   * Keeps one more cell with these limits ready, while there is room: for whoever must not wait for a process.
   *
   * @returns gives the place up
   */
  reserve(limits: CellLimits): () => void;
  /** Kills all cells, those handed out too. */
  close(): Promise<void>;
}
