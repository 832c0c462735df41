import type { TurnPowers } from "../cell/types.ts";
import type { Clock } from "../core/clock.ts";
import { errorCodes, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { StepRow } from "../store/types.ts";
import { answersOf, callsOf, type RecordedAnswer, type RecordedCall } from "./record.ts";

type Power = RecordedAnswer["power"];

/** An answer that is due to come, at its place in the order. */
interface Due {
  readonly power: Power;
  /** Gives it to whoever asked. */
  give(): void;
}

/**
 * The powers of a turn that is lived again: every request gets the answer that it got then, in the
 * order of then. Nothing goes out to a model or to another agent.
 */
export class RecordedPowers {
  readonly powers: TurnPowers;
  /** The first way in which the turn asked for something else than then. */
  departure: string | undefined;
  /** What it asked that had no answer then, if anything: it may be waiting for it. */
  unanswered: string | undefined;
  readonly #clock: Clock;
  readonly #calls: readonly RecordedCall[];
  readonly #answers: readonly RecordedAnswer[] | undefined;
  readonly #asked = new Map<number, Due>();
  #requests = 0;
  #modelCalls = 0;
  #given = 0;
  #giving = false;

  /**
   * @param step the step, as the ledger has it
   * @param clock for a pause between two answers, so that each arrives before the next is given
   * @param response instead of the last one that the model gave
   */
  constructor(step: StepRow, clock: Clock, response?: string) {
    this.#clock = clock;
    this.#answers = answersOf(step);
    this.#calls = response === undefined ? callsOf(step) : replaceLast(callsOf(step), response);
    this.powers = {
      llm: (prompt) => this.#llm(prompt),
      send: (to) => this.#request<void>("send", () => undefined, `a message to '${to}'`),
      ask: (to) => this.#request<Json>("ask", (value) => value ?? null, `a question to '${to}'`),
      use: (name) => this.#request<Json>("use", (value) => value ?? null, `a use of '${name}'`),
    };
  }

  #llm(prompt: string): Promise<string> {
    const call = this.#calls[this.#modelCalls++];
    if (call !== undefined && call.prompt !== prompt) {
      this.#depart("asked the model something else");
    }
    return this.#request<string>("llm", () => call?.response ?? "", "a question to the model");
  }

  #request<T>(power: Power, read: (value: Json | undefined) => T, what: string): Promise<T> {
    const request = this.#requests++;
    const answer = this.#answers === undefined
      ? this.#oldAnswer(power, request)
      : this.#answers.find((each) => each.request === request);
    return new Promise((resolve, reject) => {
      if (answer === undefined) {
        // Then, too, it had no answer before its turn was over; or it did not ask.
        this.unanswered ??= `put ${what} that had no answer then`;
        return;
      }
      if (answer.power !== power) this.#depart(`put ${what} where it used '${answer.power}' then`);
      const give = (): void => {
        if (answer.error === undefined) resolve(read(answer.value));
        else reject(refusal(answer));
      };
      if (this.#answers === undefined) return give();
      this.#asked.set(request, { power, give });
      this.#giveDue();
    });
  }

  /** Gives what is next in the order, one at a time. */
  #giveDue(): void {
    if (this.#giving) return;
    const next = this.#answers?.[this.#given];
    const due = next === undefined ? undefined : this.#asked.get(next.request);
    if (due === undefined) return;
    this.#given++;
    this.#giving = true;
    due.give();
    this.#clock.after(0, () => {
      this.#giving = false;
      this.#giveDue();
    });
  }

  /** What an older Vivarium kept: the model's answers, and that every message went out. */
  #oldAnswer(power: Power, request: number): RecordedAnswer | undefined {
    if (power === "send") return { request, power };
    const call = power === "llm" ? this.#calls[this.#modelCalls - 1] : undefined;
    if (call === undefined || (call.response ?? call.error) === undefined) return undefined;
    const { error } = call;
    return { request, power, ...(error === undefined ? {} : { error, code: "provider" }) };
  }

  #depart(how: string): void {
    this.departure ??= how;
  }
}

function refusal({ error = "", code }: RecordedAnswer): Error {
  const known = errorCodes.find((each) => each === code);
  return known === undefined ? new Error(error) : new VivariumError(known, error);
}

/** The calls with another text for the last response. */
function replaceLast(calls: readonly RecordedCall[], response: string): readonly RecordedCall[] {
  const last = calls.findLastIndex((call) => call.response !== undefined);
  return calls.map((call, at) => at === last ? { ...call, response } : call);
}
