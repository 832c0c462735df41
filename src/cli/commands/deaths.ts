import { type Command, Option } from "commander";
import { z } from "zod";
import { printable } from "../../core/text.ts";
import { causeNames } from "../../death/mod.ts";
import { integer } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { deathView, readList, readOne, stepView, understood } from "../views.ts";
import { autopsy } from "../words/autopsy.ts";
import { block, count, when } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import {
  examples,
  readCommand,
  type ReadOptions,
  refuseUnknown,
  show,
  withSource,
} from "./reading.ts";

/** `deaths`: the ledger. */
export function deathsCommand(terminal: Terminal): Command {
  return readCommand("deaths", "The ledger of deaths, newest first.")
    .option("--agent <name>", "of one agent")
    .addOption(new Option("--cause <cause>", "of one cause").choices(causeNames))
    .option("--limit <n>", "deaths at most", integer(1, 1_000_000), 20)
    .addHelpText("after", examples("deaths", "deaths --agent ada --cause hang --limit 100 --json"))
    .action((options: ReadOptions & { agent?: string; cause?: string; limit: number }) =>
      withSource(options, terminal, async (source) => {
        const { agent, cause, limit } = options;
        await refuseUnknown(source, agent);
        const list = { path: "/v1/deaths", view: deathView, query: { agent, cause }, limit };
        const { rows, json } = await readList(source, list);
        show(
          terminal,
          options,
          json,
          () =>
            rows.length === 0 ? "no death of this kind" : tableOf(rows, [
              { head: "ID", of: ({ id }) => String(id), align: "right" },
              { head: "WHEN", of: ({ atMs }) => when(atMs) },
              { head: "AGENT", of: ({ agent, life }) => `${agent}#${life}` },
              { head: "STEP", of: ({ step }) => step === 0 ? "–" : String(step), align: "right" },
              { head: "CAUSE", of: ({ cause }) => cause },
              { head: "OWNER", of: ({ owner }) => owner },
              { head: "REASON", of: ({ reason }) => printable(reason, 200), shrinks: true },
            ], terminal),
        );
      })
    );
}

/** The least of a lethal edit. */
const minimalView = z.object({
  minimal: z.string().nullable(),
  parts: z.object({ before: z.int(), after: z.int() }),
  tries: z.int(),
  why: z.string().nullable(),
});

function minimalText({ minimal, parts, tries, why }: z.infer<typeof minimalView>): string {
  const aside = why === null ? "" : `; ${printable(why, 300)}`;
  if (minimal === null) return `it did not kill again, in ${count(tries, "try", "tries")}${aside}`;
  const share = `${parts.after} of ${count(parts.before, "part")}`;
  return `what is enough to kill: ${share}, found in ${count(tries, "try", "tries")}${aside}\n${
    block(minimal)
  }`;
}

/** `death ID`: the autopsy. */
export function deathCommand(terminal: Terminal): Command {
  return readCommand("death", "The autopsy of one death, in words.")
    .argument("<id>", "its number, as 'deaths' lists it", integer(1, Number.MAX_SAFE_INTEGER))
    .option("--minimal", "also find the least of the lethal edit that still kills, by replays")
    .addHelpText("after", examples("death 12", "death 12 --minimal --db garden.db"))
    .action((id: number, options: ReadOptions & { minimal?: boolean }) =>
      withSource(options, terminal, async (source) => {
        const least = options.minimal
          ? await source.order("POST", `/v1/deaths/${id}/minimal`)
          : undefined;
        if (options.json && least !== undefined) {
          return terminal.out(JSON.stringify(least, null, 2));
        }
        const { value: death, json } = await readOne(source, `/v1/deaths/${id}`, deathView);
        if (options.json) return terminal.out(JSON.stringify(json, null, 2));
        const path = `/v1/agents/${encodeURIComponent(death.agent)}/steps`;
        const query = { life: death.life };
        const { rows } = await readList(source, { path, view: stepView, query, limit: 100_000 });
        terminal.out(autopsy(death, rows));
        if (least !== undefined) {
          terminal.out(`\n${minimalText(understood(minimalView, least))}`);
        }
      })
    );
}
