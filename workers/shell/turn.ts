import type { Json } from "../../src/core/json.ts";
import { type Genome, vitalMethods } from "../../src/genome/genome.ts";
import type { Claim, ClaimedFault, Order } from "../../src/cell/protocol.ts";
import { type Body, embody } from "./body.ts";
import { faultOf, textOf } from "./describe.ts";
import { settle } from "./host.ts";
import { plainCopy } from "./plain.ts";
import { endsItsLoop } from "./probe.ts";
import { hiddenHarm } from "./tripwire.ts";
import { readGenome, type Reading, Uninheritable } from "./reading.ts";
import { idleStage, type Request, Stage, type StageLimits } from "./stage.ts";

/** A life, between turns: what its next body is made of. */
export interface Life {
  genome: Genome;
  query: string;
  readonly limits: StageLimits & { readonly genomeBytes: number };
}

/** A turn's order. */
export type TurnOrder = Extract<Order, { op: "turn" }>;

const returnedLimits = { depth: 64, size: 65_536 };
/** Longest text of a result that is looked at, in characters. */
const maxReturnedLength = 131_072;

/** One turn, from its order to its outcome. */
export class LivingTurn {
  readonly #life: Life;
  readonly #order: TurnOrder;
  readonly #say: (claim: Claim) => void;
  readonly #stage: Stage;
  readonly #waiting = new Map<number, {
    resolve(value: Json): void;
    reject(error: Error): void;
  }>();
  #calls = 0;
  #rejection: ClaimedFault | undefined;
  /** The turn itself is over; what is rejected from here on is of a probe. */
  #handled = false;

  constructor(life: Life, order: TurnOrder, say: (claim: Claim) => void) {
    this.#life = life;
    this.#order = order;
    this.#say = say;
    const turn = order.id;
    this.#stage = new Stage({
      seed: order.seed,
      nowMs: order.nowMs,
      age: order.age,
      energy: order.energy,
      limits: life.limits,
      request: (request) => this.#call(request),
      print: (text) => say({ op: "notes", turn, prints: [text], attempts: [] }),
      attempt: (power, detail, signal) =>
        say({ op: "notes", turn, prints: [], attempts: [{ power, detail, signal }] }),
      fault: (fault) => say({ op: "fault", turn, fault }),
    });
  }

  /** The house's answer to a call. */
  answer(turn: number, call: number, value: Json): void {
    if (turn !== this.#order.id) return;
    this.#waiting.get(call)?.resolve(value);
    this.#waiting.delete(call);
  }

  /** The house's refusal of a call. */
  refuse(turn: number, call: number, error: string): void {
    if (turn !== this.#order.id) return;
    this.#waiting.get(call)?.reject(new Error(error));
    this.#waiting.delete(call);
  }

  /** A promise of this turn was rejected and nobody caught it. */
  rejected(reason: unknown): void {
    if (this.#rejection !== undefined) return;
    this.#rejection = faultOf(reason, "rejection");
    // Said at once: the turn may be waiting for something that takes long, or for ever.
    if (!this.#handled) this.#say({ op: "fault", turn: this.#order.id, fault: this.#rejection });
  }

  /** Lives it. Says exactly one `lived` or `died`, unless it never ends. */
  async live(): Promise<void> {
    const outcome = await this.#outcome();
    this.#stage.close();
    this.#say(outcome);
  }

  async #outcome(): Promise<Claim> {
    const before = this.#life;
    let body: Body;
    let returned: Json;
    try {
      body = embody(before.genome, before.query, this.#stage);
      returned = carriedReturn(await body.handle(this.#order.letter));
    } catch (error) {
      const fault = hiddenHarm(this.#stage.hidden, faultOf(error, "exception"));
      await this.#end();
      return this.#died(this.#stage.fault ?? fault);
    }
    await this.#end();
    const fault = this.#stage.fault ?? this.#rejection;
    if (fault !== undefined) return this.#died(fault);
    this.#handled = true;
    let reading: Reading;
    try {
      reading = readGenome(body, before.genome, before.query, before.limits.genomeBytes);
      this.#stage.close();
      checkCompiles(before.genome, reading);
      const { nowMs, age, energy, seed } = this.#order;
      // A seed that no turn has: what the agent draws in the probe must not foretell its next turn.
      const next = { nowMs: nowMs + 1000, age: age + 1, energy, seed: seed ^ 0x5bd1e995 };
      if (await endsItsLoop(before.genome, reading, next, () => this.#rejection !== undefined)) {
        const edited = vitalMethods.filter((name) =>
          reading.genome.methods[name] !== before.genome.methods[name]
        );
        return this.#died({
          kind: "flatline",
          message: `after this edit of ${edited.join(", ")} it can take no further edit`,
        });
      }
    } catch (error) {
      if (error instanceof Uninheritable) {
        return this.#died({ kind: "contract", message: error.message });
      }
      return this.#died({ ...faultOf(error, "exception"), kind: "contract" });
    }
    before.genome = reading.genome;
    before.query = reading.query;
    return {
      op: "lived",
      turn: this.#order.id,
      genome: { ...reading.genome },
      query: reading.query,
      dropped: [...reading.dropped].slice(0, 64),
      used: [...body.used].filter((name) => name.length <= 256).slice(0, 64),
      returned,
    };
  }

  /** `handle` is over: nothing new comes to the agent, and what it still has to do, it does now. */
  async #end(): Promise<void> {
    this.#stage.end();
    this.#waiting.clear();
    await settle();
  }

  #died(fault: ClaimedFault): Claim {
    const message = fault.message.slice(0, 2000);
    return { op: "died", turn: this.#order.id, fault: { ...fault, message }, settled: true };
  }

  #call(request: Request): Promise<Json> {
    const call = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#say({
        op: "call",
        turn: this.#order.id,
        call,
        power: request.power,
        to: request.power === "llm" ? "" : request.to,
        body: request.power === "llm" ? request.prompt : request.body,
      });
    });
  }
}

/** A changed genome must compile, in a body that is thrown away: the next turn is made of it. */
function checkCompiles(before: Genome, reading: Reading): void {
  const { methods } = reading.genome;
  if (Object.keys(methods).every((name) => methods[name] === before.methods[name])) return;
  const stage = idleStage({ printBytes: 0, messages: 0, modelCalls: 0, timers: 0 });
  try {
    embody(reading.genome, reading.query, stage);
  } catch (error) {
    throw new Uninheritable(`the genome cannot be compiled again: ${textOf(error)}`);
  } finally {
    stage.close();
  }
}

/**
 * What `handle` returned, as JSON carries it: getters and `toJSON` are the agent's own code, so they
 * run while its turn does. Null where it cannot be carried.
 */
function carriedReturn(value: unknown): Json {
  try {
    const text = JSON.stringify(value);
    if (text === undefined || text.length > maxReturnedLength) return null;
    return plainCopy(JSON.parse(text), "the result", returnedLimits);
  } catch {
    return null;
  }
}
