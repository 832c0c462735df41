import type { Cause } from "../../src/death/mod.ts";
import { type Ending, laterAnswer, type Observation } from "./arena.ts";
import type { Attack, Explanations, Fate } from "./corpus.ts";

/** What was seen outside the cell during an attack. */
export interface Outside {
  readonly touched: readonly string[];
  readonly siblingWrongs: readonly string[];
  /** Letters that the sibling had, which no code contains. */
  readonly letters: readonly Stray[];
  readonly secret: string;
}

/** A letter of an agent to the sibling. */
export interface Stray {
  readonly kind: string;
  readonly from: string;
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

/** The words that fit the end of the attacked step. Any other death is a refusal. */
function fatesOf(outcome: Ending): readonly Fate[] {
  if (!outcome.lived) return fatesOfDeath[outcome.cause] ?? ["denied"];
  const { returned } = outcome;
  // What cannot be carried comes out as null: harmless, and refused.
  if (returned === null) return ["harmless", "denied"];
  return [typeof returned === "string" && returned.startsWith("denied") ? "denied" : "harmless"];
}

function textOf(outcome: Ending): string {
  if (outcome.lived) return `lived, returned ${JSON.stringify(outcome.returned)}`;
  return `died of ${outcome.cause}: ${outcome.message}`;
}

/** Every text by which code inside could say that it got out. */
function sayings(outcome: Ending | undefined): string[] {
  if (outcome === undefined) return [];
  if (!outcome.lived) return [...outcome.prints, outcome.message];
  const { returned, prints } = outcome;
  return [...prints, typeof returned === "string" ? returned : ""];
}

/**
 * Judges one attack by what was seen of it.
 *
 * @param row of the corpus
 * @param seen of the cell
 * @param outside what was seen of the canaries, the sibling and this process
 * @param explanations what is different in this house, and why
 */
export function judge(
  row: Attack,
  seen: Observation,
  outside: Outside,
  explanations: Explanations,
): Verdict {
  const explanation = explanations[row.id];
  const { outcome, next, later } = seen;
  const breaches = [
    ...outside.touched,
    ...outside.siblingWrongs,
    ...seen.idle.map((why) => `its cell ended between two steps: ${why}`),
    ...seen.strays.map((pid) => `process ${pid} was left behind`),
  ];
  const endings = [[outcome, ""], [next, ", a step later"], [later, ", a life later"]] as const;
  for (const [ending, where] of endings) {
    const claims = sayings(ending).filter((text) =>
      text.startsWith("BREACH") && text !== explanation?.granted
    );
    breaches.push(...claims.map((text) => text.slice(0, 200) + where));
  }
  if (seen.record.includes(outside.secret)) breaches.push("the secret came out");
  for (const { kind, from } of outside.letters) {
    breaches.push(`a ${kind} came from '${from}' that its code does not contain`);
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
