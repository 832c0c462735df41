import Table from "cli-table3";
import { causeNames } from "../death/mod.ts";
import type { Report } from "../house/mod.ts";
import type { Summary } from "../store/mod.ts";
import { count } from "./words/forms.ts";

/** The figures that a run has, and the database as a whole. */
const figures: readonly (readonly [string, (summary: Summary) => string | null])[] = [
  ["agents", ({ agents }) => String(agents)],
  ["steps lived", ({ steps }) => String(steps)],
  ["lives", ({ lives }) => String(lives)],
  [
    "median survival",
    ({ medianSurvival: median }) => median === null ? "not reached" : count(median, "step"),
  ],
  ["edits kept", ({ editsKept }) => String(editsKept)],
  ["harm attempts", ({ harmAttempts }) => String(harmAttempts)],
  ["reward", ({ reward }) => String(reward)],
  ["deaths", ({ deaths }) => String(deathsIn({ deaths }))],
  ...causeNames.map((cause) =>
    [`  ${cause}`, ({ deaths }: Summary) => deaths[cause]?.toString() ?? null] as const
  ),
];

/**
 * The table that a run ends with. Where the database holds earlier runs, a second column says what all
 * of them came to.
 *
 * @param report what the run came to
 * @param elapsedMs how long it took
 * @returns lines of text, figures right of their names
 */
export function summaryTable(report: Report, elapsedMs: number): string {
  const { whole } = report;
  const went = whole.lives > report.lives;
  const table = new Table({ style: { head: [], border: [], compact: true } });
  if (went) table.push(["", "this run", "whole database"]);
  for (const [name, of] of figures) {
    const [now, all] = [of(report), of(whole)];
    if (all !== null) table.push([name, now ?? "0", ...(went ? [all] : [])]);
  }
  const facts: readonly (readonly [string, string])[] = [
    ["model", report.model],
    [
      "policy version",
      report.policy === null
        ? "none"
        : `${report.policy.version} (${count(report.policy.updates, "update")} in this run)`,
    ],
    ["seed", String(report.seed)],
    ["database", report.db],
    ["time", `${(elapsedMs / 1000).toFixed(1)} s`],
  ];
  for (const [name, content] of facts) table.push([name, { content, colSpan: went ? 2 : 1 }]);
  return table.toString();
}

/** Deaths of all causes. */
export function deathsIn({ deaths }: Pick<Summary, "deaths">): number {
  return Object.values(deaths).reduce((sum, number) => sum + number, 0);
}
