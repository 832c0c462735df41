import Table from "cli-table3";
import { printable } from "../../src/core/text.ts";
import type { Explanations } from "./corpus.ts";
import type { Row } from "./run.ts";
import type { Drift, Phase, SoakReport } from "./soak.ts";

/** What a run came to, in numbers. */
export interface Summary {
  readonly attacks: number;
  readonly breaches: number;
  readonly expected: number;
  readonly accepted: number;
  readonly explained: number;
  readonly unexpected: number;
  /** The longest time for which the supervisor's side stood still. */
  readonly longestStallMs: number;
}

/** Counts. */
export function summaryOf(rows: readonly Row[]): Summary {
  const fits = (fit: Row["fit"]) => rows.filter((row) => row.fit === fit).length;
  return {
    attacks: rows.length,
    breaches: rows.filter(({ breaches }) => breaches.length > 0).length,
    expected: fits("expected"),
    accepted: fits("accepted"),
    explained: fits("explained"),
    unexpected: fits("unexpected"),
    longestStallMs: Math.max(0, ...rows.map(({ stallMs }) => stallMs)),
  };
}

/** One line on one attack, safe for a terminal. */
export function lineOf(row: Row): string {
  const mark = row.breaches.length > 0 ? "BREACH" : {
    expected: "held",
    accepted: "held",
    explained: "explained",
    unexpected: "differs",
  }[row.fit];
  const tail = row.breaches.length > 0
    ? ` -- ${row.breaches.join("; ")}`
    : row.fit === "unexpected"
    ? ` -- wanted ${row.wanted}`
    : "";
  return `${mark.padEnd(11)}${row.id.padEnd(12)}${printable(row.text, 110)}${printable(tail, 300)}`;
}

/** A table of categories, with a line of sums. */
export function tableOf(rows: readonly Row[]): string {
  const numbers = [
    "attacks",
    "breaches",
    "expected",
    "accepted",
    "explained",
    "unexpected",
  ] as const;
  const table = new Table({
    head: ["category", ...numbers, "stall ms"],
    style: { head: [], border: [] },
  });
  const add = (name: string, some: readonly Row[]) => {
    const summary = summaryOf(some);
    table.push([name, ...numbers.map((number) => summary[number]), summary.longestStallMs]);
  };
  for (const [category, some] of Map.groupBy(rows, ({ category }) => category)) {
    add(category, some);
  }
  add("all", rows);
  return table.toString();
}

/** Why explained attacks are, a line each. */
export function explanationsOf(rows: readonly Row[], explanations: Explanations): string {
  return rows.filter(({ fit }) => fit === "explained")
    .map(({ id, fates }) => `${id} (${fates.join(", ")}): ${explanations[id]?.why}`)
    .join("\n");
}

/**
 * Attacks that did not come to the same verdict in every run, a line each. That one died of memory here
 * and of its deadline there is told by `explained.json`, and is no difference.
 */
export function differencesOf(runs: readonly (readonly Row[])[]): string[] {
  const verdictOf = (rows: readonly Row[], wanted: string): string => {
    const row = rows.find(({ id }) => id === wanted);
    if (row === undefined) return "missing";
    return row.breaches.length > 0 ? "breach" : row.fit === "unexpected" ? "unexpected" : "held";
  };
  const ids = new Set(runs.flatMap((rows) => rows.map(({ id }) => id)));
  return [...ids].flatMap((id) => {
    const verdicts = runs.map((rows) => verdictOf(rows, id));
    return new Set(verdicts).size === 1 ? [] : [`${id} differs: ${verdicts.join(", ")}`];
  });
}

/** What a soak came to, in lines. */
export function soakLines(report: SoakReport): string {
  const { before, during, after, findings } = report;
  const ms = ({ steps, stepMs, answerMs }: Phase) => [
    steps,
    ...[stepMs.p50, stepMs.p99, answerMs.p50, answerMs.p99].map((value) => value.toFixed(1)),
  ];
  const table = new Table({
    head: ["the honest", "steps", "step p50 ms", "p99", "answer p50 ms", "p99"],
    style: { head: [], border: [] },
  });
  table.push(
    ["before", ...ms(before)],
    ["under attack", ...ms(during)],
    ["after", ...ms(after)],
  );
  const drift = ({ first, last, most, slopePerMinute }: Drift) =>
    `${first.toFixed(0)} to ${last.toFixed(0)}, at most ${most.toFixed(0)}, ` +
    `slope of the second half ${slopePerMinute.toFixed(2)} a minute`;
  const deaths = Object.entries(report.deaths).toSorted(([, a], [, b]) => b - a)
    .map(([cause, count]) => `${cause} ${count}`);
  return [
    table.toString(),
    `p99 under attack, by the undisturbed: step ${report.stepRatio.toFixed(2)}, ` +
    `answer ${report.answerRatio.toFixed(2)}`,
    `${report.attacks} attacks in ${report.minutes} minutes, seed ${report.seed}`,
    `deaths in the ledger: ${deaths.join(", ")}`,
    `memory of the house, MB: ${drift(report.rssMb)}`,
    `descriptors of the house: ${drift(report.descriptors)}`,
    `longest stall: ${report.longestStallMs} ms`,
    ...findings.map((line) => `finding: ${printable(line, 300)}`),
    `${findings.length} findings`,
  ].join("\n");
}
