/**
 * Where commands read from: a running house, or a database file that nobody needs to run.
 *
 * Both are the HTTP API; for a file it is served to this process alone. So every operation of the API
 * is a command's on files too, and each command is written once.
 */

import { Command, Option } from "commander";
import type { Terminal } from "../terminal.ts";
import { houseSource } from "./house.ts";
import type { Source } from "./types.ts";

export type { EventsQuery, Query, Source } from "./types.ts";

/** Where a house listens if nobody says otherwise. */
export const usualPort = 8420;

/** The options that say where to read from. */
export interface SourceOptions {
  readonly url?: string;
  readonly token?: string;
  readonly db?: string;
}

/** Adds the options of a command that orders something of a house, or reads. */
export function withHouse(command: Command): Command {
  return command
    .option("--url <url>", `the house [VIVARIUM_URL or http://127.0.0.1:${usualPort}]`)
    .option("--token <token>", "its bearer token [VIVARIUM_TOKEN]")
    .addOption(
      new Option("--db <file>", "read this database file instead").conflicts(["url", "token"]),
    );
}

/**
 * Opens what the options name: `--db`, else `--url`, else the environment's, else the usual place.
 */
export async function openSource(options: SourceOptions, terminal: Terminal): Promise<Source> {
  if (options.db !== undefined) {
    // Loaded here: a command to a house needs neither the API nor SQLite.
    const { databaseSource } = await import("./database.ts");
    return await databaseSource(options.db);
  }
  return houseSource({
    url: options.url ?? terminal.env("VIVARIUM_URL") ?? `http://127.0.0.1:${usualPort}`,
    token: options.token ?? terminal.env("VIVARIUM_TOKEN"),
  });
}
