import { Command } from "commander";
import { integer } from "../options.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { policyView, readList, readOne, understood, versionView } from "../views.ts";
import { count, fields, figure, short, when } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import { examples, readCommand, type ReadOptions, show, withSource } from "./reading.ts";

/** The metrics that the table of versions shows, as they are stored. */
const shownMetrics = ["reward", "survival", "kl", "entropy", "grad_norm"] as const;

/** `policy`: how it is, its versions, going back. */
export function policyCommand(terminal: Terminal): Command {
  const command = new Command("policy")
    .description("The embedded policy: status, versions, rollback.");
  command.addCommand(
    readCommand("status", "How the policy is.").action((options: ReadOptions) =>
      withSource(options, terminal, async (source) => {
        const { value, json } = await readOne(source, "/v1/policy", policyView);
        show(terminal, options, json, () => statusText(value));
      })
    ),
    { isDefault: true },
  );
  command.addCommand(
    readCommand("versions", "The versions with their training metrics, newest first.")
      .option("--limit <n>", "versions at most", integer(1, 100_000), 20)
      .action((options: ReadOptions & { limit: number }) =>
        withSource(options, terminal, async (source) => {
          const list = { path: "/v1/policy/versions", view: versionView, limit: options.limit };
          const { rows, json } = await readList(source, list);
          show(
            terminal,
            options,
            json,
            () =>
              rows.length === 0 ? "no version yet: nothing was trained here" : tableOf(rows, [
                { head: "VERSION", of: ({ version }) => String(version), align: "right" },
                { head: "FROM", of: ({ parent }) => String(parent ?? ""), align: "right" },
                { head: "WHEN", of: ({ createdAtMs }) => when(createdAtMs) },
                { head: "HASH", of: ({ hash }) => short(hash) },
                ...shownMetrics.map((name) => ({
                  head: name.toUpperCase(),
                  of: ({ metrics }: { metrics: Record<string, number> }) => {
                    const value = metrics[name];
                    return value === undefined ? "" : figure(value);
                  },
                  align: "right" as const,
                })),
              ], terminal),
          );
        })
      ),
  );
  command.addCommand(
    withHouse(new Command("rollback").description("Make an earlier version the current one."))
      .argument("<version>", "its number", integer(0, Number.MAX_SAFE_INTEGER))
      .option("--json", "the policy as the API has it")
      .action((version: number, options: SourceOptions & { json?: boolean }) =>
        withSource(options, terminal, async (source) => {
          const answer = await source.order("POST", "/v1/policy/rollback", { version });
          show(terminal, options, answer, () => statusText(understood(policyView, answer)));
        })
      ),
  );
  return command.addHelpText(
    "after",
    examples("policy", "policy versions --json", "policy rollback 3"),
  );
}

/** The policy in words. */
export function statusText(policy: ReturnType<typeof policyView.parse>): string {
  return `policy version ${policy.version}\n` + fields([
    ["weights", `${policy.kind}, ${count(policy.parameters, "parameter")}`],
    ["hash", short(policy.hash)],
    ["training", policy.training],
    ["updates", String(policy.updates)],
    ["waiting", count(policy.episodesWaiting, "episode")],
  ]);
}
