import { Command } from "commander";
import { integer } from "../options.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { agentView, understood } from "../views.ts";
import { short } from "../words/forms.ts";
import { examples, show, withSource } from "./reading.ts";

interface ForkOptions extends SourceOptions {
  readonly genome?: string;
  readonly life?: number;
  readonly step?: number;
  readonly json?: boolean;
}

/** `fork`: a new agent from what another has been. */
export function forkCommand(terminal: Terminal): Command {
  return withHouse(new Command("fork").description("Start a new agent from what another has been."))
    .argument("<agent>", "the other")
    .argument("<name>", "how the new one is called")
    .option("--genome <hash>", "from this genome of its lineage [the present one]")
    .option("--life <n>", "as this life was born", integer(1, 2 ** 53))
    .option("--step <n>", "as it was after this step of that life", integer(0, 2 ** 53))
    .option("--json", "the new agent as the API has it")
    .addHelpText("after", examples("fork ada eve", "fork ada eve --life 3 --step 12"))
    .action((agent: string, name: string, options: ForkOptions) =>
      withSource(options, terminal, async (source) => {
        const { genome, life, step } = options;
        const path = `/v1/agents/${encodeURIComponent(agent)}/fork`;
        const answer = await source.order("POST", path, { name, genome, life, step });
        show(terminal, options, answer, () => {
          const begun = understood(agentView, answer);
          return `${name}: it begins as ${agent} was, from genome ${short(begun.genome)}`;
        });
      })
    );
}
