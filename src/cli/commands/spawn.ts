import { Command, InvalidArgumentError, Option } from "commander";
import type { Json } from "../../core/json.ts";
import { restartTypes } from "../../supervisor/mod.ts";
import { givenFields, isObject, type JsonObject, readObject } from "../json_file.ts";
import { grants } from "../offers.ts";
import { integer } from "../options.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { agentView, understood } from "../views.ts";
import { short } from "../words/forms.ts";
import { examples, withSource } from "./reading.ts";

interface SpawnOptions extends SourceOptions {
  readonly query?: string;
  readonly genome?: string;
  readonly spec?: string;
  readonly restart?: string;
  readonly resurrection?: Json;
  readonly probation?: number;
  readonly stuck?: Json;
  readonly horizon?: number;
  readonly stepMs?: number;
  readonly supervisor?: string;
  readonly grant?: readonly string[];
  readonly ticking: boolean;
  readonly json?: boolean;
}

/** `spawn`: a new agent. */
export function spawnCommand(terminal: Terminal): Command {
  return withHouse(new Command("spawn").description("Start a new agent."))
    .argument("<name>", "how it is called")
    .option("--query <text>", "what its first step asks the model")
    .option("--genome <file>", "JSON: methods, state and attributes that it starts from")
    .option("--spec <file>", "JSON: a child spec; the other options go before it")
    .addOption(new Option("--restart <type>", "when it comes back").choices([...restartTypes]))
    .option(
      "--resurrection <rule>",
      "what a life starts from: last, first, lastGood=STEPS, ancestor=EDITS or rule=NAME",
      resurrection,
    )
    .option(
      "--probation <steps>",
      "steps in which a death goes back to the genome before",
      integer(0, 100_000),
    )
    .option(
      "--stuck <steps>",
      "steps with nothing new after which it is stuck; STEPS:restart cuts its life then",
      stuck,
    )
    .option("--horizon <n>", "steps after which a life is cut", integer(1, 100_000))
    .option("--step-ms <n>", "deadline of a step", integer(10, 3_600_000))
    .option("--supervisor <name>", "under which supervisor of the tree")
    .option(
      "--grant <name>",
      "it may use this power, which the house offers ('run --offer'); once a power",
      grants,
    )
    .option("--no-ticking", "it acts only on messages")
    .option("--json", "the agent as the API has it")
    .addHelpText(
      "after",
      examples(
        `spawn eve --query "Define a method and call it."`,
        "spawn eve --genome eve.json --restart temporary --step-ms 500",
        "spawn eve --grant notes --grant web",
      ),
    )
    .action((name: string, options: SpawnOptions) =>
      withSource(options, terminal, async (source) => {
        const answer = await source.order("POST", "/v1/agents", specOf(name, options));
        if (options.json) return terminal.out(JSON.stringify(answer, null, 2));
        const { genome } = understood(agentView, answer);
        terminal.out(`${name}: it begins, from genome ${short(genome)}`);
      })
    );
}

function specOf(name: string, options: SpawnOptions): JsonObject {
  const spec = options.spec === undefined ? {} : readObject("--spec", options.spec);
  const limits = spec["limits"];
  const given = givenFields({
    name,
    firstQuery: options.query,
    genome: options.genome === undefined ? undefined : readObject("--genome", options.genome),
    restart: options.restart,
    resurrection: options.resurrection,
    probation: options.probation,
    stuck: options.stuck,
    horizon: options.horizon,
    supervisor: options.supervisor,
    powers: options.grant === undefined ? undefined : [...options.grant],
    ticking: options.ticking ? undefined : false,
    limits: options.stepMs === undefined
      ? undefined
      : { ...(isObject(limits) ? limits : {}), stepMs: options.stepMs },
  });
  return { ...spec, ...given };
}

function resurrection(text: string): Json {
  if (text === "last" || text === "first") return text;
  const [, rule, number] = text.match(/^(lastGood|ancestor)=(\d+)$/) ?? [];
  if (rule !== undefined) return { [rule]: Number(number) };
  const [, name] = text.match(/^rule=(.+)$/) ?? [];
  if (name !== undefined) return { rule: name };
  const rules = "last, first, lastGood=STEPS, ancestor=EDITS or rule=NAME";
  throw new InvalidArgumentError(`It must be ${rules}.`);
}

function stuck(text: string): Json {
  const [, steps, restart] = text.match(/^(\d{1,6})(:restart)?$/) ?? [];
  if (steps === undefined) throw new InvalidArgumentError("It must be STEPS or STEPS:restart.");
  return { steps: Number(steps), restart: restart !== undefined };
}
