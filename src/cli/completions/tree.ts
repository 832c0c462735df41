import type { Command } from "commander";

/** An option, as a shell completes it. */
export interface CompletedOption {
  /** E.g. `--db`, `-f`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What follows it: nothing, a file, a folder, one of some words, or what only the user knows. */
  readonly value: "none" | "file" | "folder" | "any" | readonly string[];
}

/** A command, as a shell completes it. */
export interface CompletedCommand {
  /** The words that lead to it; empty for the program itself. */
  readonly path: readonly string[];
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  /** What its first argument may be, where that is known. */
  readonly words: readonly string[];
}

/** Every command of a program, the program first. */
export function completedCommands(root: Command): readonly CompletedCommand[] {
  return walk(root, []);
}

function walk(command: Command, path: readonly string[]): readonly CompletedCommand[] {
  const help: CompletedOption = { flags: ["--help"], summary: "what there is", value: "none" };
  const own: CompletedCommand = {
    path,
    children: command.commands.map((child) => ({
      name: child.name(),
      summary: child.description(),
    })),
    options: [
      ...command.options.map(({ short, long, description, argChoices, flags }) => ({
        flags: [short, long].filter((flag) => flag !== undefined),
        summary: description,
        value: argChoices ?? valueOf(flags),
      })),
      help,
    ],
    words: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [own, ...command.commands.flatMap((child) => walk(child, [...path, child.name()]))];
}

/** `--db <file>` takes a file, `--out <dir>` a folder. */
function valueOf(flags: string): "none" | "file" | "folder" | "any" {
  const name = /<([a-z]+)/.exec(flags)?.[1];
  if (name === undefined) return "none";
  return name === "file" ? "file" : name === "dir" ? "folder" : "any";
}
