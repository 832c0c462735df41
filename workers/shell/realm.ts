import "./without_process.ts";
import "ses";
import { lockIntl } from "./intl.ts";
import { languageNames } from "../../src/genome/names.ts";

declare function getStackString(error: unknown): string;
declare function harden(value: unknown): void;
declare function lockdown(options: Readonly<Record<string, string>>): void;

/** A Hardened JavaScript compartment of `ses`, as far as the shell uses it. */
export interface SesCompartment {
  readonly globalThis: object;
  evaluate(source: string, options: Readonly<Record<string, boolean>>): unknown;
}

declare const Compartment: new (options: { readonly __options__: true }) => SesCompartment;

/** What `ses` puts on the global object, and is taken from there once the realm is locked. */
const sesNames = ["lockdown", "harden", "assert", "getStackString", "Compartment", "Temporal"];

let makeCompartment: (() => SesCompartment) | undefined;
let getStack: ((error: unknown) => string) | undefined;

/** A new compartment. The realm must be locked. */
export function newCompartment(): SesCompartment {
  if (makeCompartment === undefined) throw new Error("the realm is not locked");
  return makeCompartment();
}

/** The stack of an error, which a locked realm hides from agent code: its own functions, by line. */
export function stackOf(error: unknown): string {
  const lines = getStack?.(error).split("\n").map((line) => line.trim().slice(0, 300)) ?? [];
  // Frames of the shell and of Deno say nothing of the agent, and where the house is installed.
  return lines.filter((line) => line.startsWith("at ") && !/agent\.js:|ext:/.test(line))
    .map(readable).join("\n");
}

/**
 * A frame without how the shell evaluates code: `at execute (line 3)`. Columns are left out, since the
 * shell writes something before the first line.
 */
function readable(frame: string): string {
  const [, wait = "", name = "(anonymous)", line] =
    frame.match(/^at (async )?(?:([^(]+) \()?eval at .*, <anonymous>:(\d+):\d+\)?$/) ?? [];
  if (line === undefined) return frame;
  const plain = name.replace(/^Object\./, "");
  return `at ${wait}${plain === "eval" ? "the response" : plain} (line ${line})`;
}

/**
 * Cuts the Worker's realm down to ECMAScript and freezes what is left. Nothing of Deno, of the Web
 * and of Node stays on the global object or on its prototype chain. To be called once, before any
 * agent code.
 *
 * @param onRejection told of every promise that was rejected and not caught
 */
export function lockRealm(onRejection: (reason: unknown) => void): void {
  cutGlobal(onRejection);
  // `ses` must find one, and is told to leave it alone.
  Object.defineProperty(globalThis, "console", { value: {}, writable: true, configurable: true });
  lockdown({
    consoleTaming: "unsafe",
    domainTaming: "unsafe",
    errorTaming: "safe",
    errorTrapping: "none",
    // The cell's locale and time zone are fixed by its environment, so they tell nothing.
    localeTaming: "unsafe",
    unhandledRejectionTrapping: "none",
    overrideTaming: "severe",
    stackFiltering: "concise",
    reporting: "none",
  });
  const made = Compartment;
  lockIntl(harden);
  makeCompartment = () => new made({ __options__: true });
  getStack = getStackString;
  for (const name of [...sesNames, "console"]) Reflect.deleteProperty(globalThis, name);
}

function cutGlobal(onRejection: (reason: unknown) => void): void {
  const allowed = new Set<PropertyKey>([...languageNames, "eval", ...sesNames]);
  const global: object = globalThis;
  // Deno puts this one in place when it is first called, its own calls included.
  queueMicrotask(() => {});
  // First the chain, then the keys: MessagePort needs EventTarget.prototype, which stays whole.
  Object.setPrototypeOf(global, Object.prototype);
  for (const key of Reflect.ownKeys(global)) {
    if (allowed.has(key)) continue;
    if (Reflect.deleteProperty(global, key) && !Reflect.has(global, key)) continue;
    Reflect.defineProperty(global, key, {
      value: undefined,
      writable: false,
      configurable: key === "console",
    });
  }
  // Deno itself looks this up: for rejections, and on load and exit.
  Object.defineProperty(global, "dispatchEvent", {
    value: (event: { type: string; reason?: unknown; preventDefault(): void }): boolean => {
      if (event.type !== "unhandledrejection") return true;
      event.preventDefault();
      onRejection(event.reason);
      return false;
    },
    writable: false,
    configurable: false,
    enumerable: false,
  });
}
