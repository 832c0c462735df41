import { messageOf } from "../../core/errors.ts";

/** What a Worker can be asked, by name: one argument, one promised answer, and parts of it on the way. */
export type Calls<C> = {
  readonly [Name in keyof C]: (input: never, line: CallLine<unknown>) => Promise<unknown>;
};

/** What holds between the two sides while a call is under way. */
export interface CallLine<Part> {
  /** Aborted when nobody wants the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Hears parts of the answer before all of it. */
  readonly onPart?: ((part: Part) => void) | undefined;
}

type CallFrame =
  | {
    readonly id: number;
    readonly name: string;
    readonly input: unknown;
    /** Whether parts are wanted. */
    readonly parts: boolean;
  }
  | { readonly id: number; readonly abandon: true };

type AnswerFrame =
  | { readonly id: number; readonly part: unknown }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** The input of a call. */
export type InputOf<C extends Calls<C>, Name extends keyof C> = Parameters<C[Name]>[0];

/** The parts of a call's answer. */
type PartOf<C extends Calls<C>, Name extends keyof C> = Parameters<C[Name]>[1] extends
  CallLine<infer Part> ? Part : never;

/** The output of a call. */
export type OutputOf<C extends Calls<C>, Name extends keyof C> = Awaited<ReturnType<C[Name]>>;

interface Hearer {
  readonly hear: ((part: unknown) => void) | undefined;
}

/** The near side: calls a Worker's functions. */
export class WorkerCalls<C extends Calls<C>> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown> & Hearer>();
  #next = 1;

  /** @param onCrash called if the Worker itself fails; no call is answered then */
  constructor(worker: Worker, onCrash: (message: string) => void) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<AnswerFrame>) => this.#answer(data);
    worker.onerror = (event) => {
      event.preventDefault();
      onCrash(event.message);
    };
  }

  /**
   * Calls a function; rejects with the Error that it threw, by name and message. Who abandons a call still
   * hears how it ends.
   */
  call<Name extends keyof C & string>(
    name: Name,
    input: InputOf<C, Name>,
    { signal, onPart }: CallLine<PartOf<C, Name>> = {},
  ): Promise<OutputOf<C, Name>> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    const hear = onPart as ((part: unknown) => void) | undefined;
    this.#waiting.set(id, { ...waiting, hear });
    this.#post({ id, name, input, parts: hear !== undefined });
    const abandon = (): void => this.#post({ id, abandon: true });
    if (signal?.aborted) abandon();
    signal?.addEventListener("abort", abandon, { once: true });
    const done = waiting.promise.finally(() => signal?.removeEventListener("abort", abandon));
    return done as Promise<OutputOf<C, Name>>;
  }

  #post(frame: CallFrame): void {
    this.#worker.postMessage(frame);
  }

  #answer(frame: AnswerFrame): void {
    const waiting = this.#waiting.get(frame.id);
    if ("part" in frame) return waiting?.hear?.(frame.part);
    this.#waiting.delete(frame.id);
    if ("output" in frame) return waiting?.resolve(frame.output);
    const error = new Error(frame.error.message);
    error.name = frame.error.name;
    waiting?.reject(error);
  }
}

/** The part of a Worker's global scope that is needed here. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/**
 * The far side: answers calls one after the other, in the order in which they came; or, `together`, each
 * as soon as it can.
 */
export function answerCalls<C extends Calls<C>>(
  scope: WorkerScope,
  calls: C,
  { together = false }: { readonly together?: boolean } = {},
): void {
  let last: Promise<void> = Promise.resolve();
  const underWay = new Map<number, AbortController>();
  scope.onmessage = ({ data }: MessageEvent<CallFrame>) => {
    if ("abandon" in data) return underWay.get(data.id)?.abort();
    underWay.set(data.id, new AbortController());
    if (together) void answer(data);
    else last = last.then(() => answer(data));
  };

  async function answer(
    { id, name, input, parts }: Exclude<CallFrame, { abandon: true }>,
  ): Promise<void> {
    const signal = underWay.get(id)?.signal;
    const onPart = parts ? (part: unknown) => scope.postMessage({ id, part }) : undefined;
    try {
      const output = await calls[name as keyof C](input as never, { signal, onPart });
      scope.postMessage({ id, output });
    } catch (error) {
      const thrown = {
        name: error instanceof Error ? error.name : "Error",
        message: messageOf(error),
      };
      scope.postMessage({ id, error: thrown });
    } finally {
      underWay.delete(id);
    }
  }
}
