import type { Json } from "../core/json.ts";
import { type Genome, vitalMethods } from "../genome/mod.ts";

/** What a step may be worth beside having been lived. */
export const valueTerms = ["method", "attribute", "answer", "task"] as const;

/** What a step may be worth beside having been lived. */
export type ValueTerm = typeof valueTerms[number];

/** What has been paid for in a life, so that nothing is paid for twice. */
export interface Worth {
  /** What the life was born with: nothing of it is of its own making. */
  readonly born: Genome;
  /** Terms and names that have been paid, as `term NAME`. */
  readonly paid: ReadonlySet<string>;
}

/** A lived step, as far as its value goes. Nothing of it is what the agent says of itself. */
export interface SeenStep {
  /** The genome before the step. */
  readonly before: Genome;
  /** The genome after it. */
  readonly after: Genome;
  /** Own names that the response has used with success. */
  readonly used: readonly string[];
  /** It answered a question of somebody else's, with something. */
  readonly answered: boolean;
  /** The checker of the life's task says that it is solved; false where there is none. */
  readonly solved: boolean;
}

/** What can be seen of a lived step from outside, for one who judges a task. */
export interface TaskView {
  /** What `handle` returned. */
  readonly returned: Json;
  /** What it printed, a line each. */
  readonly prints: readonly string[];
  /** The agent's state after the step. */
  readonly state: Json;
}

/** A query with a checker that runs outside of the agent. Nobody tells the agent that it is judged. */
export interface Task {
  /** What a life is asked first. */
  readonly query: string;
  /** Whether the step has solved it; must not throw. */
  readonly check: (seen: TaskView) => boolean;
}

/** A life in which nothing has been paid yet. */
export function unpaid(born: Genome): Worth {
  return { born, paid: new Set() };
}

/**
 * The value of a step, measured from outside.
 *
 * - `method`: a method that was made in this life, or made anew, was called and returned; once a name.
 * - `attribute`: an attribute set in an earlier step of this life was read; once a name.
 * - `answer`: a question of another agent's or a person's was answered.
 * - `task`: the life's task is solved; once.
 *
 * @param worth what has been paid in this life
 * @param step the step
 * @returns the terms that it earns, and what has been paid now
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { firstGenome } from "../genome/mod.ts";
 * const after = { ...firstGenome, methods: { ...firstGenome.methods, add: "(a, b) => a + b" } };
 * const step = { before: firstGenome, after, used: ["add"], answered: false, solved: false };
 * const first = valueOf(unpaid(firstGenome), step);
 * assertEquals(first.terms, ["method"]);
 * assertEquals(valueOf(first.worth, { ...step, before: after }).terms, []);
 * ```
 */
export function valueOf(
  worth: Worth,
  step: SeenStep,
): { readonly terms: readonly ValueTerm[]; readonly worth: Worth } {
  const { born } = worth;
  const { before, after, used, answered, solved } = step;
  const terms: ValueTerm[] = [];
  const paid = new Set(worth.paid);
  const pay = (term: ValueTerm, name: string): void => {
    if (paid.has(`${term} ${name}`)) return;
    paid.add(`${term} ${name}`);
    terms.push(term);
  };
  for (const name of used) {
    const method = own(after.methods, name);
    if (method !== undefined && method !== own(born.methods, name) && !isVital(name)) {
      pay("method", name);
    }
    const attribute = own(before.attributes, name);
    if (attribute !== undefined && !same(attribute, own(born.attributes, name))) {
      pay("attribute", name);
    }
  }
  if (answered) terms.push("answer");
  if (solved) pay("task", "");
  return { terms, worth: { born, paid } };
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isVital(name: string): boolean {
  return (vitalMethods as readonly string[]).includes(name);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
