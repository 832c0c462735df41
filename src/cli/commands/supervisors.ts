import { Command, Option } from "commander";
import { z } from "zod";
import { VivariumError } from "../../core/errors.ts";
import { autoShutdowns, restartTypes, strategies } from "../../supervisor/mod.ts";
import { givenFields, type JsonObject, readObject } from "../json_file.ts";
import { integer } from "../options.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { readList, understood } from "../views.ts";
import { tableOf } from "../words/table.ts";
import { examples, readCommand, type ReadOptions, show, withSource } from "./reading.ts";

const supervisorView = z.object({
  name: z.string(),
  /** Under whom it is. */
  supervisor: z.string().nullable(),
  strategy: z.string(),
  phase: z.string(),
  restarts: z.int(),
  intensity: z.int(),
  periodMs: z.number(),
  children: z.array(z.object({ name: z.string(), type: z.string(), phase: z.string() })),
});

type SupervisorView = z.infer<typeof supervisorView>;

/** `supervisors`: who watches whom; start one, stop one. */
export function supervisorsCommand(terminal: Terminal): Command {
  return new Command("supervisors")
    .description("Who watches whom: the supervision tree; start, stop.")
    .addCommand(listCommand(terminal), { isDefault: true })
    .addCommand(startCommand(terminal))
    .addCommand(stopCommand(terminal))
    .addHelpText(
      "after",
      examples(
        "supervisors",
        "supervisors start pair --strategy one_for_all",
        "supervisors stop pair",
      ),
    );
}

function listCommand(terminal: Terminal): Command {
  return readCommand("list", "The supervision tree.")
    .action((options: ReadOptions) =>
      withSource(options, terminal, async (source) => {
        if (!source.live) {
          throw new VivariumError("bad-usage", "a file has no supervisors: nobody is up", {
            hint: "name a running house by --url",
          });
        }
        const list = { path: "/v1/supervisors", view: supervisorView, limit: 100_000 };
        const { rows, json } = await readList(source, list);
        show(terminal, options, json, () => tree(rows, terminal));
      })
    );
}

function startCommand(terminal: Terminal): Command {
  return withHouse(new Command("start").description("Start a supervisor under another."))
    .argument("<name>", "how it is called; 'spawn --supervisor' puts agents under it")
    .addOption(new Option("--strategy <name>", "whom a restart concerns").choices([...strategies]))
    .option("--intensity <n>", "restarts that end it, within the period", integer(0, 1_000_000))
    .option("--period <seconds>", "in which restarts are counted", integer(1, 86_400))
    .addOption(
      new Option("--auto-shutdown <when>", "whether the end of significant children ends it")
        .choices(
          [...autoShutdowns],
        ),
    )
    .addOption(
      new Option("--restart <type>", "when it is started again itself").choices([...restartTypes]),
    )
    .option("--significant", "its end may end the supervisor that it is under")
    .option("--supervisor <name>", "under which one [root]")
    .option("--template <file>", "JSON, of a pool: the child spec that its agents have in common")
    .option("--json", "the supervisor as the API has it")
    .addHelpText(
      "after",
      examples(
        "supervisors start pair --strategy one_for_all --intensity 3",
        "supervisors start inner --supervisor pair --restart transient",
      ),
    )
    .action((name: string, options: StartOptions) =>
      withSource(options, terminal, async (source) => {
        const answer = await source.order("POST", "/v1/supervisors", specOf(name, options));
        show(terminal, options, answer, () => {
          const { strategy, supervisor, intensity, periodMs } = understood(supervisorView, answer);
          const seconds = periodMs / 1000;
          return `${name}: it is up under ${supervisor}, ${strategy}, ${intensity} restarts in ${seconds} s`;
        });
      })
    );
}

function stopCommand(terminal: Terminal): Command {
  return withHouse(
    new Command("stop").description("Stop supervisors for good, with all that is under them."),
  )
    .argument("<names...>", "supervisors")
    .option("--json", "their names as JSON")
    .addHelpText("after", examples("supervisors stop pair"))
    .action((names: readonly string[], options: SourceOptions & { json?: boolean }) =>
      withSource(options, terminal, async (source) => {
        for (const name of names) {
          await source.order("DELETE", `/v1/supervisors/${encodeURIComponent(name)}`);
          terminal.out(options.json ? JSON.stringify({ name }) : `${name}: stopped`);
        }
      })
    );
}

interface StartOptions extends SourceOptions {
  readonly strategy?: string;
  readonly intensity?: number;
  readonly period?: number;
  readonly autoShutdown?: string;
  readonly restart?: string;
  readonly significant?: boolean;
  readonly supervisor?: string;
  readonly template?: string;
  readonly json?: boolean;
}

function specOf(name: string, options: StartOptions): JsonObject {
  const { strategy, intensity, period, autoShutdown, restart, significant, supervisor } = options;
  return givenFields({
    ...{ name, strategy, intensity, autoShutdown, restart, significant, supervisor },
    periodMs: period === undefined ? undefined : 1000 * period,
    template: options.template === undefined
      ? undefined
      : readObject("--template", options.template),
  });
}

function tree(supervisors: readonly SupervisorView[], terminal: Terminal): string {
  const depths = new Map<string, number>();
  for (const { name, supervisor } of supervisors) {
    depths.set(name, supervisor === null ? 0 : (depths.get(supervisor) ?? 0) + 1);
  }
  return tableOf(supervisors, [
    { head: "NAME", of: ({ name }) => `${"  ".repeat(depths.get(name) ?? 0)}${name}` },
    { head: "STRATEGY", of: ({ strategy }) => strategy },
    { head: "PHASE", of: ({ phase }) => phase },
    {
      head: "RESTARTS",
      of: ({ restarts, intensity, periodMs }) =>
        `${restarts} of ${intensity} in ${periodMs / 1000} s`,
    },
    {
      head: "CHILDREN",
      of: ({ children }) => children.map(({ name, phase }) => `${name} ${phase}`).join(", "),
      shrinks: true,
    },
  ], terminal);
}
