import { Command } from "commander";
import { integer } from "../options.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { rangesOf } from "../../core/ranges.ts";
import { policyView, readList, readOne, understood, versionView } from "../views.ts";
import { count, fields, figure, short, when } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import { examples, readCommand, type ReadOptions, show, withSource } from "./reading.ts";

/** The metrics that the table of versions has room for, as they are stored; `--json` has all. */
const shownMetrics = ["reward", "survival", "kl", "entropy"] as const;

const versions = { path: "/v1/policy/versions", view: versionView };
const untrained = "no version yet: nothing was trained here";

/** `policy`: how it is, its versions, going back. */
export function policyCommand(terminal: Terminal): Command {
  const command = new Command("policy")
    .description("The embedded policy: status, versions, rollback.");
  command.addCommand(
    readCommand("status", "How the policy is.").action((options: ReadOptions) =>
      withSource(options, terminal, async (source) => {
        if (source.live) {
          const { value, json } = await readOne(source, "/v1/policy", policyView);
          return show(terminal, options, json, () => statusText(value));
        }
        // A file has no policy process; what it knows is the last version that was published.
        const { rows: [newest] } = await readList(source, { ...versions, limit: 1 });
        show(
          terminal,
          options,
          newest ?? null,
          () => newest === undefined ? untrained : newestText(newest),
        );
      })
    ),
    { isDefault: true },
  );
  command.addCommand(
    readCommand("versions", "The versions with their training metrics, newest first.")
      .option("--limit <n>", "versions at most", integer(1, 100_000), 20)
      .action((options: ReadOptions & { limit: number }) =>
        withSource(options, terminal, async (source) => {
          const { rows, json } = await readList(source, { ...versions, limit: options.limit });
          // Which have their weights is for the policy process to say; a file has none.
          const kept = source.live
            ? new Set((await readOne(source, "/v1/policy", policyView)).value.kept)
            : null;
          show(
            terminal,
            options,
            json,
            () =>
              rows.length === 0 ? untrained : tableOf(rows, [
                { head: "VERSION", of: ({ version }) => String(version), align: "right" },
                { head: "FROM", of: ({ parent }) => String(parent ?? ""), align: "right" },
                { head: "WHEN", of: ({ createdAtMs }) => when(createdAtMs) },
                ...(kept === null ? [] : [{
                  head: "KEPT",
                  of: ({ version }: { version: number }) => kept.has(version) ? "yes" : "",
                }]),
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
      .argument(
        "<version>",
        "its number; 'policy' says which are kept",
        integer(0, Number.MAX_SAFE_INTEGER),
      )
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
    examples("policy", "policy versions --json", "policy rollback 0"),
  );
}

/**
 * The policy in words.
 *
 * @param before its version before an update was asked for
 */
export function statusText(policy: ReturnType<typeof policyView.parse>, before?: number): string {
  const since = before === undefined
    ? ""
    : before === policy.version
    ? ", as before: no version came of it"
    : `, before ${before}`;
  return `policy version ${policy.version}${since}\n` + fields([
    ["weights", `${policy.kind}, ${count(policy.parameters, "parameter")}`],
    ["hash", short(policy.hash)],
    ["training", policy.training],
    ["updates", String(policy.updates)],
    ["kept", `${rangesOf(policy.kept)}: rollback goes to one of these`],
    ["waiting", count(policy.episodesWaiting, "episode")],
  ]);
}

function newestText(newest: ReturnType<typeof versionView.parse>): string {
  const { version, parent, createdAtMs, hash, metrics } = newest;
  return `policy version ${version}, the newest in the file\n` + fields([
    ["from", parent === null ? null : `version ${parent}`],
    ["when", when(createdAtMs)],
    ["hash", short(hash)],
    ...Object.entries(metrics).map(([name, value]) => [name, figure(value)] as const),
  ]);
}
