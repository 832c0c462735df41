// First of all: it adds `.openapi()` to the schemas that are made after it, and the API needs it on
// those of the lower rooms, which commands load before the API.
import "@hono/zod-openapi";
import { Command, CommanderError } from "commander";
import { agentsCommand } from "./commands/agents.ts";
import { completionsCommand } from "./commands/completions.ts";
import { deathCommand, deathsCommand } from "./commands/deaths.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evalCommand } from "./commands/eval.ts";
import { exportCommand } from "./commands/export.ts";
import { forkCommand } from "./commands/fork.ts";
import { lineageCommand } from "./commands/lineage.ts";
import { logsCommand } from "./commands/logs.ts";
import { policyCommand } from "./commands/policy.ts";
import { pretrainCommand } from "./commands/pretrain.ts";
import { replayCommand } from "./commands/replay.ts";
import { examples } from "./commands/reading.ts";
import { spawnCommand } from "./commands/spawn.ts";
import { steerCommands, tellCommand } from "./commands/steer.ts";
import { supervisorsCommand } from "./commands/supervisors.ts";
import { survivalCommand } from "./commands/survival.ts";
import { trainCommand } from "./commands/train.ts";
import { exitCodesText } from "./exit_codes.ts";
import { fail } from "./failure.ts";
import { runCommand } from "./run.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The program, as a tree of commands.
 *
 * @param terminal where every command reads and writes
 */
export function program(terminal: Terminal): Command {
  const root = new Command("vivarium")
    .description("Agents that rewrite their own code, live or die by it, and learn from it.")
    .addHelpText(
      "after",
      `${examples("run --agents 4 --steps 200 --seed 1", "logs -f", "death 12")}

${exitCodesText()}`,
    )
    .usage("COMMAND [options]")
    .helpCommand(false);
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    ["The house:", [
      runCommand(terminal),
      logsCommand(terminal),
      doctorCommand(terminal),
      completionsCommand(terminal),
    ]],
    ["Agents:", [
      agentsCommand(terminal),
      spawnCommand(terminal),
      forkCommand(terminal),
      tellCommand(terminal),
      ...steerCommands(terminal),
      supervisorsCommand(terminal),
    ]],
    ["Lives and deaths:", [
      deathsCommand(terminal),
      deathCommand(terminal),
      replayCommand(terminal),
      lineageCommand(terminal),
      survivalCommand(terminal),
    ]],
    ["Learning:", [
      policyCommand(terminal),
      trainCommand(terminal),
      evalCommand(terminal),
      pretrainCommand(terminal),
      exportCommand(terminal),
    ]],
  ];
  for (const [heading, commands] of groups) {
    for (const command of commands) root.addCommand(command.helpGroup(heading));
  }
  settle(root, terminal);
  return root;
}

/**
 * Runs `vivarium ARGS`.
 *
 * @param args the arguments, without the program's own name
 * @param terminal where to read and write
 * @returns the exit code, of {@linkcode exitCodes}
 */
export async function vivarium(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its own line; help is not a failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return fail(error, terminal);
  }
}

/** Every command speaks through the terminal, and never ends the process itself. */
function settle(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(terminal.columns ?? 80, 100),
      subcommandTerm: (child) => child.name(),
    })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.color,
      // One line and a hint, also where commander adds a suggestion on a line of its own.
      outputError: (text) => {
        terminal.err(text.trim().replaceAll("\n", " "));
        terminal.err(`hint: 'vivarium ${pathOf(command)}--help' shows what there is`);
      },
    });
  for (const child of command.commands) settle(child, terminal);
}

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each?.parent; each = each.parent) {
    names.unshift(`${each.name()} `);
  }
  return names.join("");
}
