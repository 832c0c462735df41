import { Command, InvalidArgumentError } from "commander";
import { VivariumError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { agentView, understood } from "../views.ts";
import { examples, withSource } from "./reading.ts";

/** The orders to agents that need no more than a name, and what is said when they are carried out. */
const orders = [
  ["kill", "End the present life; the spec says if they come back.", "ended"],
  ["pause", "Let agents take no further turn.", "paused"],
  ["resume", "Let paused agents go on.", "resumed"],
  ["revive", "Start agents again that have failed, or were stopped.", "revived"],
  ["delete", "Stop agents for good; their history stays.", "deleted"],
] as const;

/** `kill`, `pause`, `resume`, `revive` and `delete`. */
export function steerCommands(terminal: Terminal): readonly Command[] {
  return orders.map(([name, summary, done]) =>
    withHouse(new Command(name).description(summary))
      .argument("<names...>", "agents")
      .option("--json", "the agents as the API has them")
      .addHelpText("after", examples(`${name} ada`, `${name} ada bob --url http://127.0.0.1:8421`))
      .action((names: readonly string[], options: SourceOptions & { json?: boolean }) =>
        withSource(options, terminal, async (source) => {
          for (const agent of names) {
            const path = `/v1/agents/${encodeURIComponent(agent)}`;
            if (name === "delete") {
              await source.order("DELETE", path);
              terminal.out(options.json ? JSON.stringify({ name: agent }) : `${agent}: ${done}`);
              continue;
            }
            const answer = await source.order("POST", `${path}/${name}`);
            const { life, status } = understood(agentView, answer);
            terminal.out(
              options.json
                ? JSON.stringify(answer)
                : name === "kill"
                ? `${agent}: life ${life} is ended, ${status}`
                : `${agent}: ${done}`,
            );
          }
        })
      )
  );
}

/** `tell`: a message, or a question. */
export function tellCommand(terminal: Terminal): Command {
  return withHouse(
    new Command("tell").description("Send a message to an agent, or ask and wait."),
  )
    .argument("<name>", "the agent")
    .argument("<message>", "text; - reads it from standard input")
    .option("--as-json", "the message is JSON, not text")
    .option("--wait <seconds>", "ask: wait so long for the answer, and print it", seconds)
    .option("--json", "the API's answer instead of words")
    .addHelpText(
      "after",
      examples(
        `tell ada "Define a method that counts."`,
        `tell ada '{"n": 21}' --as-json --wait 10`,
      ),
    )
    .action((name: string, text: string, options: TellOptions) =>
      withSource(options, terminal, async (source) => {
        const message = text === "-" ? await terminal.input() : text;
        const body = options.asJson ? parseJson(message) : message;
        const path = `/v1/agents/${encodeURIComponent(name)}/messages`;
        const answer = await source.order("POST", path, { body }, { wait: options.wait });
        if (options.json) return terminal.out(JSON.stringify(answer, null, 2));
        if (options.wait === undefined) return terminal.out(`${name}: it is in its mailbox`);
        const said = (answer as { answer?: Json } | null)?.answer ?? null;
        terminal.out(JSON.stringify(said, null, 2));
      })
    );
}

interface TellOptions extends SourceOptions {
  readonly asJson?: boolean;
  readonly wait?: number;
  readonly json?: boolean;
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 300) return value;
  throw new InvalidArgumentError("It must be seconds, at most 300.");
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new VivariumError("bad-usage", "cannot send the message: it is not JSON", {
      hint: "leave out --as-json to send it as text",
    });
  }
}
