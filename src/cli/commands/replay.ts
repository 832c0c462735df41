import { Command, Option } from "commander";
import { z } from "zod";
import { VivariumError } from "../../core/errors.ts";
import { printable } from "../../core/text.ts";
import { causeNames } from "../../death/mod.ts";
import { NotWell } from "../failure.ts";
import { integer } from "../options.ts";
import { progressOf } from "../progress.ts";
import { type Source, type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { deathView, readList, understood } from "../views.ts";
import { count } from "../words/forms.ts";
import { examples, refuseUnknown, withSource } from "./reading.ts";

interface ReplayOptions extends SourceOptions {
  readonly all?: boolean;
  readonly agent?: string;
  readonly cause?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** What came of living a death again. */
const replayView = z.object({
  id: z.int(),
  same: z.boolean(),
  recorded: z.object({ cause: z.string(), life: z.int(), step: z.int() }),
  lived: z.object({ cause: z.string(), step: z.int(), message: z.string() }).nullable(),
  why: z.string().nullable(),
});

type Replay = z.infer<typeof replayView>;

/** `replay`: does it die again? */
export function replayCommand(terminal: Terminal): Command {
  return withHouse(
    new Command("replay").description("Live lives again as recorded: do they die the same death?"),
  )
    .argument("[ids...]", "deaths, as 'deaths' numbers them", (text, before: number[] = []) => [
      ...before,
      integer(1, Number.MAX_SAFE_INTEGER)(text),
    ])
    .option("--all", "every death of the ledger, or those of the filters")
    .option("--agent <name>", "with --all: of one agent")
    .addOption(new Option("--cause <cause>", "with --all: of one cause").choices(causeNames))
    .option("--limit <n>", "with --all: the last so many", integer(1, 1_000_000), 100)
    .option("--json", "the API's answers, one a line")
    .addHelpText("after", examples("replay 12", "replay --all --cause hang --db garden.db"))
    .action((ids: readonly number[], options: ReplayOptions) =>
      withSource(options, terminal, (source) => replay(source, ids, options, terminal))
    );
}

async function replay(
  source: Source,
  named: readonly number[],
  options: ReplayOptions,
  terminal: Terminal,
): Promise<void> {
  const ids = await chosen(source, named, options);
  const lines: string[] = [];
  let others = 0;
  {
    using progress = progressOf(terminal, "deaths", ids.length);
    for (const [index, id] of ids.entries()) {
      const answer = await source.order("POST", `/v1/deaths/${id}/replay`);
      const told = understood(replayView, answer);
      if (!told.same) others++;
      const line = options.json ? JSON.stringify(answer) : sentence(told);
      // A bar and lines would write over each other.
      if (terminal.progress) lines.push(line);
      else terminal.out(line);
      progress.at(index + 1);
    }
  }
  for (const line of lines) terminal.out(line);
  if (ids.length > 1 && !options.json) {
    terminal.out(`${count(ids.length - others, "death")} of ${ids.length} the same`);
  }
  if (others > 0) throw new NotWell();
}

async function chosen(
  source: Source,
  named: readonly number[],
  { all = false, agent, cause, limit }: ReplayOptions,
): Promise<readonly number[]> {
  if (all === named.length > 0) {
    throw new VivariumError("bad-usage", "cannot replay: name deaths, or say --all", {
      hint: "'vivarium deaths' lists them",
    });
  }
  if (!all) return named;
  await refuseUnknown(source, agent);
  const list = { path: "/v1/deaths", view: deathView, query: { agent, cause }, limit };
  const { rows } = await readList(source, list);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

function sentence({ id, same, recorded, lived, why }: Replay): string {
  const aside = why === null ? "" : `; ${printable(why, 300)}`;
  if (same) return `death ${id}: the same, ${recorded.cause} at step ${recorded.step}${aside}`;
  const was = `it was ${recorded.cause} at step ${recorded.step}`;
  if (lived === null) return `death ${id}: it did not die again; ${was}${aside}`;
  const now = `${lived.cause} at step ${lived.step}`;
  return `death ${id}: another, ${now}; ${was}${aside}`;
}
