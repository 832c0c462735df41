import { Argument, Command } from "commander";
import { completionScript, type Shell, shells } from "../completions/shells.ts";
import { completedCommands } from "../completions/tree.ts";
import type { Terminal } from "../terminal.ts";
import { examples } from "./reading.ts";

/** `completions`: a script that teaches a shell the commands. */
export function completionsCommand(terminal: Terminal): Command {
  return new Command("completions")
    .description("Print a script that completes commands and options in a shell.")
    .addArgument(new Argument("<shell>", "for which").choices([...shells]))
    .addHelpText(
      "after",
      examples(
        "completions bash >> ~/.bashrc",
        "completions fish > ~/.config/fish/completions/vivarium.fish",
      ) +
        "\n\nThe name is completed, so give the program one:\n" +
        "  alias vivarium='deno task --cwd FOLDER vivarium'",
    )
    .action((shell: Shell, _options: unknown, command: Command) => {
      let root = command;
      while (root.parent !== null) root = root.parent;
      terminal.out(completionScript(shell, completedCommands(root)));
    });
}
