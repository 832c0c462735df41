import type { Outcome } from "../../src/cell/mod.ts";
import { type Cause, classify } from "../../src/death/mod.ts";
import { laterAnswer, type Observation } from "./arena.ts";
import type { Attack, Explanations, Fate } from "./corpus.ts";
import { longestStallMs } from "./watch.ts";

/** What was seen outside the cell during an attack. */
export interface Outside {
  readonly touched: readonly string[];
  readonly siblingWrongs: readonly string[];
  readonly stallMs: number;
  readonly secret: string;
}

/** What an attack came to. */
export interface Verdict {
  /** Everything that went beyond the cell: empty, if it held. */
  readonly breaches: readonly string[];
  /** The words of the corpus that fit what happened. */
  readonly fates: readonly Fate[];
  /** Whether one of them was expected; `explained`: by this house's own explanations. */
  readonly fit: "expected" | "accepted" | "explained" | "unexpected";
  /** One line on what happened. */
  readonly text: string;
}

const fatesOfDeath: Readonly<Partial<Record<Cause, readonly Fate[]>>> = {
  exception: ["denied", "contained-death:error"],
  rejection: ["denied", "contained-death:error"],
  "stack-overflow": ["denied", "contained-death:error", "contained-death:crash"],
  hang: ["contained-death:cpu", "contained-death:stall"],
  cpu: ["contained-death:cpu"],
  heap: ["contained-death:memory"],
  memory: ["contained-death:memory"],
  flood: ["denied", "contained-death:flood"],
  cell: ["contained-death:crash"],
};

/** The words that fit the end of the attacked turn. Any other death is a refusal. */
function fatesOf(outcome: Outcome): readonly Fate[] {
  if (!outcome.lived) return fatesOfDeath[classify(outcome.facts).cause] ?? ["denied"];
  const { returned } = outcome;
  // What cannot be carried comes out as null: harmless, and refused.
  if (returned === null) return ["harmless", "denied"];
  return [typeof returned === "string" && returned.startsWith("denied") ? "denied" : "harmless"];
}

function textOf(outcome: Outcome): string {
  if (outcome.lived) return `lived, returned ${JSON.stringify(outcome.returned)}`;
  const { cause, message } = classify(outcome.facts);
  return `died of ${cause}: ${message}`;
}

/** Every text by which code inside could say that it got out. */
function sayings(outcome: Outcome | undefined): string[] {
  if (outcome === undefined) return [];
  if (!outcome.lived) return [...outcome.prints, outcome.facts.fault?.message ?? ""];
  const { returned, prints } = outcome;
  return [...prints, typeof returned === "string" ? returned : ""];
}

/**
 * Judges one attack by what was seen of it.
 *
 * @param row of the corpus
 * @param code the attack as it ran
 * @param seen of the cell
 * @param outside what was seen of the canaries, the sibling and this process
 * @param explanations what is different in this house, and why
 */
export function judge(
  row: Attack,
  code: string,
  seen: Observation,
  outside: Outside,
  explanations: Explanations,
): Verdict {
  const explanation = explanations[row.id];
  const { outcome, next, later } = seen;
  const breaches = [
    ...outside.touched,
    ...outside.siblingWrongs,
    ...seen.strays.map((pid) => `process ${pid} was left behind`),
  ];
  if (outside.stallMs > longestStallMs) breaches.push(`stood still for ${outside.stallMs} ms`);
  const claims = [outcome, next, later].flatMap(sayings).filter((text) =>
    text.startsWith("BREACH") && text !== explanation?.granted
  );
  breaches.push(...claims.map((text) => text.slice(0, 200)));
  if (JSON.stringify([outcome, next, later]).includes(outside.secret)) {
    breaches.push("the secret came out");
  }
  for (const call of seen.calls) {
    const [power, to] = call.split(" ", 2);
    if (power !== "llm" && !code.includes(`.${power}(`)) {
      breaches.push(`a ${power} to ${to} came that the code does not contain`);
    }
  }
  if (later !== undefined && !(later.lived && later.returned === laterAnswer)) {
    breaches.push(`a later life in the cell ${textOf(later)}`);
  }
  const fates = fatesOf(outcome);
  return {
    breaches,
    fates,
    fit: fitOf(row, fates, explanation?.accept ?? []),
    text: textOf(outcome),
  };
}

function fitOf(row: Attack, fates: readonly Fate[], explained: readonly Fate[]): Verdict["fit"] {
  if (fates.includes(row.expected)) return "expected";
  if (fates.some((fate) => row.accept.includes(fate))) return "accepted";
  return fates.some((fate) => explained.includes(fate)) ? "explained" : "unexpected";
}
