import { seededRandom } from "../../src/core/random.ts";
import { lethalFixtures } from "../../tests/e2e/deaths_fixture.ts";

/** A response that must kill, and of what. */
export interface Lethal {
  readonly number: number;
  readonly agent: string;
  readonly cause: string;
  readonly response: string;
}

/** Who answers a soaked house. */
export interface TeacherOptions {
  readonly seed: number;
  /** From one lethal response to the next, in milliseconds, whoever asks for it. */
  readonly everyMs: number;
  /** How long each response takes, in milliseconds. */
  readonly thinkMs: number;
}

/** Those that end a process, or fill a core until the deadline, come so many times less often. */
const softShare = 4;
const hard = new Set([
  ...["busy-loop", "endless-microtasks", "catastrophic-regex", "never-settles"],
  ...["heap", "memory", "print-flood", "message-flood"],
]);
/** These ask again before they die, or need a second response to do so. */
const unfit = new Set(["model-flood", "execute-that-throws"]);
const deck = lethalFixtures.filter(({ name }) => !unfit.has(name)).flatMap((fixture) =>
  Array.from({ length: hard.has(fixture.name) ? 1 : softShare }, () => fixture)
);

/**
 * A model on loopback, in Ollama's words: it mostly says what changes the agent a little, and at a
 * steady rate what kills it, and keeps its own account of that. Each response names the agent that it
 * was for, so that the next prompt says who asks.
 */
export class Teacher implements AsyncDisposable {
  /** Every lethal response that was delivered, in order. */
  readonly lethal: Lethal[] = [];
  readonly #options: TeacherOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #random: () => number;
  readonly #answeredMs = new Map<string, number>();
  #stepMs: number[] = [];
  #said = 0;
  #dueMs: number;
  #lenient = false;

  constructor(options: TeacherOptions) {
    this.#options = options;
    const random = seededRandom(options.seed);
    this.#random = () => random.next();
    this.#dueMs = performance.now() + options.everyMs;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Kills nobody from now on. */
  relent(): void {
    this.#lenient = true;
  }

  /**
   * What the house took from each harmless response to the same agent's next question since the last
   * call: its turn's end, the commit, the next turn's beginning; in milliseconds.
   */
  takeStepTimes(): readonly number[] {
    const taken = this.#stepMs;
    this.#stepMs = [];
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { messages } = await request.json() as { messages: { content: string }[] };
    const agent = messages.at(-1)?.content.match(/soak-\d+/)?.[0] ?? "ada";
    const answered = this.#answeredMs.get(agent);
    if (answered !== undefined) this.#stepMs.push(performance.now() - answered);
    await new Promise((resolve) => setTimeout(resolve, this.#options.thinkMs));
    const content = this.#lethalFor(agent) ?? this.#harmlessFor(agent);
    return Response.json({ message: { role: "assistant", content }, done: true });
  }

  #lethalFor(agent: string): string | undefined {
    const now = performance.now();
    if (this.#lenient || now < this.#dueMs) return undefined;
    this.#dueMs += this.#options.everyMs;
    const fixture = deck[Math.floor(this.#random() * deck.length)];
    if (fixture === undefined) return undefined;
    const number = this.lethal.length + 1;
    const code = fixture.response.replaceAll("{{DIR}}", "/nowhere");
    const response = `${code}\n// lethal ${number}, ${agent}`;
    this.lethal.push({ number, agent, cause: fixture.cause, response });
    this.#answeredMs.delete(agent);
    return response;
  }

  #harmlessFor(agent: string): string {
    const number = ++this.#said;
    this.#answeredMs.set(agent, performance.now());
    return `this.state.count = (this.state.count ?? 0) + 1;
function f${number % 5}() { return ${number % 97}; }
// ${agent}`;
  }
}
