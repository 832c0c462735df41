import { ofCause } from "./causes.js";
import { oneLine } from "./visible.js";

/**
 * A death, in the parts of its sentence: "ada, life 7, died at step 31 of a hang: `while (true) {}` in
 * `execute`".
 *
 * @param death as the ledger has it
 * @returns {{ who: string, life: number, when: string, of: string, code: string, where: string,
 *   message: string }}
 */
export function deathWords(death) {
  const { agent, life, step, cause, response, reason } = death;
  const when = step > 0 ? `at step ${step}` : life === 0 ? "at birth" : "between two steps";
  const code = response === null ? "" : codeOf(response);
  return {
    who: agent,
    life,
    when,
    of: ofCause(cause),
    code: oneLine(code, 72),
    where: code === "" ? "" : placeOf(death),
    message: oneLine(reason, 160),
  };
}

/** The same as one line of text. */
export function deathSentence(death) {
  const { who, life, when, of, code, where } = deathWords(death);
  const what = code === "" ? "" : `: ${code}${where === "" ? "" : ` in ${where}`}`;
  return `${who}, life ${life}, died ${when} ${of}${what}`;
}

/** What is code in a response: a fenced block if there is one, else all of it. */
export function codeOf(response) {
  const fenced = response.match(/```[a-z]*[^\S\n]*\n([\s\S]*?)(?:```|$)/i);
  return (fenced?.[1] ?? response).trim();
}

/** The method in which it happened: the innermost frame of the stack that is one, else `execute`. */
function placeOf({ evidence }) {
  const stack = evidence !== null && typeof evidence === "object" ? evidence.stack : undefined;
  const frame = typeof stack === "string"
    ? stack.match(/^\s*at (?:async )?(?:Object\.|Agent\.)?([\w$]+) \(/m)
    : null;
  return frame === null || frame[1] === "evaluate" || frame[1] === "eval" ? "execute" : frame[1];
}

const steps = [
  [1, "second"],
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** How long ago, in words: "3 min. ago". */
export function ago(atMs, nowMs) {
  const seconds = Math.max(0, (nowMs - atMs) / 1000);
  if (seconds < 5) return "just now";
  const [size, unit] = steps.findLast(([size]) => seconds >= size) ?? steps[0];
  return relative.format(-Math.floor(seconds / size), unit);
}

const shown = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A figure for a person: whole numbers whole, others by three digits. */
export function figure(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = Number.isInteger(value) || Math.abs(value) >= 1000
    ? whole.format(value)
    : shown.format(value);
  return text.replace("-", "−");
}

/** The same with its sign. */
export function signed(value) {
  return value > 0 ? `+${figure(value)}` : figure(value);
}

/** "1 death", "2 deaths". */
export function count(number, one, many = `${one}s`) {
  return `${figure(number)} ${number === 1 ? one : many}`;
}

/** A size in bytes for a person. */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${figure(size / 1024)} KB`;
  return `${figure(size / 1024 ** 2)} MB`;
}

/** A duration in milliseconds for a person. */
export function duration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1000) return `${figure(Math.round(ms * 10) / 10)} ms`;
  if (ms < 60_000) return `${figure(ms / 1000)} s`;
  return `${figure(ms / 60_000)} min`;
}
