import { Command } from "commander";
import { openSource, type Source, type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";

/** Options of every command that reads. */
export interface ReadOptions extends SourceOptions {
  readonly json?: boolean;
}

/** A command that reads: from a house or a file, in words or as JSON. */
export function readCommand(name: string, summary: string): Command {
  return withHouse(new Command(name).description(summary))
    .option("--json", "the API's answer instead of words");
}

/** Prints what was read, as JSON or in words. */
export function show(
  terminal: Terminal,
  options: { readonly json?: boolean },
  json: unknown,
  words: () => string,
): void {
  terminal.out(options.json ? JSON.stringify(json, null, 2) : words());
}

/** Opens the source of a command, lets it work, and closes it. */
export async function withSource<T>(
  options: SourceOptions,
  terminal: Terminal,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  await using source = await openSource(options, terminal);
  return await use(source);
}

/**
 * Refuses the name of an agent that never was: an empty answer would not say that it is misspelt. One that
 * is gone has left its lives.
 */
export async function refuseUnknown(source: Source, agent: string | undefined): Promise<void> {
  if (agent === undefined) return;
  await source.get(`/v1/agents/${encodeURIComponent(agent)}/lives`, { limit: 1 });
}

/** The end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  vivarium ${line}`).join("\n")}`;
}
