import { absentNames, languageNames, tripwireNames } from "../../src/genome/names.ts";
import { prepareMethod } from "../../src/genome/method.ts";
import { literal } from "./console.ts";
import { markSyntaxError } from "./describe.ts";
import { newCompartment } from "./realm.ts";
import { sealedConstructor } from "./endowments.ts";
import type { Stage } from "./stage.ts";

/** The agent's own names, as bare names in its code. */
export interface OwnNames {
  has(name: string): boolean;
  get(name: string): unknown;
  set(name: string, value: unknown): boolean;
}

/** Code prepared by the genome room: an expression, and the names that it asks the `typeof` of. */
export interface Prepared {
  readonly expression: string;
  readonly testedNames: readonly string[];
}

/** Evaluates prepared code. */
export type Evaluate = (prepared: Prepared) => unknown;

/** Names that stand in the agent's scope and on no object: to look for one on `globalThis` is noted. */
const trapped: ReadonlySet<string> = new Set([...tripwireNames, ...absentNames]);

/**
 * A fresh Hardened JavaScript compartment: the language by an allow-list, the endowments, and the
 * agent's own names behind them. Its global object is frozen: nothing can be hidden there.
 *
 * @param endowments values by name
 * @param stage the turn
 * @param own the agent's own names; looked up live, whenever a name is used
 */
export function makeCompartment(
  endowments: Readonly<Record<string, unknown>>,
  stage: Stage,
  own: OwnNames,
): Evaluate {
  const compartment = newCompartment();
  const global = compartment.globalThis;
  // The symbol is how `ses` keeps its own scopes apart; it cannot be removed.
  const allowed = new Set<PropertyKey>([...languageNames, Symbol.unscopables]);
  for (const key of Reflect.ownKeys(global)) {
    if (!allowed.has(key) && !Reflect.deleteProperty(global, key)) {
      throw new Error(`the compartment keeps ${String(key)}`);
    }
  }
  const tested = new Set<string>();
  const evaluate: Evaluate = ({ expression, testedNames }) => {
    for (const name of testedNames) tested.add(name);
    try {
      return compartment.evaluate(expression, { __rejectSomeDirectEvalExpressions__: false });
    } catch (error) {
      throw error instanceof SyntaxError ? markSyntaxError(error) : error;
    }
  };
  const all = { ...endowments, Function: makeFunction(evaluate, stage) };
  for (const [name, value] of Object.entries(all)) {
    Object.defineProperty(global, name, { value, enumerable: false });
  }
  // What agent code calls globalThis is a copy of the language's part: the true one is a scope, in
  // which the lookup of a name that nobody declared throws. Powers and tripwires stand in the scope
  // only, so that code which looks whether this host has one finds none.
  const visible = Object.create(behind(own, stage));
  for (const name of languageNames) {
    const descriptor = Object.getOwnPropertyDescriptor(global, name);
    if (descriptor !== undefined) Object.defineProperty(visible, name, descriptor);
  }
  Object.defineProperty(visible, "console", { value: endowments["console"] });
  Object.defineProperty(visible, "globalThis", { value: visible });
  Object.defineProperty(global, "globalThis", { value: Object.freeze(visible) });
  Object.setPrototypeOf(global, scopeBehind(own, tested));
  Object.freeze(global);
  return evaluate;
}

/**
 * `Function`, with the safeguards that a response has: it sees only the compartment. Its use is noted.
 * It makes plain functions of text and nothing else: what extends it could make text of anything.
 */
function makeFunction(evaluate: Evaluate, stage: Stage): unknown {
  const MakeFunction = function Function(...args: readonly unknown[]): unknown {
    if (new.target !== undefined && new.target !== MakeFunction) {
      throw new TypeError("Function cannot be extended here: write the class's methods out");
    }
    const texts = args.map(String);
    stage.attempt("Function", texts.map((text) => literal(text, 200)).join(", "));
    const body = texts.pop() ?? "";
    const source = `function anonymous(${texts.join(",")}\n) {\n${body}\n}`;
    try {
      return evaluate(prepareMethod(source));
    } catch (error) {
      throw error instanceof SyntaxError ? markSyntaxError(error) : error;
    }
  };
  return sealedConstructor(MakeFunction, Function.prototype);
}

/** The prototype of `globalThis`: shows the agent's own names, live. */
function behind(own: OwnNames, stage: Stage): object {
  const isOwn = (key: PropertyKey): key is string => typeof key === "string" && own.has(key);
  return new Proxy(Object.freeze(Object.create(null)), {
    has: (_target, key) => isOwn(key),
    get: (_target, key) => {
      if (isOwn(key)) return own.get(key);
      if (typeof key === "string" && trapped.has(key)) stage.hiddenReach(key);
      return undefined;
    },
    set: (_target, key, value) => {
      if (isOwn(key)) return own.set(key, value);
      throw new TypeError(`cannot set globalThis.${String(key)}: assign to this.${String(key)}`);
    },
  });
}

/**
 * The prototype of the scope: the agent's own names, live; every other name is not defined. `typeof`
 * of such a name must not throw and cannot be told from its use, so a name whose `typeof` some code
 * here asks is undefined instead.
 */
function scopeBehind(own: OwnNames, tested: ReadonlySet<string>): object {
  return new Proxy(Object.freeze(Object.create(null)), {
    has: (_target, key) => typeof key === "string",
    get: (_target, key) => {
      if (typeof key === "symbol") return undefined;
      if (own.has(key)) return own.get(key);
      if (tested.has(key)) return undefined;
      throw new ReferenceError(`${key} is not defined`);
    },
    set: (_target, key, value) => {
      if (typeof key === "string" && own.has(key)) return own.set(key, value);
      throw new ReferenceError(`${String(key)} is not defined: declare it, or assign to this`);
    },
  });
}
