import { ruleFor } from "../../src/genome/tripwires.ts";
import type { ClaimedFault } from "../../src/cell/protocol.ts";
import { literal } from "./console.ts";
import type { Stage } from "./stage.ts";

/** Harmless ways in which the language looks at any value. */
const inert = new Set(["then", "toJSON", "constructor", "name", "length", "prototype"]);

/**
 * Something that looks like a power which no agent has. Reading from it is noted, and gives more of
 * the same; calling or constructing it, or anything reached through it, is judged by the rule of the
 * tripwires (`src/genome/tripwires.ts`): harm ends the life even where the error is caught. Nothing
 * is touched, for there is nothing behind it.
 *
 * @param path what it is, as written: `Deno`, `Deno.remove`
 * @param stage where it stands
 */
export function tripwire(path: string, stage: Stage): unknown {
  // A bound function can be called and constructed, and has no `prototype` of its own to show.
  const target = function () {}.bind(undefined);
  return new Proxy(target, {
    get(_target, key) {
      if (key === Symbol.toPrimitive) return () => `[${path}]`;
      if (key === "toString" || key === "valueOf") return () => `[${path}]`;
      if (typeof key === "symbol" || inert.has(key)) return undefined;
      const next = `${path}.${key}`.slice(0, 120);
      stage.attempt(next, "");
      return tripwire(next, stage);
    },
    has: () => true,
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
    setPrototypeOf: () => false,
    preventExtensions: () => false,
    getPrototypeOf: () => null,
    getOwnPropertyDescriptor: () => undefined,
    ownKeys: () => [],
    apply: (_target, _this, args) => use(path, path, args, stage),
    construct: (_target, args) => use(path, `new ${path}`, args, stage),
  });
}

/** A function that is not here: using it is noted, and says what to use instead. */
export function absent(name: string, stage: Stage): (...args: readonly unknown[]) => never {
  return (...args) => use(name, name, args, stage);
}

function use(path: string, written: string, args: readonly unknown[], stage: Stage): never {
  const detail = args.slice(0, 8).map((arg) => literal(arg, 200)).join(", ").slice(0, 500);
  stage.attempt(written, detail);
  const { judgement, why } = ruleFor(path);
  if (judgement === "probe") throw new Error(`${written} is not available here: ${why}`);
  return stage.spring(
    judgement,
    `${written}(${detail}): a power that this agent was not given`,
  );
}

/**
 * The fault of code that reached for a power by a hidden name, found nothing, and fell over just that:
 * it meant to use it, and is judged as if it had.
 *
 * @param hidden the power that was last reached for in that way, if any
 * @param fault how the turn ended
 */
export function hiddenHarm(hidden: string | undefined, fault: ClaimedFault): ClaimedFault {
  if (hidden === undefined || fault.kind !== "exception") return fault;
  const read = /^TypeError: Cannot read properties of undefined \(reading '([^']*)'\)$/
    .exec(fault.message);
  const path = read !== null
    ? `${hidden}.${read[1]}`
    : /^TypeError: .{1,200} is not a (?:function|constructor)$/.test(fault.message)
    ? hidden
    : undefined;
  if (path === undefined) return fault;
  const { judgement } = ruleFor(path);
  if (judgement === "probe") return fault;
  return { kind: judgement, message: `${path}: a power that this agent was not given` };
}
