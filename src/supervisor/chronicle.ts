import type { Mailbox } from "../actor/mod.ts";
import type { Lived } from "../cell/types.ts";
import type { Episode } from "../core/episode.ts";
import { VivariumError } from "../core/errors.ts";
import type { EventDraft, EventKind } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import { rewardOf, totalReward } from "../reward/mod.ts";
import type { AgentRow, AgentStatus, Commit, LifeRow } from "../store/types.ts";
import { type Ancestor, type Ancestry, presentOf } from "./ancestry.ts";
import type { Context } from "./context.ts";
import type { Decision } from "./decision.ts";
import { Descent, type Probation } from "./descent.ts";
import { grow } from "./growth.ts";
import { Inbox } from "./inbox.ts";
import { absent, type Envelope, ids } from "./letters.ts";
import { episodeOf, episodeStep, type Life } from "./life.ts";
import {
  closedLife,
  deathEvent,
  deathRow,
  decisionEvents,
  type EndedTurn,
  excerpt,
  parked,
  stepEvent,
  stepRow,
  stopOrdered,
  stuckEvent,
  truncatedEvent,
} from "./rows.ts";
import type { ChildSpec } from "./spec.ts";
import { isStuck, type Spell } from "./stuck.ts";
import type { Verdict } from "./verdict.ts";

/** Why a life is cut, and whether the run has nothing more for its agent to do. */
export interface Cut {
  readonly why: string;
  readonly finished: boolean;
  /** Whether the next life begins one genome before the one that this was born from. @default false */
  readonly further?: boolean;
}

/** What is written when a life is cut, and the questions that nobody will come to. */
interface Closing {
  readonly life: LifeRow;
  readonly events: readonly EventDraft[];
  readonly asks: readonly Envelope[];
}

/**
 * What is written about one agent: its row, its way, its present life and its mailbox, as last
 * committed. Every change is one commit, and only then does anyone hear of it: the bus, the asker, the
 * trainer.
 */
export class Chronicle {
  readonly #context: Context;
  readonly #spec: ChildSpec;
  #row: AgentRow;
  readonly #descent: Descent;
  readonly #inbox: Inbox;
  #life: Life | undefined;

  constructor(context: Context, spec: ChildSpec, row: AgentRow, ancestry: Ancestry) {
    this.#context = context;
    this.#spec = spec;
    this.#row = row;
    const { store, groupSize, resurrections: rules, trouble } = context;
    this.#descent = new Descent(ancestry, {
      rule: spec.resurrection,
      probation: spec.probation,
      groupSize,
      rules,
      lived: (genome) => store.livedWith(row.name, genome),
      trouble,
    });
    this.#inbox = new Inbox(context, row.name, spec.mailbox);
  }

  get mailbox(): Mailbox<Envelope> {
    return this.#inbox.mailbox;
  }

  /** The agent's row. */
  get row(): AgentRow {
    return this.#row;
  }

  /** The present life, if there is one. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** What the next life starts from. */
  get present(): Ancestor {
    return this.#descent.present;
  }

  /** The present genome's probation, if it is on one. */
  get probation(): Probation | undefined {
    return this.#descent.probation;
  }

  /** The spell that it is stuck in, if it is. */
  get stuck(): Spell | undefined {
    const spell = this.#life?.spell;
    return isStuck(spell, this.#spec.stuck) ? spell : undefined;
  }

  /** Whether a letter may be handled already. */
  sees(letter: Envelope): boolean {
    return this.#inbox.sees(letter);
  }

  /** The agent pauses or goes on. */
  setStatus(status: "running" | "paused"): void {
    const row = { ...this.#row, status };
    const kind = status === "paused" ? "agent.paused" : "agent.resumed";
    this.#context.ledger.commitNow(
      { agents: [row], events: [this.#event(kind, {})] },
      () => this.#row = row,
    );
  }

  /** A life has begun. */
  async born(life: Life): Promise<void> {
    const { genome, query } = this.present;
    const { life: number } = life.row;
    const data = { genome, query: excerpt(query), seed: this.#context.seed };
    // Left by a life that was open when the house was killed.
    const past = this.mailbox.takeAll((each) => each.life !== undefined && each.life !== number);
    await this.#commit({ life: number, genome, query }, {
      lives: [life.row],
      events: [
        { ...this.#event("life.started", data), life: number },
        ...this.#inbox.unanswered(past, "died"),
      ],
      handled: ids(past),
    });
    this.#life = life;
    this.#descent.begun(`${life.row.agent}/${life.row.life}`);
    this.#context.decide({ kind: "started", child: this.#row.name });
  }

  /** A step was lived; with `ending`, it was the life's last. */
  async lived(life: Life, outcome: Lived, ended: EndedTurn, ending?: Cut): Promise<void> {
    const { asks, clock, weights, energy } = this.#context;
    const { envelope, turn } = ended;
    const atMs = clock.now();
    const before = this.#row.genome;
    const solved = this.#solves(outcome);
    const grown = grow(life, outcome, ended, { before, weights, energy, solved });
    const { genome, edited, rewards, reward, life: { row: { steps: age }, spell } } = grown;
    const now = { genome, query: outcome.query };
    const row = stepRow(ended, atMs, now, rewards, outcome);
    const stuck = isStuck(spell, this.#spec.stuck);
    const cut = ending ??
      (stuck && this.#spec.stuck.restart
        ? { why: "it is stuck", finished: false, further: true }
        : undefined);
    const probation = this.#descent.probationAfter(now);
    const events = [stepEvent(row, ended, { age, probation, energy: energy && grown.life.energy })];
    // Told once: it stays so until there is something new.
    if (stuck && !isStuck(life.spell, this.#spec.stuck)) {
      events.push(stuckEvent(row, spell, cut?.further === true));
    }
    if (envelope?.kind === "ask" && !asks.has(envelope.id)) {
      events.push(this.#inbox.deadLetter(envelope, "late-reply"));
    }
    const closing = cut === undefined ? undefined : this.#closing(grown.life.row, cut, atMs);
    await this.#commit({ ...now, steps: this.#row.steps + 1 }, {
      steps: [row],
      lives: [closing?.life ?? grown.life.row],
      genomes: edited
        ? [{ hash: genome, parent: before, genome: outcome.genome, createdAtMs: atMs }]
        : [],
      events: [...events, ...(closing?.events ?? [])],
      handled: ids([...(envelope === null ? [] : [envelope]), ...(closing?.asks ?? [])]),
    });
    this.#descent.stepped(now);
    this.#life = grown.life;
    grown.life.steps.push(episodeStep(turn, reward));
    if (envelope?.kind === "ask") asks.reply(envelope.id, outcome.returned);
    if (closing !== undefined) this.#afterCut(grown.life, closing.asks, cut?.further);
  }

  /** The life is cut, which is not a death. */
  async truncated(life: Life, cut: Cut): Promise<void> {
    const { asks, ...closing } = this.#closing(life.row, cut, this.#context.clock.now());
    await this.#commit({}, {
      lives: [closing.life],
      events: closing.events,
      handled: ids(asks),
    });
    this.#afterCut(life, asks);
  }

  /**
   * A life has ended in death; or a birth failed, and `life` never began.
   *
   * @param resting why there is no next life, whatever the decision would be
   * @returns what was decided
   */
  async died(
    life: Life,
    verdict: Verdict,
    ended: EndedTurn | undefined,
    resting: string | undefined,
  ): Promise<Decision> {
    const { clock, weights, name: supervisor } = this.#context;
    const { name } = this.#row;
    const envelope = ended?.envelope ?? null;
    const atMs = clock.now();
    const rewards = rewardOf({ lived: false, ...verdict }, weights);
    const reward = totalReward(rewards);
    const context = resting === stopOrdered || resting === parked
      ? "shutdown"
      : verdict.phase === "birth"
      ? "start"
      : "child-terminated";
    const decision = this.#decide(life, verdict, resting);
    const from = decision.kind === "restart" ? decision.from : undefined;
    const way = this.#descent.afterDeath(from, verdict);
    const next = presentOf(way);
    const genomeBefore = this.#row.genome;
    const statusAfter: AgentStatus | undefined = decision.kind === "remain" && resting === undefined
      ? decision.failed ? "failed" : "stopped"
      : undefined;
    const row = deathRow(verdict, {
      supervisor,
      context,
      offender: this.#row.spec,
      agent: name,
      life: life.row.life,
      step: ended?.turn.place.step ?? 0,
      atMs,
      genomeBefore,
      turn: ended?.turn,
      decision: { ...decision, genome: next.genome },
    });
    const { cause, owner } = verdict;
    const letters = this.#inbox.atDeath(verdict, envelope);
    const status = statusAfter === undefined ? {} : { status: statusAfter };
    await this.#commit({ ...next, life: life.row.life, ...status }, {
      lives: [closedLife(life.row, "death", atMs, reward)],
      steps: ended === undefined ? [] : [
        stepRow(ended, atMs, { genome: genomeBefore, query: this.#row.query }, rewards),
      ],
      deaths: [row],
      events: [
        deathEvent(row, life.row.steps, reward, next.genome),
        ...decisionEvents(name, supervisor, decision, next.genome, resting),
        ...this.#inbox.unanswered(letters.dead, "died"),
      ],
      handled: ids(letters.handled),
    });
    this.#descent.take(way);
    this.#life = undefined;
    if (letters.again !== undefined) this.mailbox.restore(letters.again);
    this.#inbox.reject(
      letters.dead,
      new VivariumError(
        "unavailable",
        `'${name}' died of '${cause}' before it answered: ${excerpt(verdict.message)}`,
        { data: { agent: name, life: life.row.life, cause, owner } },
      ),
    );
    if (ended !== undefined) life.steps.push(episodeStep(ended.turn, reward));
    this.#post(episodeOf(life, verdict, ended === undefined ? reward : 0));
    return decision;
  }

  /** The agent is stopped for good, or failed: what is left in its mailbox is dead. */
  async rested(status: AgentStatus, why: string): Promise<void> {
    const left = this.mailbox.takeAll();
    const kind = status === "failed" ? "agent.failed" : "agent.stopped";
    await this.#commit({ status }, {
      events: [
        this.#event(kind, { why }),
        ...left.map((letter) => this.#inbox.deadLetter(letter, "stopped")),
      ],
      handled: ids(left),
    });
    this.#inbox.reject(left, absent(this.#row.name));
  }

  /**
   * Nobody comes to the mailbox any more in this run: questions are refused; what was told stays for
   * the next run, unless there is none.
   */
  async refuseLetters(all = false): Promise<void> {
    const left = this.mailbox.takeAll((letter) => all || letter.kind === "ask");
    if (left.length > 0) {
      await this.#commit({}, {
        events: this.#inbox.unanswered(left, "stopped"),
        handled: ids(left),
      });
    }
    this.#inbox.reject(left, absent(this.#row.name));
  }

  /** Commits with the agent's row, made anew at each attempt: an order may have changed it. */
  async #commit(change: Partial<AgentRow>, commit: Omit<Commit, "agents">): Promise<void> {
    let row = this.#row;
    await this.#context.ledger.commit(() => {
      row = { ...this.#row, ...change };
      return { ...commit, agents: [row] };
    }, () => this.#row = row);
  }

  /** Whether the agent's task, if it has one, is solved by what was seen of a step. */
  #solves({ returned, prints, genome: { state } }: Lived): boolean {
    const { task: name } = this.#spec;
    const task = name === undefined ? undefined : this.#context.tasks[name];
    return task?.check({ returned, prints, state }) ?? false;
  }

  #decide(life: Life, verdict: Verdict, resting: string | undefined): Decision {
    if (resting !== undefined) return { kind: "remain", why: resting };
    const { owner, cause, phase } = verdict;
    const { name: child } = this.#row;
    const roll = this.#context.roll();
    const lived = life.row.steps;
    const decision = this.#context.decide({
      kind: "died",
      child,
      owner,
      cause,
      phase,
      lived,
      roll,
    });
    if (decision.kind !== "restart") return decision;
    return { ...decision, from: this.#descent.source(decision.from, owner === "agent") };
  }

  #closing(life: LifeRow, cut: Cut, atMs: number): Closing {
    const asks = this.mailbox.takeAll((letter) =>
      letter.life !== undefined || (cut.finished && letter.kind === "ask")
    );
    const events = [truncatedEvent(life, cut.why)];
    if (cut.finished) events.push(this.#event("agent.stopped", { why: cut.why }));
    return {
      life: closedLife(life, "truncated", atMs, 0),
      events: [...events, ...this.#inbox.unanswered(asks, "stopped")],
      asks,
    };
  }

  #afterCut(life: Life, asks: readonly Envelope[], further = false): void {
    this.#descent.cut(further ? "further" : "last");
    this.#life = undefined;
    this.#context.decide({ kind: "truncated", child: this.#row.name });
    this.#inbox.reject(asks, absent(this.#row.name));
    this.#post(episodeOf(life));
  }

  #event(kind: EventKind, data: Record<string, Json>): EventDraft {
    return { kind, agent: this.#row.name, data };
  }

  #post(episode: Episode): void {
    if (episode.steps.length === 0) return;
    const { group } = this.#descent;
    try {
      this.#context.episodes.post(group === undefined ? episode : { ...episode, group });
    } catch (error) {
      this.#context.trouble(error);
    }
  }
}
