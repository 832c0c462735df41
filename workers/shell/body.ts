import type { Genome } from "../../src/genome/genome.ts";
import { type PreparedMethod, prepareMethod } from "../../src/genome/method.ts";
import { isReservedName } from "../../src/genome/names.ts";
import { type PreparedResponse, prepareResponse } from "../../src/genome/response.ts";
import type { Json } from "../../src/core/json.ts";
import { type Evaluate, makeCompartment } from "./compartment.ts";
import { markSyntaxError } from "./describe.ts";
import { makeEndowments, sealed } from "./endowments.ts";
import { plainCopy } from "./plain.ts";
import type { Stage } from "./stage.ts";

/** What `handle` is given. */
export interface Message {
  readonly kind: "tick" | "tell" | "ask";
  readonly from: string;
  readonly body: Json;
}

/** An agent's own properties, open to the shell. */
export type OpenAgent = Record<PropertyKey, unknown>;

/** One living agent, for one turn: its object, and what the shell must know to read it back. */
export interface Body {
  readonly agent: OpenAgent;
  readonly prototype: object;
  /** Source of each function that was compiled from the genome: the ledger's own text. */
  readonly sources: ReadonlyMap<unknown, string>;
  /** Names of its own that its responses have used with success: methods called, attributes read. */
  readonly used: ReadonlySet<string>;
  /** The function behind one that was bound to the agent for use by its bare name. */
  unbound(value: unknown): unknown;
  /** Calls `handle`. */
  handle(message: Message): Promise<unknown>;
}

/** A message as JSON must fit a frame, however much of it must be escaped. */
const messageLimits = { depth: 64, size: 131_072 };
const maxPromptLength = 131_072;
const maxAddressLength = 256;

/**
 * Makes a living agent of a genome: a fresh compartment, every method compiled from its source, the
 * state and the attributes as fresh copies, powers on the prototype. A body serves one turn, so
 * whatever is not in the genome is gone with it.
 *
 * @param genome what it is made of
 * @param query its present query
 * @param stage the turn
 * @throws SyntaxError where a method's source cannot be compiled
 */
export function embody(genome: Genome, query: string, stage: Stage): Body {
  const prototype = makePowers(stage);
  const agent: OpenAgent = Object.create(prototype);
  const bound = new WeakMap<object, unknown>();
  const unbounds = new WeakMap<object, unknown>();
  const bind = (value: unknown): unknown => {
    if (typeof value !== "function" || isClass(value)) return value;
    let result = bound.get(value);
    if (result === undefined) {
      result = value.bind(agent);
      bound.set(value, result);
      unbounds.set(result as object, value);
    }
    return result;
  };
  const evaluate: Evaluate = makeCompartment(
    { ...makeEndowments(stage), evaluate: sealed((text: unknown) => run(text)) },
    stage,
    {
      has: (name) => !isReservedName(name) && Object.hasOwn(agent, name),
      get: (name) => bind(agent[name]),
      set: (name, value) => Reflect.set(agent, name, value),
    },
  );
  const used = new Set<string>();
  const run = (response: unknown): Promise<unknown> =>
    runResponse(response, { agent, evaluate, stage, used });

  own(agent, "state", fresh(genome.state));
  own(agent, "query", query);
  for (const [name, value] of Object.entries(genome.attributes)) own(agent, name, fresh(value));
  const sources = compileAll(genome.methods, agent, evaluate);
  return {
    agent,
    prototype,
    sources,
    used,
    unbound: (value) =>
      typeof value === "function" && unbounds.has(value) ? unbounds.get(value) : value,
    handle: async (message) =>
      await Reflect.apply(agent["handle"] as () => unknown, agent, [
        { kind: message.kind, from: message.from, body: fresh(message.body) },
      ]),
  };
}

/** Makes a property of the agent's own, whatever its prototypes have under that name. */
function own(agent: OpenAgent, name: string, value: unknown): void {
  Reflect.defineProperty(agent, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function fresh(value: Json): Json {
  return JSON.parse(JSON.stringify(value));
}

/** A class must not be bound: what extends it needs its prototype. */
function isClass(value: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Powers and readings, on a frozen prototype: they are the turn's, not the genome's. */
function makePowers(stage: Stage): object {
  const text = (value: unknown, what: string, maxLength: number): string => {
    const text = typeof value === "string" ? value : `${value}`;
    if (text.length <= maxLength) return text;
    throw new RangeError(`the ${what} is too long: ${text.length}, at most ${maxLength}`);
  };
  const address = (to: unknown): string => text(to, "name", maxAddressLength);
  const powers: Record<string, unknown> = {
    // `async`, so that a limit or a bad argument is a rejection and never a throw.
    llm: sealed(async (prompt: unknown) =>
      await stage.request({ power: "llm", prompt: text(prompt, "prompt", maxPromptLength) })
    ),
    send: sealed(async (to: unknown, body: unknown) =>
      void await stage.request({ power: "send", to: address(to), body: carried(body) })
    ),
    ask: sealed(async (to: unknown, body: unknown) =>
      await stage.request({ power: "ask", to: address(to), body: carried(body) })
    ),
    use: sealed(async (power: unknown, input: unknown = null) =>
      await stage.request({ power: "use", to: address(power), body: carried(input) })
    ),
    age: stage.options.age,
    energy: stage.options.energy,
  };
  const prototype = Object.create(Object.prototype);
  for (const [name, value] of Object.entries(powers)) {
    Object.defineProperty(prototype, name, { value, enumerable: false, writable: false });
  }
  return Object.freeze(prototype);
}

function carried(body: unknown): Json {
  return plainCopy(body, "the message", messageLimits);
}

const preparedMethods = new Map<string, PreparedMethod>();
let preparedLength = 0;

/** Sources remembered, in characters: a few large genomes' worth. */
const maxPreparedLength = 524_288;

/** A method's expression, remembered by its source: the same methods are compiled every turn. */
export function methodOf(source: string): PreparedMethod {
  let method = preparedMethods.get(source);
  if (method === undefined) {
    method = prepareMethod(source);
    preparedLength += source.length;
    if (preparedLength > maxPreparedLength) {
      preparedMethods.clear();
      preparedLength = source.length;
    }
    preparedMethods.set(source, method);
  }
  return method;
}

/**
 * Compiles methods into own properties. The value of a class may need another (`extends`, a static
 * field), whichever stands first: one that fails is tried again when others are there.
 *
 * @returns the source of each function
 */
function compileAll(
  methods: Readonly<Record<string, string>>,
  agent: OpenAgent,
  evaluate: Evaluate,
): Map<unknown, string> {
  const sources = new Map<unknown, string>();
  let waiting = Object.entries(methods);
  while (waiting.length > 0) {
    const failed: [string, string][] = [];
    let failure: unknown;
    for (const [name, source] of waiting) {
      try {
        const method = compile(name, source, agent, evaluate);
        own(agent, name, method);
        sources.set(method, source);
      } catch (error) {
        if (error instanceof SyntaxError) throw error;
        if (failed.length === 0) failure = error;
        failed.push([name, source]);
      }
    }
    if (failed.length === waiting.length) throw failure;
    waiting = failed;
  }
  return sources;
}

function compile(name: string, source: string, agent: OpenAgent, evaluate: Evaluate): unknown {
  try {
    // Called with the agent, so that `this` in an arrow function is the agent.
    const method = methodOf(source);
    const make = evaluate({
      ...method,
      expression: `(function () { return ${method.expression}; })`,
    });
    return Reflect.apply(make as () => unknown, agent, []);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`method '${name}': ${error.message}`);
  }
}

/** Runs a response as the agent's: see `prepareResponse`. */
async function runResponse(
  response: unknown,
  { agent, evaluate, stage, used: uses }: RunningBody,
): Promise<unknown> {
  let prepared: PreparedResponse;
  try {
    prepared = prepareResponse(typeof response === "string" ? response : `${response}`);
  } catch (error) {
    throw markSyntaxError(error);
  }
  for (const { power, use } of prepared.reaches) stage.attempt(power, use, "static");
  const make = evaluate(prepared) as (keep: Keep, used: Used) => () => Promise<unknown>;
  let getters: readonly (readonly [string, () => unknown])[] = [];
  const kept = new Map<string, unknown>();
  const keep: Keep = (...args) => {
    if (args.length === 1) {
      getters = args[0];
    } else {
      kept.set(args[0], args[1]);
      own(agent, args[0], args[1]);
    }
  };
  const used: Used = (name, value) => {
    // A promise that nobody has awaited has not shown that anything works.
    if (Object.hasOwn(agent, name) && !(value instanceof Promise)) uses.add(name);
    return value;
  };
  try {
    return await Reflect.apply(make(sealed(keep), sealed(used)), agent, []);
  } finally {
    // Once more at the end: a binding that was assigned since it was declared.
    for (const [name, get] of getters) {
      if (!kept.has(name)) continue;
      const value = get();
      if (!Object.is(value, kept.get(name))) own(agent, name, value);
    }
  }
}

/** What a response runs in. */
interface RunningBody {
  readonly agent: OpenAgent;
  readonly evaluate: Evaluate;
  readonly stage: Stage;
  readonly used: Set<string>;
}

/** What the transformed response calls: with its getters at the start, with each declared value. */
type Keep = (
  ...args: [readonly (readonly [string, () => unknown])[]] | [string, unknown]
) => void;

/** What the transformed response calls where it has used something of the agent's own. */
type Used = (name: string, value: unknown) => unknown;
