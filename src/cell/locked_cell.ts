import { type Clock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import type { DeathFacts, Fault, Kill } from "../death/mod.ts";
import { editedNames, type Genome, vitalMethods } from "../genome/mod.ts";
import { Act } from "./act.ts";
import { IdleWatch } from "./idle_watch.ts";
import { readLines } from "./lines.ts";
import {
  type Claim,
  type ClaimedFault,
  parseClaim,
  parseFrame,
  ProtocolFault,
} from "./protocol.ts";
import { graceMs, serveCall } from "./serve.ts";
import type { CellProcess, Exit, Glance } from "./spawn.ts";
import { Tail } from "./tail.ts";
import type { Birth, Born, Cell, CellLimits, Died, Outcome, Turn, TurnPowers } from "./types.ts";

/** What a locked cell is made of. */
export interface LockedCellOptions {
  readonly process: CellProcess;
  readonly secret: string;
  readonly clock: Clock;
  /** Bounds that hold before the first birth. */
  readonly limits: CellLimits;
  /** The process that does the work, inside of whatever was started; asked once the cell is ready. */
  innerPid(pid: number): number;
  residentBytes(pid: number): number | undefined;
  glance(pid: number): Glance | undefined;
}

/** An act under way, and who waits for it. */
interface Running {
  readonly act: Act;
  readonly powers: TurnPowers | undefined;
  resolve(outcome: Outcome | Born): void;
}

/**
 * One locked process with one agent's Worker in it, seen from the house. Whatever comes on its pipe
 * is this agent's claim; a line that is not a claim of its warden kills it.
 */
export class LockedCell implements Cell {
  readonly #options: LockedCellOptions;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stderr = new Tail();
  readonly #reaped: Promise<void>;
  #running: Running | undefined;
  #life: { genome: Genome; limits: CellLimits } | undefined;
  #nextId = 1;
  #spoiled = false;
  #killed: Kill | undefined;
  #exit: Exit | undefined;
  #idleWatch: IdleWatch | undefined;
  /** How long it could not have taken a turn when it was found so. */
  #idleMs = 0;
  #onDeath: ((facts: DeathFacts) => void) | undefined;
  #isReady = false;
  #innerPid: number;
  #ready = Promise.withResolvers<void>();

  constructor(options: LockedCellOptions) {
    this.#options = options;
    this.#innerPid = options.process.pid;
    this.#writer = options.process.stdin.getWriter();
    this.#ready.promise.catch(() => {});
    this.#reaped = this.#watch();
    this.#write({ op: "hello", secret: options.secret });
  }

  get pid(): number {
    return this.#options.process.pid;
  }

  get usable(): boolean {
    return !this.#spoiled && this.#exit === undefined;
  }

  /** Resolves when the warden and its Worker are ready; rejects when the process ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async birth(birth: Birth): Promise<Born | Died> {
    const { printBytes, messages, modelCalls, timers, genomeBytes } = birth.limits;
    this.#life = { genome: birth.genome, limits: birth.limits };
    const outcome = await this.#perform("birth", undefined, (id) => ({
      op: "birth",
      id,
      genome: birth.genome,
      query: birth.query,
      limits: { printBytes, messages, modelCalls, timers, genomeBytes },
    }));
    return outcome;
  }

  async turn(turn: Turn, powers: TurnPowers): Promise<Outcome> {
    const outcome = await this.#perform("turn", powers, (id) => ({ op: "turn", id, ...turn }));
    if (outcome.lived && !("genome" in outcome)) throw new Error("a turn ended without a genome");
    return outcome;
  }

  onDeath(listener: (facts: DeathFacts) => void): void {
    this.#onDeath = listener;
  }

  async kill(why: string): Promise<void> {
    this.#kill({ rule: "order", why });
    await this.#reaped;
  }

  /** The first reason counts: what comes after it kills nobody. */
  #kill(why: Kill): void {
    this.#spoiled = true;
    if (this.#exit !== undefined || this.#killed !== undefined) return;
    this.#killed = why;
    this.#options.process.kill();
  }

  #perform(
    phase: "birth" | "turn",
    powers: TurnPowers | undefined,
    order: (id: number) => Record<string, unknown>,
  ): Promise<Outcome | Born> {
    const life = this.#life;
    if (life === undefined || this.#running !== undefined) {
      throw new VivariumError("internal", "cannot use the cell: it has no life, or is at work");
    }
    const id = this.#nextId++;
    const { clock } = this.#options;
    const act = new Act({
      phase,
      id,
      clock,
      limits: life.limits,
      residentBytes: () => this.#options.residentBytes(this.#innerPid),
      glance: () => this.#options.glance(this.#innerPid),
      kill: (why) => this.#kill(why),
    });
    return new Promise((resolve) => {
      this.#running = { act, powers, resolve };
      if (this.#exit !== undefined) this.#endByExit();
      else this.#write(order(id));
    });
  }

  #write(frame: Record<string, unknown>): void {
    const bytes = new TextEncoder().encode(JSON.stringify(frame) + "\n");
    // A broken pipe shows as the process's end.
    this.#writer.write(bytes).catch(() => {});
  }

  /** Reads all that the process says until it has been reaped. */
  async #watch(): Promise<void> {
    const { process, clock } = this.#options;
    const left = Promise.withResolvers<void>();
    const heard = Promise.all([this.#readClaims(), this.#stderr.read(process.stderr)]);
    const settled = Promise.race([heard, left.promise]);
    const exit = await process.exit;
    // One that it left behind, as bubblewrap may where a signal meets it at its start, holds its pipes. It
    // ends without input; where it does not, nobody waits for it.
    const closed = this.#writer.abort().catch(() => {});
    const cancel = clock.after(leftMs, left.resolve);
    await settled;
    await Promise.race([closed, left.promise]);
    cancel();
    this.#exit = exit;
    this.#spoiled = true;
    this.#idleWatch?.end();
    const words = this.#stderr.text.trim();
    const end = exit.signal ?? `exit code ${exit.code}`;
    this.#ready.reject(new VivariumError("cell", `the cell ended (${end}): ${words}`));
    if (this.#running !== undefined) this.#endByExit();
    else if (this.#killed === undefined || deathly.has(this.#killed.rule)) {
      this.#onDeath?.({ phase: "idle", ...this.#seen(), detectedMs: this.#idleMs });
    }
  }

  async #readClaims(): Promise<void> {
    const lines = readLines(this.#options.process.stdout, this.#options.limits.frameBytes);
    try {
      for await (const line of lines) this.#hear(this.#authentic(line));
    } catch (error) {
      this.#breach(
        error instanceof ProtocolFault ? error : new ProtocolFault("forgery", messageOf(error)),
      );
    }
  }

  #breach(fault: ProtocolFault): void {
    if (this.#running !== undefined) return this.#running.act.breach(fault);
    this.#kill({ rule: "protocol", kind: fault.kind, message: fault.message });
  }

  /** A claim that bears the secret: whatever else is on the pipe was not written by the warden. */
  #authentic(line: string): Claim {
    const frame = parseFrame(line);
    if (frame === null || typeof frame !== "object" || !("secret" in frame)) {
      throw new ProtocolFault("forgery", "a frame does not bear the secret");
    }
    const { secret, ...claim } = frame;
    if (secret !== this.#options.secret) {
      throw new ProtocolFault("forgery", "a frame bears another secret");
    }
    return parseClaim(claim);
  }

  #hear(claim: Claim): void {
    if (claim.op === "ready") return this.#becomeReady();
    const running = this.#running;
    const act = running?.act;
    const id = claim.op === "born" ? claim.id : claim.turn;
    if (running === undefined || act === undefined || id !== act.options.id || !act.open) {
      throw new ProtocolFault("forgery", `a ${claim.op} came that nobody asked for`);
    }
    act.sign();
    switch (claim.op) {
      case "born":
        if (act.options.phase !== "birth") throw new ProtocolFault("forgery", "born in a turn");
        if (this.#isCondemned) return;
        return this.#finish(running, () => ({ lived: true, ...this.#lateness() }));
      case "call":
        if (running.powers === undefined) throw new ProtocolFault("forgery", "a call at birth");
        act.call(claim.power, claim.call);
        return void serveCall(act, running.powers, claim, this.#options.limits.frameBytes)
          .then((order) => order === undefined ? undefined : this.#write(order));
      case "notes":
        return act.note(claim.prints, claim.attempts);
      case "fault":
        return act.setFault(faultOf(claim.fault), graceMs);
      case "lived":
        return this.#lived(running, claim);
      case "died":
        if (!claim.settled) this.#spoiled = true;
        this.#life = undefined;
        return this.#finish(running, () => {
          const died = act.died({ ...this.#seen(), fault: faultOf(claim.fault) });
          // A process that is full of one life's memory would fail the next for what it did not do.
          if (died.usage.rssBytes > spentShare * act.options.limits.memoryMb * 1024 * 1024) {
            this.#spoiled = true;
          }
          return died;
        });
      default:
        claim satisfies never;
    }
  }

  /** Once, and before all else: what the process says later is not to be waited for. */
  #becomeReady(): void {
    if (this.#isReady || this.#nextId > 1) {
      throw new ProtocolFault("forgery", "a ready came that nobody asked for");
    }
    this.#isReady = true;
    this.#innerPid = this.#options.innerPid(this.pid);
    this.#idleWatch = new IdleWatch({
      clock: this.#options.clock,
      limitMs: () => (this.#life?.limits ?? this.#options.limits).stepMs,
      done: () => this.#running === undefined ? this.#nextId : undefined,
      glance: () => this.#options.glance(this.#innerPid),
      found: (why, lastedMs) => {
        this.#idleMs = lastedMs;
        this.#kill(why);
      },
    });
    this.#ready.resolve();
  }

  #lived(running: Running, claim: Extract<Claim, { op: "lived" }>): void {
    const { act } = running;
    const life = this.#life;
    if (act.options.phase !== "turn" || life === undefined) {
      throw new ProtocolFault("forgery", "lived without a turn");
    }
    const { genome } = claim;
    const text = canonicalJson({ ...genome });
    if (
      vitalMethods.some((name) => !Object.hasOwn(genome.methods, name)) ||
      new TextEncoder().encode(text).length > life.limits.genomeBytes
    ) throw new ProtocolFault("forgery", "a genome came that the shell would not have read");
    if (act.fault !== undefined || this.#isCondemned) {
      this.#life = undefined;
      return this.#finish(running, () => act.died(this.#seen()));
    }
    const before = life.genome;
    life.genome = genome;
    this.#finish(running, () => ({
      lived: true,
      genome,
      query: claim.query,
      edited: editedNames(before, genome),
      dropped: claim.dropped,
      used: claim.used,
      prints: act.prints,
      returned: claim.returned,
      attempts: act.attempts,
      usage: act.usage(),
      ...this.#lateness(),
    }));
  }

  /** Killed for what it did: nothing that it says can save it. */
  get #isCondemned(): boolean {
    const rule = this.#killed?.rule;
    return rule !== undefined && rule !== "deadline" && rule !== "order";
  }

  /** Past its deadline an answer was in time, if it lay in the pipe: the house was late to look. */
  #lateness(): { readonly late?: true } {
    return this.#killed?.rule === "deadline" ? { late: true } : {};
  }

  #finish(running: Running, outcome: () => Outcome | Born): void {
    running.act.end();
    this.#running = undefined;
    running.resolve(outcome());
  }

  #endByExit(): void {
    const running = this.#running;
    if (running === undefined || this.#exit === undefined) return;
    this.#running = undefined;
    this.#life = undefined;
    running.act.end();
    running.resolve(running.act.died(this.#seen()));
  }

  /** What was seen of the process so far: how it ended, why the house killed it, its last words. */
  #seen(): Pick<DeathFacts, "exit" | "kill" | "stderr"> {
    return {
      ...(this.#exit === undefined ? {} : { exit: this.#exit }),
      ...(this.#killed === undefined ? {} : { kill: this.#killed }),
      stderr: this.#stderr.text,
    };
  }
}

/** How long the pipes of a process that has ended may stay open, in milliseconds. */
const leftMs = 1000;

/** Rules by which an idle cell is killed for what it did: any other kill of it is nobody's death. */
const deathly: ReadonlySet<Kill["rule"]> = new Set(["protocol", "idle"]);

/** A cell whose last life left more than this share of its memory in use is not handed on. */
const spentShare = 0.5;

function faultOf(fault: ClaimedFault): Fault {
  const { kind, message, stack } = fault;
  return stack === undefined ? { kind, message } : { kind, message, stack };
}
