import type { Stage } from "./stage.ts";
import { literal } from "./console.ts";

/** Calls that mean "end this process": a death by `exit`, not by `harm`. */
const exits = new Set(["Deno.exit", "process.exit", "process.reallyExit", "process.abort"]);

/** Harmless ways in which the language looks at any value. */
const inert = new Set(["then", "toJSON", "constructor", "name", "length", "prototype"]);

/**
 * Something that looks like a power which no agent has. Reading from it is noted, and gives more of
 * the same; calling or constructing it, or anything reached through it, is harm and ends the life
 * even where the error is caught. Nothing is touched, for there is nothing behind it.
 *
 * @param path what it is, as written: `Deno`, `Deno.remove`
 * @param stage where it stands
 */
export function tripwire(path: string, stage: Stage): unknown {
  // A bound function can be called and constructed, and has no `prototype` of its own to show.
  const target = function () {}.bind(undefined);
  const spring = (written: string, args: readonly unknown[]): never => {
    const detail = args.map((arg) => literal(arg, 200)).join(", ").slice(0, 500);
    stage.attempt(written, detail);
    return stage.spring(
      exits.has(path) ? "exit" : "harm",
      `${written}(${detail}): a power that this agent was not given`,
    );
  };
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
    apply: (_target, _this, args) => spring(path, args),
    construct: (_target, args) => spring(`new ${path}`, args),
  });
}
