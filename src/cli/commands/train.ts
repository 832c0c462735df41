import { Command, Option } from "commander";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { policyView, understood } from "../views.ts";
import { examples, show, withSource } from "./reading.ts";
import { statusText } from "./policy.ts";

interface TrainOptions extends SourceOptions {
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** `train`: one update now, or whether there are any. */
export function trainCommand(terminal: Terminal): Command {
  return withHouse(
    new Command("train").description(
      "Update the policy now, of whatever episodes wait; pause, resume.",
    ),
  )
    .addOption(new Option("--pause", "make no update until --resume").conflicts("resume"))
    .option("--resume", "go on updating whenever enough episodes wait")
    .option("--json", "the policy as the API has it")
    .addHelpText("after", examples("train", "train --pause"))
    .action((options: TrainOptions) =>
      withSource(options, terminal, async (source) => {
        const action = options.pause ? "pause" : options.resume ? "resume" : "force";
        const answer = await source.order("POST", "/v1/train", { action });
        show(terminal, options, answer, () => statusText(understood(policyView, answer)));
      })
    );
}
