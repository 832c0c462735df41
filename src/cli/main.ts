/**
 * The program: `deno task vivarium COMMAND`, and `deno task run` for the main one.
 *
 * Exit codes: 0 done; 1 something failed; 2 bad usage (one line and a hint on standard error); 130
 * after a second interrupt.
 */

import { Command, CommanderError } from "commander";
import { fail } from "./failure.ts";
import { runCommand } from "./run.ts";

// One line and a hint, also where commander adds a suggestion on a line of its own.
const output = {
  writeOut: (text: string): void => console.log(text.trimEnd()),
  outputError: (text: string): void => {
    console.error(text.trim().replaceAll("\n", " "));
    console.error("hint: --help shows the commands and their options");
  },
};

const program = new Command("vivarium")
  .description("Agents that rewrite their own code, live or die by it, and learn from it.")
  .exitOverride()
  .configureOutput(output);

program.addCommand(runCommand().copyInheritedSettings(program));

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its own line; help and version are not failures.
    Deno.exit(error.exitCode === 0 ? 0 : 2);
  }
  Deno.exit(fail(error));
}
