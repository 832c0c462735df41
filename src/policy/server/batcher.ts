/** What a batcher needs. */
export interface BatcherOptions<Request, Answer> {
  /** Runs some requests as one; must answer each, in order. One call at a time. */
  readonly run: (requests: readonly Request[]) => Promise<readonly Answer[]>;
  /** Most requests of one run. @default 16 */
  readonly cap?: number;
  /** Most requests that wait; one more is refused by `onFull`. @default 1024 */
  readonly queue?: number;
  /** Makes the error for a request that finds the queue full. */
  readonly onFull: () => Error;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests that wait at the same time share a run. A run that is under way is never joined, and a lone
 * request waits for nobody: only for what arrives in the same turn of the event loop.
 */
export class Batcher<Request, Answer> {
  readonly #options: BatcherOptions<Request, Answer>;
  #waiting: Waiting<Request, Answer>[] = [];
  #running = false;

  constructor(options: BatcherOptions<Request, Answer>) {
    this.#options = options;
  }

  /** Answers a request, together with others. */
  ask(request: Request): Promise<Answer> {
    const { queue = 1024, onFull } = this.#options;
    if (this.#waiting.length >= queue) return Promise.reject(onFull());
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ request, resolve, reject });
    if (!this.#running) {
      this.#running = true;
      setTimeout(() => void this.#drain(), 0);
    }
    return promise;
  }

  async #drain(): Promise<void> {
    const { run, cap = 16 } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, cap);
      try {
        const answers = await run(batch.map(({ request }) => request));
        batch.forEach(({ resolve, reject }, index) => {
          const answer = answers[index];
          if (answer === undefined) reject(new RangeError("a request was not answered"));
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = false;
  }
}
