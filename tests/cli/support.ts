import { assert, assertEquals } from "@std/assert";
import { vivarium } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** What a command left behind. */
export interface Invoked {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a command of a test runs. */
export interface Around {
  readonly columns?: number;
  readonly color?: boolean;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly ending?: AbortSignal;
  /** Told of each piece of output as it comes. */
  readonly onOut?: (text: string) => void;
}

/** A terminal that shows nothing. */
export const silent: Terminal = {
  out: () => {},
  err: () => {},
  columns: 80,
  color: false,
  progress: false,
  input: () => Promise.resolve(""),
  env: () => undefined,
  ending: new AbortController().signal,
};

/** Runs `vivarium ARGS` in this process. */
export async function invoke(args: readonly string[], around: Around = {}): Promise<Invoked> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => {
      out.push(text);
      around.onOut?.(text);
    },
    err: (text) => void err.push(text),
    columns: around.columns ?? null,
    color: around.color ?? false,
    progress: false,
    input: () => Promise.resolve(around.input ?? ""),
    env: (name) => around.env?.[name],
    ending: around.ending ?? new AbortController().signal,
  };
  const code = await vivarium(args, terminal);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/**
 * A command and what it is to say, as data. In the texts `[…]` stands for anything on one line, and a
 * line of `[…]` alone for any lines. What is not named is to be empty.
 */
export interface Case {
  /** The arguments, as they are typed; `$NAME` stands for a value of the test. */
  readonly args: string;
  /** @default 0 */
  readonly code?: number;
  readonly out?: string;
  readonly err?: string;
  readonly input?: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a case and compares. */
export async function check(
  expected: Case,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const filled = (text: string): string =>
    text.replace(/\$([A-Z]+)/g, (whole, name) => values[name] ?? whole);
  const { columns, input, env = {} } = expected;
  const around = {
    ...(columns === undefined ? {} : { columns }),
    ...(input === undefined ? {} : { input }),
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value)])),
  };
  const { code, out, err } = await invoke(words(expected.args).map(filled), around);
  const told = `vivarium ${expected.args}\n--- code ${code}\n--- out\n${out}\n--- err\n${err}`;
  matches(out, filled(expected.out ?? ""), told);
  matches(err, filled(expected.err ?? ""), told);
  assertEquals(code, expected.code ?? 0, told);
}

/** Splits a command line as a shell does, as far as quotes go. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
    .map(([, single, double, bare]) => single ?? double ?? bare ?? "");
}

function matches(actual: string, expected: string, told: string): void {
  const pattern = expected.trim().split("\n").map((line) =>
    line.trim() === "[…]" ? "(?:.*\n)*?.*" : line.trimEnd().split("[…]").map(escape).join(".*")
  ).join("\n");
  assert(new RegExp(`^${pattern}$`).test(actual.trim()), `expected:\n${expected}\n${told}`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
