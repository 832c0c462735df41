import type { Command } from "commander";
import { integer } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { lineageView, readList } from "../views.ts";
import { lineageLines } from "../words/lineage.ts";
import { examples, readCommand, type ReadOptions, show, withSource } from "./reading.ts";

/** `lineage`: what an agent has been. */
export function lineageCommand(terminal: Terminal): Command {
  return readCommand("lineage", "What an agent has been: its genomes as a tree, with its deaths.")
    .argument("<name>", "the agent; also one that is gone")
    .option("--limit <n>", "genomes at most, from the first", integer(1, 1_000_000), 1000)
    .addHelpText("after", examples("lineage ada", "lineage ada --limit 100000 --json"))
    .action((name: string, options: ReadOptions & { limit: number }) =>
      withSource(options, terminal, async (source) => {
        const path = `/v1/agents/${encodeURIComponent(name)}/lineage`;
        const { rows, json } = await readList(source, {
          path,
          view: lineageView,
          limit: options.limit,
        });
        show(
          terminal,
          options,
          json,
          () =>
            rows.length === 0 ? `${name} has no genome of its own yet` : [
              ...lineageLines(rows),
              ...(json.next === null ? [] : ["… and more: --limit says how many are shown"]),
            ].join("\n"),
        );
      })
    );
}
