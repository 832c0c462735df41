/**
 * The program's entry: `deno task vivarium COMMAND`, and `deno task run` for the main one. Exit codes
 * are in exit_codes.ts, and in `--help`.
 */

import { vivarium } from "./program.ts";
import { secretStriker, withoutSecrets } from "./secrets.ts";
import { systemTerminal } from "./terminal.ts";

const strike = secretStriker(Deno.env.toObject());
const code = await vivarium(Deno.args, withoutSecrets(systemTerminal(), strike));
if (code !== 0) Deno.exit(code);
