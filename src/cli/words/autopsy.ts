import type { Json } from "../../core/json.ts";
import { printable } from "../../core/text.ts";
import { causes } from "../../death/mod.ts";
import type { DeathView, StepView } from "../views.ts";
import { block, count, duration, fields, figure, short, signed, size, when } from "./forms.ts";

const doings = {
  agent: "its own doing",
  infrastructure: "not its doing: infrastructure, never punished",
  operator: "not its doing: an operator, never punished",
} as const;

/**
 * A death as a person reads it: who, when, of what, by whose doing; the code that was running, what
 * was seen from outside, and what came after.
 *
 * @param death the death
 * @param steps the steps of the life
 * @returns lines of text
 */
export function autopsy(death: DeathView, steps: readonly StepView[]): string {
  const { id, agent, life, cause, owner, reason, response, evidence } = death;
  const lethal = steps.find(({ step }) => step === death.step);
  const lived = steps.filter((step) => step.lived).length;
  const stack = textOf(evidence, "stack");
  const reward = lethal?.rewards.reduce((sum, { value }) => sum + value, 0);
  const seen = facts(evidence).filter(([name]) => !told.has(name));
  const parts = [
    `death ${id}: ${agent}, life ${life}, ${
      death.step === 0 ? "between steps" : `step ${death.step}`
    }: ${cause}`,
    fields([
      ["cause", `${causes[cause].text} (${doings[owner]})`],
      ["reason", printable(reason, 500)],
      ["when", `${when(death.atMs)}, found ${duration(death.detectedMs)} after the fault`],
      ["lived", `${count(lived, "step")} in this life`],
      ["reward", reward === undefined ? null : signed(reward)],
      ["policy", death.policyVersion === null ? null : `version ${death.policyVersion}`],
      ["genome", `${short(death.genomeBefore)} (before)`],
      ["supervisor", `${death.supervisor}, ${contexts[death.context] ?? death.context}`],
      ["then", aftermath(death.decision)],
    ]),
  ];
  if (response !== null) {
    parts.push(`what was being executed\n${response === "" ? "    (nothing)" : block(response)}`);
  }
  if (seen.length > 0) parts.push(`what was seen\n${fields(seen)}`);
  if (stack !== undefined && stack !== "") parts.push(`its stack\n${block(stack)}`);
  return parts.join("\n\n");
}

/** What of the evidence is told elsewhere. */
const told = new Set(["message", "stack", "detected"]);

/** The facts of the evidence, each with its unit; those within others come after. */
function facts(evidence: Json): readonly [string, string][] {
  return Object.entries(asObject(evidence)).flatMap(([key, value]): [string, string][] => {
    if (value === null) return [];
    if (Object.keys(asObject(value)).length > 0) return [...facts(value)];
    const name = words(key.replace(/(Ms|Bytes)$/, ""));
    if (typeof value !== "number") return [[name, printable(plain(value), 300)]];
    if (key.endsWith("Ms")) return [[name, duration(value)]];
    return [[name, key.endsWith("Bytes") ? size(value) : figure(value)]];
  });
}

const contexts: Readonly<Record<string, string>> = {
  start: "while it was being born",
  "child-terminated": "while it lived",
  shutdown: "while it was being stopped",
};

function aftermath(decision: Json): string {
  const { kind, why, delayMs, genome, from } = asObject(decision);
  switch (kind) {
    case "restart":
      return `it came back after ${plain(delayMs)} ms, from genome ${short(plain(genome))}` +
        (from === "further"
          ? ", one further back"
          : from === "trusted"
          ? ", the last that stood its probation"
          : "");
    case "remain":
      return `it stays down: ${plain(why)}`;
    case "escalate":
      return `the supervisor gave up: ${plain(why)}`;
    default:
      return plain(decision);
  }
}

function asObject(value: Json): { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: Json, key: string): string | undefined {
  const text = asObject(value)[key];
  return typeof text === "string" ? text : undefined;
}

function plain(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** `exitCode` as people write it. */
function words(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
