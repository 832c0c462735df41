import type { Command } from "commander";
import { z } from "zod";
import { VivariumError } from "../../core/errors.ts";
import type { Terminal } from "../terminal.ts";
import { readList } from "../views.ts";
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

/** `supervisors`: who watches whom. */
export function supervisorsCommand(terminal: Terminal): Command {
  return readCommand("supervisors", "Who watches whom: the supervision tree.")
    .addHelpText("after", examples("supervisors", "supervisors --json"))
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
