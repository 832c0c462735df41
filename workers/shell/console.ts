import { NotPlain, plainCopy } from "./plain.ts";
import { textOf } from "./describe.ts";
import type { Stage } from "./stage.ts";

const describeLimits = { depth: 8, size: 8192 };

/**
 * Any value as text, as far as it is data; no getter of it is invoked.
 *
 * @param value anything
 * @param maxLength characters at most
 */
export function literal(value: unknown, maxLength: number): string {
  let text: string;
  switch (typeof value) {
    case "string":
      text = JSON.stringify(value);
      break;
    case "bigint":
      text = `${value}n`;
      break;
    case "function":
      text = "[function]";
      break;
    case "object":
      text = value === null ? "null" : objectText(value);
      break;
    default:
      text = String(value);
  }
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

function objectText(value: object): string {
  try {
    if (value instanceof Error) return textOf(value);
    return JSON.stringify(plainCopy(value, "value", describeLimits));
  } catch (error) {
    return error instanceof NotPlain ? `[object: ${error.message}]` : "[object]";
  }
}

/** The agent's `console`: every method prints one line, whatever its level. */
export function makeConsole(stage: Stage): Readonly<Record<string, unknown>> {
  const print = (...values: readonly unknown[]): void => {
    stage.print(
      values.map((value) => typeof value === "string" ? value : literal(value, 8192)).join(" "),
    );
  };
  const nothing = (): void => {};
  const assert = (condition: unknown, ...values: readonly unknown[]): void => {
    if (!condition) print("Assertion failed:", ...values);
  };
  return {
    log: print,
    info: print,
    warn: print,
    error: print,
    debug: print,
    trace: print,
    table: print,
    dir: print,
    assert,
    group: print,
    groupEnd: nothing,
    time: nothing,
    timeEnd: nothing,
  };
}
