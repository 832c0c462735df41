import type { Mailbox } from "../actor/mod.ts";
import type { Born, Cell, CellLimits, Died } from "../cell/types.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import type { DeathFacts } from "../death/mod.ts";
import { firstGenome } from "../genome/mod.ts";
import type { AgentRow } from "../store/types.ts";
import type { Ancestry } from "./ancestry.ts";
import { CellHolder } from "./cell_holder.ts";
import { Chronicle, type Cut } from "./chronicle.ts";
import type { Context } from "./context.ts";
import { absent, type Envelope } from "./letters.ts";
import { type Life, openLife } from "./life.ts";
import { inputOf, openTurn } from "./open_turn.ts";
import { openDeathSpan, openStepSpan } from "./spans.ts";
import type { Member } from "./pacer.ts";
import type { Probation } from "./descent.ts";
import { Gate } from "./gate.ts";
import type { Resident } from "./hierarchy.ts";
import { Orders, reasonOf, type StopOrder } from "./orders.ts";
import type { AgentPhase } from "./phase.ts";
import type { OpenTurn } from "./turn.ts";
import { type EndedTurn, noUsage, parked, stopOrdered } from "./rows.ts";
import { type ChildSpec, limitsOf, patienceMs } from "./spec.ts";
import type { Spell } from "./stuck.ts";
import { judge, knownVerdict, starved, type Verdict } from "./verdict.ts";

/** What an agent reads as its energy where nobody meters it; zero would be starvation. */
const unmeteredEnergy = 1;
const runIsOver = "the run's steps are done";

/**
 * One agent under its supervisor: takes letters, has its cell live the turns, and has written down what
 * came of them. One loop, one thing at a time; orders from outside are noted, and looked at between
 * turns. What is decided after a death is in `decision.ts`, what is written in `chronicle.ts`.
 */
export class AgentRunner implements Member, Resident {
  readonly spec: ChildSpec;
  readonly #context: Context;
  readonly #limits: CellLimits;
  readonly #chronicle: Chronicle;
  readonly #holder: CellHolder;
  readonly #done = Promise.withResolvers<void>();
  #phase: AgentPhase = "starting";
  #turns = 0;
  /** Open when its supervisor has started it: without that it has no next life. */
  readonly #gate = new Gate();
  readonly #orders = new Orders();
  /** Gives up the cell that is kept ready for it, if one is. */
  #unreserve: (() => void) | undefined;
  /** How its cell ended, if it did so between turns. */
  #fallen: DeathFacts | undefined;

  constructor(context: Context, spec: ChildSpec, row: AgentRow, ancestry: Ancestry) {
    this.#context = context;
    this.spec = spec;
    this.#limits = limitsOf(spec);
    this.#chronicle = new Chronicle(context, spec, row, ancestry);
    this.#holder = new CellHolder(context.pool, this.#limits, (facts) => {
      if (this.#chronicle.life !== undefined) this.#fallen = facts;
      context.pacer.release(this.name);
    });
  }

  get name(): string {
    return this.row.name;
  }

  get ordinal(): number {
    return this.row.ordinal;
  }

  /** Its row, as last committed. */
  get row(): AgentRow {
    return this.#chronicle.row;
  }

  get mailbox(): Mailbox<Envelope> {
    return this.#chronicle.mailbox;
  }

  get phase(): AgentPhase {
    return this.#phase;
  }

  /** Its cell's process, if it has one. */
  get pid(): number | null {
    return this.#holder.cell?.pid ?? null;
  }

  /** Steps lived in the present life. */
  get age(): number {
    return this.#chronicle.life?.row.steps ?? 0;
  }

  /** What is left of its energy, where it is metered. */
  get energy(): number | undefined {
    return this.#context.energy && this.#chronicle.life?.energy;
  }

  /** Its genome's probation, if it is on one. */
  get probation(): Probation | undefined {
    return this.#chronicle.probation;
  }

  /** The spell that it is stuck in, if it is. */
  get stuck(): Spell | undefined {
    return this.#chronicle.stuck;
  }

  /** Number of the life under way. */
  get present(): number | undefined {
    return this.#chronicle.life?.row.life;
  }

  /** Whether it takes no further turn. */
  get rests(): boolean {
    return this.#phase === "finished" || this.#phase === "stopped" || this.#phase === "failed";
  }

  /** Whether it is being stopped. */
  get stopping(): boolean {
    return this.#orders.stop !== undefined;
  }

  isWaitedFor(): boolean {
    const asked = (each: Envelope): boolean => each.kind === "ask" || this.mailbox.waiting > 0;
    return this.row.status === "running" &&
      this.mailbox.peek((each) => asked(each) && this.#chronicle.sees(each)) !== undefined;
  }

  hasWork(): boolean {
    return this.row.status === "running" &&
      (this.spec.ticking || this.mailbox.peek((each) => this.#chronicle.sees(each)) !== undefined);
  }

  /** Begins its loop. */
  start(): void {
    this.#context.pacer.join(this);
    // Who goes back from a new genome must not wait for a process.
    if (this.spec.probation > 0) this.#unreserve = this.#context.pool.reserve(this.#limits);
    void this.#run();
  }

  /** Pauses it after the turn under way, or lets it go on. */
  setStatus(status: "running" | "paused"): void {
    if (this.row.status === status) return;
    this.#chronicle.setStatus(status);
    this.#context.pacer.poke(this.name);
  }

  /**
   * Ends its present life, as an operator; resolves when that is committed, or if it has none. Between two
   * lives a person means the next one, if it begins soon.
   *
   * @param why what else ends it, if it is not a person
   */
  kill(why?: string): Promise<void> {
    if (this.rests || (this.#phase === "backoff" && why !== undefined)) return Promise.resolve();
    const order = this.#orders.toKill(why);
    if (this.#phase === "backoff") {
      order.awaitLife(this.#context.clock, () => {
        if (this.#phase === "backoff") this.#orders.killed();
      });
    }
    if (this.#phase === "turn") this.#holder.force();
    this.#lookUp();
    return order.settled;
  }

  /**
   * Ends it: waits for the turn under way, then kills. Idempotent.
   *
   * @param waitMs how long it waits. @default as its spec says
   */
  async stop(order: StopOrder, waitMs?: number): Promise<void> {
    if (this.rests) {
      if (order.status !== undefined && this.row.status !== order.status) {
        await this.#chronicle.rested(order.status, reasonOf(order));
      }
      return;
    }
    this.#orders.toStop(order);
    await this.#within(this.#done.promise, waitMs);
  }

  /** Its supervisor has started it. */
  admit(): void {
    this.#gate.open();
  }

  /** Ends its present life as its spec says; resolves when that is committed. It may be admitted again. */
  async park(): Promise<void> {
    this.#gate.shut();
    if (this.rests) return;
    await this.#within(Promise.race([this.#orders.toPark(), this.#done.promise]));
  }

  /** It has no place any more: ends for good. */
  dismiss(why: string): Promise<void> {
    return this.stop({ cause: "shutdown", status: "stopped", why });
  }

  /** Lets it come to an end as long as its spec says, then kills. */
  async #within(end: Promise<void>, waitMs = patienceMs(this.spec)): Promise<void> {
    const force = (): void => {
      if (this.#phase === "turn" || this.#phase === "starting") this.#holder.force();
    };
    if (waitMs === 0) force();
    const cancel = waitMs === Infinity ? () => {} : this.#context.clock.after(waitMs, force);
    this.#lookUp();
    await end;
    cancel();
  }

  async #run(): Promise<void> {
    try {
      while (!this.rests) await this.#next();
    } catch (error) {
      this.#context.trouble(error);
      await this.#fail(messageOf(error)).catch(this.#context.trouble);
      this.#phase = "failed";
      this.#context.decide({ kind: "removed", child: this.name });
      this.#context.carryOut(this.name);
    }
    this.#context.pacer.leave(this.name);
    this.#unreserve?.();
    await this.#holder.leave();
    this.#orders.killed();
    this.#done.resolve();
    this.#context.rested();
  }

  /** Does the most urgent thing. */
  async #next(): Promise<void> {
    const { life } = this.#chronicle;
    const { stop } = this.#orders;
    if (stop !== undefined) return await this.#close(stop, life);
    if (life === undefined) return await this.#birth();
    if (this.#orders.ends) return await this.#die(life, this.#orders.verdict("idle"));
    if (this.#fallen !== undefined) return await this.#die(life, judge(this.#fallen));
    if (life.energy <= 0) return await this.#die(life, starved(life.energy));
    this.#phase = "idle";
    await this.#context.pacer.ready(this);
    if (this.#orders.ends || this.#fallen !== undefined) return;
    const { cell } = this.#holder;
    if (!this.hasWork() || cell === undefined) return;
    const letter = this.mailbox.take((each) => this.#chronicle.sees(each));
    await this.#turn(cell, life, letter ?? null);
  }

  async #birth(): Promise<void> {
    const { clock, store } = this.#context;
    this.#orders.parked();
    if (!this.#gate.isOpen) {
      this.#phase = "backoff";
      return await this.#gate.change();
    }
    this.#phase = "starting";
    const { genome: hash, query } = this.#chronicle.present;
    const stored = store.genome(hash)?.genome;
    const birth = {
      agent: this.name,
      life: this.row.life + 1,
      startedAtMs: clock.now(),
      bornFrom: hash,
      bornQuery: query,
    };
    const energy = this.#context.energy?.start ?? unmeteredEnergy;
    const life = openLife(birth, stored ?? firstGenome, energy);
    let outcome: Born | Died;
    try {
      const cell = await this.#holder.take();
      if (this.#orders.down) return;
      if (stored === undefined) throw new VivariumError("database", `genome ${hash} is missing`);
      const { agent, life: number } = birth;
      const limits = this.#limits;
      outcome = await cell.birth({ agent, life: number, genome: stored, query, limits });
    } catch (error) {
      return await this.#die(life, knownVerdict("cell", "birth", messageOf(error)));
    }
    if (outcome.lived) {
      // Its cell was killed as it was born: it is born again, in another.
      if (!outcome.late) await this.#chronicle.born(life);
      return;
    }
    const verdict = this.#holder.forced
      ? this.#orders.verdict("birth")
      : judge(outcome.facts, outcome.usage);
    await this.#die(life, verdict);
  }

  async #turn(cell: Cell, life: Life, envelope: Envelope | null): Promise<void> {
    const place = { agent: this.name, life: life.row.life, step: life.row.steps + 1 };
    const span = openStepSpan(this.#context.tracer, place, envelope);
    const turn = openTurn(this.#context, this, cell, place, span);
    this.#phase = "turn";
    this.#turns++;
    try {
      await this.#live(turn, cell, life, envelope);
    } finally {
      span.end();
    }
  }

  async #live(turn: OpenTurn, cell: Cell, life: Life, envelope: Envelope | null): Promise<void> {
    const { seed: runSeed, asks, maxSteps } = this.#context;
    const input = inputOf(turn.place, runSeed, this.row.steps, life.energy, envelope);
    const { age, nowMs, seed } = input;
    const outcome = await cell.turn(input, turn.powers)
      .catch((error): Error => new Error(messageOf(error)));
    turn.end();
    const over = new VivariumError("unavailable", `the turn of '${this.name}' is over`);
    asks.rejectAll(over, (question) => question.asker === this.name);
    if (turn.scriptEnded) {
      if (envelope !== null) this.mailbox.restore(envelope);
      await this.#chronicle.truncated(life, { why: "the script has ended", finished: true });
      return this.#finish();
    }
    const known = { turn, envelope, nowMs, seed, energy: life.energy };
    if (outcome instanceof Error) {
      const verdict = knownVerdict("cell", "turn", outcome.message);
      return await this.#die(life, verdict, { ...known, prints: [], attempts: [], usage: noUsage });
    }
    const { prints, attempts, usage } = outcome;
    const ended: EndedTurn = { ...known, prints, attempts, usage };
    if (!outcome.lived) {
      const verdict = this.#holder.forced
        ? this.#orders.verdict("turn")
        : judge(outcome.facts, usage, turn.providerError);
      return await this.#die(life, verdict, ended);
    }
    const horizon = this.spec.horizon ?? this.#context.horizon ?? Infinity;
    const finished = this.#turns >= (maxSteps ?? Infinity);
    const cut: Cut | undefined = finished
      ? { why: runIsOver, finished }
      : outcome.late
      ? { why: `its cell was killed at ${this.#limits.stepMs} ms while it answered`, finished }
      : age + 1 >= horizon
      ? { why: "its horizon is reached", finished }
      : undefined;
    await this.#chronicle.lived(life, outcome, ended, cut);
    turn.span.note({ "vivarium.genome": this.row.genome });
    if (finished) this.#finish();
  }

  /** Writes a death down, and prepares what was decided. */
  async #die(life: Life, verdict: Verdict, ended?: EndedTurn): Promise<void> {
    const isOver = this.#turns >= (this.#context.maxSteps ?? Infinity);
    const { resting = isOver ? runIsOver : undefined } = this.#orders;
    this.#gate.shut();
    const span = openDeathSpan(this.#context.tracer, ended?.turn.span, life.row, verdict);
    const decision = await this.#chronicle.died(life, verdict, ended, resting);
    span.end();
    this.#fallen = undefined;
    this.#orders.killed();
    this.#holder.dropSpent();
    if (decision.kind === "remain" && resting !== stopOrdered && resting !== parked) {
      await this.#chronicle.refuseLetters(resting === undefined);
      this.#finish(resting !== undefined ? "finished" : decision.failed ? "failed" : "stopped");
    }
    this.#orders.parked();
    this.#context.carryOut(this.name);
  }

  /** A defect of the house: the life is over, and the agent stays down until someone looks. */
  async #fail(why: string): Promise<void> {
    const { life } = this.#chronicle;
    if (life !== undefined) {
      await this.#chronicle.died(life, knownVerdict("cell", "idle", why), undefined, stopOrdered);
    }
    await this.#chronicle.rested("failed", why);
    this.mailbox.refuseWaiting(absent(this.name));
  }

  #finish(phase: AgentPhase = "finished"): void {
    this.mailbox.refuseWaiting(absent(this.name));
    this.#phase = phase;
    if (phase === "finished") this.#context.decide({ kind: "finished", child: this.name });
  }

  async #close(stop: StopOrder, life: Life | undefined): Promise<void> {
    if (life !== undefined) await this.#die(life, this.#orders.verdict("idle"));
    const { status } = stop;
    if (status !== undefined) await this.#chronicle.rested(status, reasonOf(stop));
    else await this.#chronicle.refuseLetters();
    this.#finish("stopped");
  }

  /** Ends whatever wait it is in: an order has come. */
  #lookUp(): void {
    this.#gate.nudge();
    this.#context.pacer.release(this.name);
  }
}
