import Table from "cli-table3";
import { causeNames } from "../death/mod.ts";
import type { Report } from "../house/mod.ts";
import { count } from "./words/forms.ts";

/**
 * The table that a run ends with.
 *
 * @param report what the run came to
 * @param elapsedMs how long it took
 * @returns lines of text, figures right of their names
 */
export function summaryTable(report: Report, elapsedMs: number): string {
  const rows: [string, string][] = [
    ["agents", String(report.agents)],
    ["steps lived", String(report.steps)],
    ["lives", String(report.lives)],
    [
      "median survival",
      report.medianSurvival === null ? "not reached" : count(report.medianSurvival, "step"),
    ],
    ["edits kept", String(report.editsKept)],
    ["harm attempts", String(report.harmAttempts)],
    ["reward", String(report.reward)],
    ["deaths", String(Object.values(report.deaths).reduce((sum, count) => sum + count, 0))],
    ...causeNames.filter((cause) => (report.deaths[cause] ?? 0) > 0)
      .map((cause): [string, string] => [`  ${cause}`, String(report.deaths[cause])]),
    ["model", report.model],
    [
      "policy version",
      report.policy === null
        ? "none"
        : `${report.policy.version} (${report.policy.updates} updates in this run)`,
    ],
    ["seed", String(report.seed)],
    ["database", report.db],
    ["time", `${(elapsedMs / 1000).toFixed(1)} s`],
  ];
  const table = new Table({ style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
}
