import { absentNames, importName, tripwireNames } from "../../src/genome/names.ts";
import { seededRandom } from "../../src/core/random.ts";
import { makeConsole } from "./console.ts";
import type { Stage } from "./stage.ts";
import { safeIntl, setPresent } from "./intl.ts";
import { absent, tripwire } from "./tripwire.ts";

/** Hides a function's source: what an agent prints of it says native code. */
export function sealed<T extends (...args: never[]) => unknown>(work: T): T {
  return Object.freeze(work.bind(undefined)) as T;
}

/**
 * Hides a constructor's source in the same way.
 *
 * @param work the constructor
 * @param prototype what its instances inherit from
 * @param statics its own functions
 */
export function sealedConstructor(
  work: (...args: readonly never[]) => unknown,
  prototype: object,
  statics: Readonly<Record<string, unknown>> = {},
): unknown {
  Object.defineProperty(work, "prototype", { value: prototype, writable: false });
  const bound: object = work.bind(undefined);
  for (const [name, value] of Object.entries({ ...statics, prototype, name: work.name })) {
    Object.defineProperty(bound, name, { value });
  }
  return Object.freeze(bound);
}

/**
 * What a compartment gets beside the language, for one turn: console, timers, seeded `Math.random`,
 * `Date` that stands at the turn's time, and tripwires where powers would be.
 *
 * @param stage the turn
 * @returns values by name, frozen
 */
export function makeEndowments(stage: Stage): Record<string, unknown> {
  const endowments: Record<string, unknown> = {
    ...makeTimers(stage),
    console: sealAll(makeConsole(stage)),
    Math: makeMath(stage),
    Date: makeDate(stage.options.nowMs),
    Intl: safeIntl(),
    // `ses` keeps these from compartments that must not tell one another anything by the bits of NaN.
    Float32Array,
    Float64Array,
  };
  for (const name of tripwireNames) endowments[name] = tripwire(name, stage);
  for (const name of absentNames) endowments[name] = sealed(absent(name, stage));
  endowments[importName] = tripwire("import", stage);
  return endowments;
}

function sealAll(methods: Readonly<Record<string, unknown>>): object {
  const result: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(methods)) {
    result[name] = sealed(method as () => unknown);
  }
  return Object.freeze(result);
}

function makeTimers(stage: Stage): Record<string, unknown> {
  const start = (task: unknown, delayMs: unknown = 0, ...args: readonly unknown[]): number => {
    if (typeof task !== "function") throw new TypeError("a timer needs a function");
    const delay = typeof delayMs === "number" ? delayMs : 0;
    return stage.later(() => void Reflect.apply(task, undefined, args), delay);
  };
  const cancel = sealed((number: unknown): void => stage.cancel(number));
  return { setTimeout: sealed(start), clearTimeout: cancel, clearInterval: cancel };
}

/** `Math` with a generator seeded for the turn. */
function makeMath(stage: Stage): object {
  const random = seededRandom(stage.options.seed);
  return Object.freeze(Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(Math),
    random: { value: sealed(() => random.next()) },
  }));
}

/** How often the time may be read within one millisecond of it: about as often as a processor can. */
const readingsPerMs = 20_000;

/**
 * `Date` whose present is the turn's, so that a life can be lived again. It does not stand quite
 * still: it moves with how often it is read, which is the same each time, so that a loop which waits
 * for a moment comes to an end.
 */
function makeDate(startMs: number): unknown {
  const Original = Date;
  let readings = 0;
  const now = (): number => startMs + Math.floor(readings++ / readingsPerMs);
  setPresent(now);
  const Present = function Date(this: unknown, ...args: readonly unknown[]): unknown {
    if (new.target === undefined) return new Original(now()).toString();
    const newTarget = new.target === Present ? Original : new.target;
    return Reflect.construct(Original, args.length === 0 ? [now()] : args, newTarget);
  };
  return sealedConstructor(Present, Original.prototype, {
    now: sealed(now),
    parse: sealed((text: string) => Original.parse(text)),
    UTC: sealed((...parts: [number, number]) => Original.UTC(...parts)),
  });
}
