import { messageOf } from "../../core/errors.ts";

/** What a Worker can be asked, by name: one argument, one promised answer. */
export type Calls<C> = { readonly [Name in keyof C]: (input: never) => Promise<unknown> };

interface CallFrame {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

type AnswerFrame =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** The input of a call. */
export type InputOf<C extends Calls<C>, Name extends keyof C> = Parameters<C[Name]>[0];

/** The output of a call. */
export type OutputOf<C extends Calls<C>, Name extends keyof C> = Awaited<ReturnType<C[Name]>>;

/** The near side: calls a Worker's functions. */
export class WorkerCalls<C extends Calls<C>> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
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

  /** Calls a function; rejects with the Error that it threw, by name and message. */
  call<Name extends keyof C & string>(
    name: Name,
    input: InputOf<C, Name>,
    transfer: Transferable[] = [],
  ): Promise<OutputOf<C, Name>> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, name, input } satisfies CallFrame, transfer);
    return waiting.promise as Promise<OutputOf<C, Name>>;
  }

  #answer(frame: AnswerFrame): void {
    const waiting = this.#waiting.get(frame.id);
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
  scope.onmessage = ({ data }: MessageEvent<CallFrame>) => {
    if (together) void answer(data);
    else last = last.then(() => answer(data));
  };

  async function answer({ id, name, input }: CallFrame): Promise<void> {
    try {
      const output = await calls[name as keyof C](input as never);
      scope.postMessage({ id, output });
    } catch (error) {
      const thrown = {
        name: error instanceof Error ? error.name : "Error",
        message: messageOf(error),
      };
      scope.postMessage({ id, error: thrown });
    }
  }
}
