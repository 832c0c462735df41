import { languageNames } from "../../src/genome/names.ts";
import { prepareMethod } from "../../src/genome/method.ts";
import { replaceAll, safeguards } from "../../src/genome/rewrite.ts";
import { parseJavaScript, testedNames } from "../../src/genome/syntax.ts";
import { markSyntaxError } from "./describe.ts";
import { newCompartment } from "./realm.ts";
import { sealed, sealedConstructor } from "./endowments.ts";

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

/**
 * A fresh Hardened JavaScript compartment: the language by an allow-list, the endowments, and the
 * agent's own names behind them. Its global object is frozen: nothing can be hidden there.
 *
 * @param endowments values by name
 * @param own the agent's own names; looked up live, whenever a name is used
 */
export function makeCompartment(
  endowments: Readonly<Record<string, unknown>>,
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
  const evaluators = makeEvaluators(evaluate);
  for (const [name, value] of Object.entries({ ...endowments, ...evaluators })) {
    Object.defineProperty(global, name, { value, enumerable: false });
  }
  // What agent code calls globalThis is a copy: the true one is a scope, in which the lookup of a
  // name that nobody declared throws.
  const { globalThis: _scope, ...descriptors } = Object.getOwnPropertyDescriptors(global) as
    & PropertyDescriptorMap
    & { globalThis?: PropertyDescriptor };
  const visible = Object.create(behind(own), descriptors);
  Object.defineProperty(visible, "globalThis", { value: visible });
  Object.defineProperty(global, "globalThis", { value: Object.freeze(visible) });
  Object.setPrototypeOf(global, scopeBehind(own, tested));
  Object.freeze(global);
  return evaluate;
}

/** `eval` and `Function`, with the safeguards that a response has. Both see only the compartment. */
function makeEvaluators(evaluate: Evaluate): Record<string, unknown> {
  const check = <T>(prepare: () => T): T => {
    try {
      return prepare();
    } catch (error) {
      throw markSyntaxError(error);
    }
  };
  const evalText = (text: unknown): unknown => {
    if (typeof text !== "string") return text;
    return evaluate(check(() => {
      const parsed = parseJavaScript(text);
      return {
        expression: replaceAll(text, safeguards(parsed)),
        testedNames: testedNames(parsed),
      };
    }));
  };
  const MakeFunction = function Function(...args: readonly unknown[]): unknown {
    const body = args.length === 0 ? "" : String(args[args.length - 1]);
    const parameters = args.slice(0, -1).map(String).join(",");
    const source = `function anonymous(${parameters}\n) {\n${body}\n}`;
    return evaluate(check(() => prepareMethod(source)));
  };
  return { eval: sealed(evalText), Function: sealedConstructor(MakeFunction, Function.prototype) };
}

/** The prototype of `globalThis`: shows the agent's own names, live. */
function behind(own: OwnNames): object {
  const isOwn = (key: PropertyKey): key is string => typeof key === "string" && own.has(key);
  return new Proxy(Object.freeze(Object.create(null)), {
    has: (_target, key) => isOwn(key),
    get: (_target, key) => isOwn(key) ? own.get(key) : undefined,
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
