import { createApi } from "../../src/api/mod.ts";
import { FakeHouse } from "../../tests/api/support.ts";
import { processMetrics, updateMetrics } from "./update_metrics.ts";

/** The page of the metrics. */
export async function metricsPage(): Promise<string> {
  return [
    "# Metrics",
    "",
    "## Of an update of the policy",
    "",
    "Each version of the policy carries the figures of the update that made it: in the event",
    "`policy.version`, in `GET /v1/policy/versions`, and in the log. Names are TRL's where TRL has one.",
    "",
    "| metric | says |",
    "| --- | --- |",
    ...Object.entries({ ...updateMetrics, ...processMetrics }).map(([name, text]) =>
      `| \`${name}\` | ${text} |`
    ),
    "",
    "## For Prometheus",
    "",
    "`GET /metrics` has these in Prometheus' text format, counted since the process began.",
    "",
    "| metric | type | says |",
    "| --- | --- | --- |",
    ...(await scraped()).map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`),
  ].join("\n");
}

/** What a house tells Prometheus, from a house in which nothing has happened. */
async function scraped(): Promise<{ name: string; type: string; help: string }[]> {
  using house = new FakeHouse();
  const response = await createApi(house).request("http://127.0.0.1/metrics");
  const lines = (await response.text()).matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm);
  return [...lines].map(([, name = "", help = "", type = ""]) => ({ name, type, help }));
}
