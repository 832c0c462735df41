import type { Terminal } from "./terminal.ts";

/** Names of environment variables whose values nobody must see. */
const secretName = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL)S?$/i;
/** A value shorter than this is a word, and would be struck out everywhere. */
const leastLength = 8;
/** What looks like a key, whoever's it is: OpenAI's and GitHub's forms, and a bearer's header. */
const shapes = /\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|(?<=Bearer )[\w.~+/=-]{8,})/g;
/** What stands in a secret's place. */
export const struck = "[secret]";

/**
 * Makes a function that strikes secrets out of a text: the values of environment variables that are
 * named like secrets, and what looks like a key.
 *
 * @param environment names and values
 */
export function secretStriker(
  environment: Readonly<Record<string, string>>,
): (text: string) => string {
  const values = Object.entries(environment)
    .filter(([name]) => secretName.test(name))
    // One variable may hold several, such as `read:TOKEN,TOKEN`.
    .flatMap(([, value]) => [value, ...value.split(/[\s,:]+/)])
    .filter((value) => value.length >= leastLength)
    // In a JSON line a value stands escaped.
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    // The longer first: one may be the beginning of another.
    .sort((a, b) => b.length - a.length);
  return (text) =>
    values.reduce((struckText, value) => struckText.replaceAll(value, struck), text)
      .replace(shapes, struck);
}

/** A terminal on which no secret appears, on neither output. */
export function withoutSecrets(terminal: Terminal, strike: (text: string) => string): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(strike(text)),
    err: (text) => terminal.err(strike(text)),
  };
}
