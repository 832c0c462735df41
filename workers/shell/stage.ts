import type { Json } from "../../src/core/json.ts";
import { host } from "./host.ts";

/** A request of the agent to the house. */
export type Request =
  | { readonly power: "llm"; readonly prompt: string }
  | { readonly power: "send" | "ask" | "use"; readonly to: string; readonly body: Json };

/** Faults that a stage itself can find; the first one counts, and no catch undoes it. */
export interface StageFault {
  readonly kind: "harm" | "exit" | "flood";
  readonly message: string;
}

/** What a stage is made for: a real turn, or a probe of one. */
export interface StageOptions {
  readonly seed: number;
  readonly nowMs: number;
  readonly age: number;
  readonly energy: number;
  readonly limits: StageLimits;
  /** Timers fire as soon as they can: for a probe, which must not wait. @default false */
  readonly hurried?: boolean;
  /** Carries a request out. */
  request(request: Request): Promise<Json>;
  print(text: string): void;
  attempt(power: string, detail: string, signal: "run" | "static"): void;
  /** Told of the first fault, at once. */
  fault(fault: StageFault): void;
}

/** What one turn may use. */
export interface StageLimits {
  readonly printBytes: number;
  readonly messages: number;
  readonly modelCalls: number;
  /** Timers that wait at once. */
  readonly timers: number;
}

const maxAttempts = 64;

/**
 * All that is open to an agent during one turn, and nothing after it: when the stage is closed,
 * timers are gone, answers never come, and whoever still holds a power holds nothing.
 */
export class Stage {
  readonly options: StageOptions;
  #phase: "open" | "ending" | "closed" = "open";
  #fault: StageFault | undefined;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #lastTimer = 0;
  #printed = 0;
  #messages = 0;
  #modelCalls = 0;
  #attempts = 0;
  #hidden: string | undefined;

  constructor(options: StageOptions) {
    this.options = options;
  }

  /** The first fault that no catch can undo, if any. */
  get fault(): StageFault | undefined {
    return this.#fault;
  }

  /**
   * The turn has come to its end: timers are gone and no request is answered any more. What still
   * runs may print, and may spring a tripwire.
   */
  end(): void {
    if (this.#phase === "open") this.#phase = "ending";
    for (const timer of this.#timers.values()) host.clearTimeout(timer);
    this.#timers.clear();
  }

  /** Whoever still holds a power from here on holds nothing. */
  close(): void {
    this.end();
    this.#phase = "closed";
  }

  /** Takes a line of output. */
  print(text: string): void {
    if (this.#phase === "closed") return;
    this.#printed += utf8Length(text) + 1;
    if (this.#printed > this.options.limits.printBytes) {
      this.spring("flood", `printed more than ${this.options.limits.printBytes} bytes in a step`);
    }
    this.options.print(text);
  }

  /** Asks the house for something. */
  request(request: Request): Promise<Json> {
    if (this.#phase !== "open") return new Promise(() => {});
    const { limits } = this.options;
    if (request.power === "llm" && ++this.#modelCalls > limits.modelCalls) {
      this.spring("flood", `called the model more than ${limits.modelCalls} times in a step`);
    }
    if (request.power !== "llm" && ++this.#messages > limits.messages) {
      this.spring("flood", `sent more than ${limits.messages} messages in a step`);
    }
    return this.options.request(request);
  }

  /** Notes a reach for a power that is not there. */
  attempt(power: string, detail: string, signal: "run" | "static" = "run"): void {
    if (this.#phase !== "closed" && this.#attempts++ < maxAttempts) {
      this.options.attempt(power.slice(0, 120), detail.slice(0, 500), signal);
    }
  }

  /** Notes a reach by a name that is not to be read in the code; it has found nothing. */
  hiddenReach(name: string): void {
    this.#hidden = name;
    this.attempt(`globalThis.${name}`, "");
  }

  /** What was last reached for in that way. */
  get hidden(): string | undefined {
    return this.#hidden;
  }

  /** Ends the life: the first fault is kept, and an error is thrown at whoever did it. */
  spring(kind: StageFault["kind"], message: string): never {
    if (this.#phase !== "closed" && this.#fault === undefined) {
      this.#fault = { kind, message };
      this.options.fault(this.#fault);
    }
    throw new Error(message);
  }

  /** Runs a task later; returns the timer's number. */
  later(task: () => void, delayMs: number): number {
    if (this.#phase !== "open") return 0;
    const { timers } = this.options.limits;
    if (this.#timers.size >= timers) throw new RangeError(`more than ${timers} timers`);
    const delay = this.options.hurried === true || !Number.isFinite(delayMs)
      ? 0
      : Math.min(Math.max(0, delayMs), 0x7fffffff);
    const number = ++this.#lastTimer;
    const run = () => {
      this.#timers.delete(number);
      task();
    };
    this.#timers.set(number, host.setTimeout(run, delay));
    return number;
  }

  /** Stops a timer; any other value is ignored. */
  cancel(number: unknown): void {
    if (typeof number !== "number") return;
    host.clearTimeout(this.#timers.get(number));
    this.#timers.delete(number);
  }
}

/** A stage on which nothing happens: requests are never answered, and nothing is told. */
export function idleStage(
  limits: StageLimits,
  changes: Partial<Omit<StageOptions, "limits">> = {},
): Stage {
  const nothing = (): void => {};
  return new Stage({
    seed: 0,
    nowMs: 0,
    age: 0,
    energy: 0,
    limits,
    request: () => new Promise(() => {}),
    print: nothing,
    attempt: nothing,
    fault: nothing,
    ...changes,
  });
}

/** Length of a text in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair is four bytes: three for its first half so far, and one for its second.
    if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length) {
      const low = text.charCodeAt(at + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        at++;
      }
    }
  }
  return bytes;
}
