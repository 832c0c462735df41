import { createApi } from "../../src/api/mod.ts";
import { FakeHouse } from "../../tests/api/support.ts";

/** What each metric of an update says. A test makes an update, and finds each of them and no other. */
export const updateMetrics: Readonly<Record<string, string>> = {
  episodes: "lives that taught",
  reward: "mean over lives of the sum of their rewards, as given",
  reward_std: "standard deviation of that sum",
  survival: "mean number of steps lived",
  death_rate: "share of the lives that ended in a death of their own making; the others were cut",
  "completions/mean_length": "mean number of tokens of a response, its end token included",
  unique_rate: "share of distinct responses; when it falls, the policy repeats itself",
  frac_reward_zero_std:
    "share of the lives whose group fared all alike, so that they teach nothing",
  loss: "mean loss over the optimiser's steps",
  grad_norm: "mean norm of the gradient before it is clipped",
  kl: "estimate (k3) of the KL divergence from version 0, in nats a token",
  kl_after:
    "the same of what came of the update, on some of its rows; past `klBound` no version is made",
  entropy: "mean entropy of the policy at the sampled tokens, in nats",
  clip_ratio: "share of the tokens whose ratio was clipped",
  num_tokens: "tokens learnt from",
  return_mean: "mean return of a step after the reward's transform",
  baseline: "what was subtracted from returns",
  optimizer_steps: "steps of Adam",
  step_time: "seconds that the update took",
};

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
    ...Object.entries(updateMetrics).map(([name, text]) => `| \`${name}\` | ${text} |`),
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
