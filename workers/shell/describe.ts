import type { ClaimedFault } from "../../src/cell/protocol.ts";
import { stackOf } from "./realm.ts";

/** Errors that came of a response which does not parse: the mark of a death by `syntax`. */
const syntaxErrors = new WeakSet<object>();

/** Marks an error as a failure to parse, so that its escape is a death by `syntax`. */
export function markSyntaxError(error: unknown): unknown {
  if (typeof error === "object" && error !== null) syntaxErrors.add(error);
  return error;
}

/**
 * The fault that an escaped error is. Whatever was thrown, nothing of it is trusted: it may be a
 * proxy, its message a getter that throws.
 *
 * @param error what was thrown
 * @param kind what it is, unless it is a failure to parse or a stack overflow
 */
export function faultOf(error: unknown, kind: "exception" | "rejection"): ClaimedFault {
  const message = textOf(error).slice(0, 2000);
  const stack = safeStackOf(error).slice(0, 4000);
  const described = stack === "" ? { message } : { message, stack };
  if (typeof error === "object" && error !== null && syntaxErrors.has(error)) {
    return { kind: "syntax", ...described };
  }
  if (isStackOverflow(error)) return { kind: "stack-overflow", ...described };
  return { kind, ...described };
}

/** One line for anything that was thrown: `TypeError: …` for an error, its text for the rest. */
export function textOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) {
      // Cut before they are joined: a message of half a heap must not be copied.
      const name = cut(thrown.name), message = cut(thrown.message);
      return [name, message].filter((part) => part !== "").join(": ") || "an error without words";
    }
    return typeof thrown === "object" && thrown !== null
      ? `thrown: ${JSON.stringify(thrown) ?? "an object"}`
      : `thrown: ${String(thrown)}`;
  } catch {
    return "thrown: a value that cannot be described";
  }
}

function cut(value: unknown): string {
  return String(value).slice(0, 4000);
}

function isStackOverflow(thrown: unknown): boolean {
  try {
    return thrown instanceof RangeError && /maximum call stack/i.test(String(thrown.message));
  } catch {
    return false;
  }
}

function safeStackOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? stackOf(thrown) : "";
  } catch {
    return "";
  }
}
