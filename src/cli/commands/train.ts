import { Command, Option } from "commander";
import { z } from "zod";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { episodeOfLine } from "../export/replanted.ts";
import { progressOf } from "../progress.ts";
import { type Source, type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { policyView, readOne, understood } from "../views.ts";
import { count } from "../words/forms.ts";
import { examples, show, withSource } from "./reading.ts";
import { statusText } from "./policy.ts";

interface TrainOptions extends SourceOptions {
  readonly episodes?: string;
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
    .option("--episodes <file>", "hand it these lives first, as 'export episodes' wrote them")
    .addOption(
      new Option("--pause", "make no update until --resume").conflicts(["resume", "episodes"]),
    )
    .option("--resume", "go on updating whenever enough episodes wait")
    .option("--json", "the policy as the API has it")
    .addHelpText("after", examples("train", "train --episodes lives.jsonl", "train --pause"))
    .action((options: TrainOptions) =>
      withSource(options, terminal, async (source) => {
        if (options.episodes !== undefined) await handOver(source, options.episodes, terminal);
        const action = options.pause ? "pause" : options.resume ? "resume" : "force";
        // A file refuses the order, in better words than the question before it would get.
        const before = source.live && action === "force"
          ? (await readOne(source, "/v1/policy", policyView)).value.version
          : undefined;
        const answer = await source.order("POST", "/v1/train", { action });
        show(terminal, options, answer, () => statusText(understood(policyView, answer), before));
      })
    );
}

const takenView = z.object({ taken: z.boolean() });

/** Hands exported lives to the trainer; the same life twice is taken once. */
async function handOver(source: Source, path: string, terminal: Terminal): Promise<void> {
  const lines = readText(path).split("\n").filter((line) => line.trim() !== "");
  // All are looked at before the first is handed over.
  const episodes = lines.map((line, index) => episodeOfLine(line, `line ${index + 1} of '${path}'`))
    .filter((episode) => episode !== undefined);
  let taken = 0;
  using progress = progressOf(terminal, "episodes", episodes.length);
  for (const [index, episode] of episodes.entries()) {
    const answer = await source.order("POST", "/v1/episodes", episode);
    if (understood(takenView, answer).taken) taken++;
    progress.at(index + 1);
  }
  const known = episodes.length - taken;
  const rest = lines.length - episodes.length;
  terminal.err(
    `${count(taken, "episode")} handed over` +
      (known > 0 ? `, ${known} known already` : "") +
      (rest > 0 ? `, ${rest} without anything to learn from` : ""),
  );
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new VivariumError("bad-usage", `cannot read '${path}': ${messageOf(cause)}`, {
      hint: "name a file that 'vivarium export episodes' wrote",
      cause,
    });
  }
}
