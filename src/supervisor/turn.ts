import type { TurnPowers } from "../cell/types.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import type { UseRecord } from "./broker.ts";
import type { Json } from "../core/json.ts";
import { seedFrom } from "../core/random.ts";
import type { Span } from "../core/tracing.ts";
import { type CompletionRequest, EndOfScript, type Model, type PolicyTrace } from "../llm/types.ts";
import type { Completion } from "../llm/types.ts";
import { AnswerLog } from "./answers.ts";
import { noteCompletion, openModelSpan } from "./spans.ts";

/** What a turn may do to the world, bound to the agent whose turn it is. */
export interface TurnHouse {
  readonly model: Model;
  /** Tokens that the step may use; a call that comes after them is refused. */
  readonly modelTokens: number;
  send(to: string, body: Json, wait: TurnWait): Promise<void>;
  ask(to: string, body: Json, wait: TurnWait): Promise<Json>;
  /** Uses a power, if it was granted. */
  use(power: string, input: Json, signal: AbortSignal): Promise<Json>;
  /** What was used so far. */
  readonly uses: readonly UseRecord[];
  /** The turn waits for others, or goes on. */
  blocked(blocked: boolean): void;
  /** The script has no further line: the turn is to be cut. */
  scriptEnded(): void;
}

/** How the house says that a turn waits. */
export interface TurnWait {
  /** It waits from now on. */
  hold(): void;
  /** It does not wait any more; said before it goes on. */
  letGo(): void;
}

/** One model call of a turn, as the ledger keeps it. */
export interface CallRecord {
  readonly call: number;
  readonly prompt: string;
  readonly seed: number;
  readonly completion?: Completion;
  readonly error?: string;
}

/** Whose turn it is, and which. */
export type TurnPlace = Pick<CompletionRequest, "agent" | "life" | "step">;

/**
 * A turn under way: the powers that its cell is given, and the record of what was done with them. When
 * it has ended, powers are refused and answers that still come are dropped.
 */
export class OpenTurn {
  readonly powers: TurnPowers;
  readonly #house: TurnHouse;
  readonly #calls: CallRecord[] = [];
  readonly #log = new AnswerLog();
  readonly #abort = new AbortController();
  #tokens = 0;
  #thinking = 0;
  #waiting = 0;
  #ended = false;
  #scriptEnded = false;
  #providerError: string | undefined;

  /**
   * @param place whose turn it is
   * @param runSeed seed of the run; every call has its own, by agent, life, step and number
   * @param span its span: model calls are parts of it
   * @param house what it may do
   */
  constructor(readonly place: TurnPlace, runSeed: number, readonly span: Span, house: TurnHouse) {
    this.#house = house;
    this.powers = {
      llm: (prompt) => this.#log.noting("llm", () => this.#llm(prompt, runSeed)),
      send: (to, body) =>
        this.#log.noting("send", () => this.#waitingFor((wait) => house.send(to, body, wait))),
      ask: (to, body) =>
        this.#log.noting(
          "ask",
          () => this.#waitingFor((wait) => house.ask(to, body, wait)),
          (value) => ({ value }),
        ),
      use: (power, input) =>
        this.#log.noting("use", () => this.#use(power, input), (value) => ({ value })),
    };
  }

  /** Whether the script ended during the turn. */
  get scriptEnded(): boolean {
    return this.#scriptEnded;
  }

  /** Why the model had no answer, if it had none. */
  get providerError(): string | undefined {
    return this.#providerError;
  }

  /** The last response: what was being executed when a turn died. */
  get response(): string | null {
    return this.#calls.findLast(({ completion }) => completion !== undefined)?.completion?.text ??
      null;
  }

  /** Version of the policy that wrote the last response; null if a policy of ours did not. */
  get policyVersion(): number | null {
    return this.#calls.findLast(({ completion }) => completion !== undefined)?.completion?.trace
      ?.version ?? null;
  }

  /** The policy's traces, for the trainer. */
  get traces(): readonly PolicyTrace[] {
    return this.#calls.flatMap(({ completion }) =>
      completion?.trace !== undefined && completion.trace.ids.length > 0 ? [completion.trace] : []
    );
  }

  /** Tokens that the model has written. */
  get tokens(): number {
    return this.#calls.reduce(
      (sum, { completion }) => sum + (completion?.tokens.completion ?? 0),
      0,
    );
  }

  /** Whether a power was used, or tried. */
  get used(): boolean {
    return this.#house.uses.length > 0;
  }

  /** Every use of a power, as JSON for the ledger. */
  get uses(): Json {
    return JSON.parse(JSON.stringify(this.#house.uses));
  }

  /** Every answer of the house, in order, as JSON for the ledger. */
  get answers(): Json {
    return this.#log.given;
  }

  /** Every model call, as JSON for the ledger. */
  get calls(): Json {
    return this.#calls.map(({ call, prompt, seed, completion, error }) => ({
      call,
      prompt,
      seed,
      ...(error === undefined ? {} : { error }),
      ...(completion === undefined ? {} : {
        response: completion.text,
        model: completion.model,
        tokens: { ...completion.tokens },
        ...(completion.trace === undefined ? {} : {
          trace: {
            version: completion.trace.version,
            promptIds: [...completion.trace.promptIds],
            ids: [...completion.trace.ids],
            logps: [...completion.trace.logps],
          },
        }),
      }),
    }));
  }

  /** The turn has ended, however it did. */
  end(): void {
    this.#ended = true;
    this.#log.close();
    this.#abort.abort();
    this.#tellBlocked();
  }

  async #llm(prompt: string, runSeed: number): Promise<string> {
    this.#refuseIfEnded();
    const { agent, life, step } = this.place;
    const call = this.#calls.length;
    const seed = seedFrom(runSeed, agent, life, step, call);
    const record = { call, prompt, seed };
    this.#calls.push(record);
    const { model, modelTokens } = this.#house;
    if (this.#tokens >= modelTokens) {
      const error = `used more than ${modelTokens} tokens of the model in a step`;
      this.#calls[call] = { ...record, error };
      throw new VivariumError("overloaded", error);
    }
    this.#thinking++;
    this.#tellBlocked();
    const span = openModelSpan(this.span, model.spec);
    try {
      const { signal } = this.#abort;
      const completion = await span.within(() =>
        model.complete({ ...this.place, call, prompt, seed, signal })
      );
      noteCompletion(span, completion);
      this.#tokens += completion.tokens.prompt + completion.tokens.completion;
      this.#refuseIfEnded();
      this.#calls[call] = { ...record, completion };
      return completion.text;
    } catch (error) {
      span.fail(messageOf(error));
      if (this.#ended) throw error;
      if (error instanceof EndOfScript) {
        this.#scriptEnded = true;
        this.#house.scriptEnded();
        // Nothing that the agent could make of an answer counts any more.
        return await new Promise<never>(() => {});
      }
      this.#calls[call] = { ...record, error: messageOf(error) };
      if (error instanceof VivariumError && error.code === "provider") {
        this.#providerError ??= error.message;
      }
      throw error;
    } finally {
      span.end();
      this.#thinking--;
      this.#tellBlocked();
    }
  }

  /** As with the model, it is not at the mercy of other agents meanwhile. */
  async #use(power: string, input: Json): Promise<Json> {
    this.#refuseIfEnded();
    this.#thinking++;
    this.#tellBlocked();
    try {
      const output = await this.#house.use(power, input, this.#abort.signal);
      this.#refuseIfEnded();
      return output;
    } finally {
      this.#thinking--;
      this.#tellBlocked();
    }
  }

  async #waitingFor<T>(act: (wait: TurnWait) => Promise<T>): Promise<T> {
    this.#refuseIfEnded();
    // Said before the promise settles, so that nobody takes this agent for one at rest.
    let held = false;
    const hold = (change: boolean): void => {
      if (held === change) return;
      held = change;
      this.#waiting += change ? 1 : -1;
      this.#tellBlocked();
    };
    try {
      return await act({ hold: () => hold(true), letGo: () => hold(false) });
    } finally {
      hold(false);
    }
  }

  /** A turn that also waits for the model is not at the mercy of other agents. */
  #tellBlocked(): void {
    this.#house.blocked(!this.#ended && this.#waiting > 0 && this.#thinking === 0);
  }

  #refuseIfEnded(): void {
    if (!this.#ended) return;
    throw new VivariumError("unavailable", "the turn is over: its life has ended or moved on");
  }
}
