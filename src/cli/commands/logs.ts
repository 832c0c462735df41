import { type Command, Option } from "commander";
import { VivariumError } from "../../core/errors.ts";
import { eventKinds, type HouseEvent } from "../../core/events.ts";
import { causeNames } from "../../death/mod.ts";
import { logFormatter, type LogLevel, logLevels, tellsOf } from "../log.ts";
import { integer, time } from "../options.ts";
import type { EventsQuery, Source } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { examples, readCommand, type ReadOptions, refuseUnknown, withSource } from "./reading.ts";

interface LogsOptions extends ReadOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly after?: number;
  readonly since?: number;
  readonly agent?: string;
  readonly kind?: readonly string[];
  readonly cause?: string;
  readonly level: LogLevel;
}

/** `logs`: the log of a house, again or as it grows. */
export function logsCommand(terminal: Terminal): Command {
  return readCommand("logs", "What happened, in the log's lines; -f: as it happens.")
    .option("-f, --follow", "go on with what happens from now on")
    .option(
      "-n, --lines <n>",
      "the last events; what was printed in a step has lines of its own",
      integer(0, 1_000_000),
      20,
    )
    .option("--after <id>", "all events after this one instead", integer(0, 2 ** 53))
    .addOption(
      new Option("--since <time>", "all of the last 30s, 10m, 2h or 1d, or since an ISO time")
        .argParser(time).conflicts("after"),
    )
    .option("--agent <name>", "of one agent")
    .option("--kind <kinds...>", "of these kinds, such as life.died")
    .addOption(new Option("--cause <cause>", "deaths of one cause").choices(causeNames))
    .addOption(
      new Option("--level <level>", "how much is told").choices(logLevels).default("debug"),
    )
    .addHelpText(
      "after",
      examples(
        "logs -f --agent ada",
        "logs --since 10m --kind life.died --cause hang",
        "logs --db garden.db --after 0 --json",
      ),
    )
    .action((options: LogsOptions) =>
      withSource(options, terminal, (source) => logs(source, options, terminal))
    );
}

async function logs(source: Source, options: LogsOptions, terminal: Terminal): Promise<void> {
  const { agent, cause, follow = false, level, lines, since } = options;
  await refuseUnknown(source, agent);
  const json = options.json ?? false;
  const format = logFormatter({ json, color: terminal.color });
  const filter = { agent, cause, kind: kindsOf(options.kind) };
  const tell = (event: HouseEvent): void => {
    if (tellsOf(level, event)) terminal.out(format(event));
  };
  const read = (query: EventsQuery, follow: boolean): AsyncIterable<HouseEvent> =>
    source.events({ ...filter, ...query }, { follow, signal: terminal.ending });

  const after = options.after ??
    (since === undefined ? undefined : await idBefore(source, since, terminal.ending));
  if (after !== undefined) {
    for await (const event of read({ after }, follow)) tell(event);
    return;
  }
  let last: number | undefined;
  if (lines > 0) {
    const newest = await source.newest();
    let past: HouseEvent[] = [];
    // Ids have no gaps, so the last events are near the end: a long log is not read from its beginning.
    for (
      let span = lines;
      past.length < lines && (span < newest * 16 || span === lines);
      span *= 16
    ) {
      past = [];
      for await (const event of read({ after: Math.max(0, newest - span) }, false)) {
        if (!tellsOf(level, event)) continue;
        past.push(event);
        // Kept short without moving everything at each event.
        if (past.length >= 2 * lines) past.splice(0, past.length - lines);
      }
    }
    past.slice(-lines).forEach(tell);
    last = past.at(-1)?.id;
  }
  if (!follow) return;
  for await (const event of read(last === undefined ? {} : { after: last }, true)) tell(event);
}

/** Id of the last event before a time, in milliseconds since 1970. */
async function idBefore(source: Source, atMs: number, signal: AbortSignal): Promise<number> {
  // Ids have no gaps, and events are in the order of time: the place is found by halving.
  let low = 0;
  let high = await source.newest();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    let next: HouseEvent | undefined;
    for await (next of source.events({ after: middle }, { follow: false, signal })) break;
    if (next === undefined || next.atMs >= atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The kinds, as the API takes them. */
function kindsOf(named: readonly string[] | undefined): string | undefined {
  if (named === undefined) return undefined;
  const kinds = named.flatMap((text) => text.split(","));
  for (const kind of kinds) {
    if (!eventKinds.some((known) => known === kind)) {
      throw new VivariumError("bad-usage", `cannot read the log: there is no kind '${kind}'`, {
        hint: `kinds are ${eventKinds.join(", ")}`,
      });
    }
  }
  return kinds.join(",");
}
