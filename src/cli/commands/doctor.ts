import { Command } from "commander";
import picocolors from "picocolors";
import { printable } from "../../core/text.ts";
import { checkCheckpoint, checkDatabase, checkVersions } from "../doctor/files.ts";
import { checkCells, checkDeno, checkPort, checkSandbox } from "../doctor/machine.ts";
import type { Finding } from "../doctor/types.ts";
import { NotWell } from "../failure.ts";
import { integer } from "../options.ts";
import { usualPort } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../words/forms.ts";
import { examples } from "./reading.ts";

interface DoctorOptions {
  readonly db?: string;
  readonly checkpoint: string;
  readonly port: number;
  readonly json?: boolean;
}

const shipped = decodeURIComponent(new URL("../../../assets/policy", import.meta.url).pathname);

/** `doctor`: is all well here? */
export function doctorCommand(terminal: Terminal): Command {
  return new Command("doctor")
    .description("Whether a house can run here, and its files are sound.")
    .option("--db <file>", "look at this database too, and at the policy beside it")
    .option("--checkpoint <dir>", "the policy that a house would start from", shipped)
    .option("--port <p>", "the port that a house would listen on", integer(1, 65535), usualPort)
    .option("--json", "the findings as JSON")
    .addHelpText("after", examples("doctor", "doctor --db garden.db --json"))
    .action((options: DoctorOptions) => doctor(options, terminal));
}

async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const { db, checkpoint, port } = options;
  const findings: Finding[] = [];
  const json = options.json ?? false;
  const add = (...found: readonly Finding[]): void => {
    findings.push(...found);
    if (!json) { for (const finding of found) terminal.out(lineOf(finding, terminal)); }
  };
  add(checkDeno(), checkCells());
  add(...await checkSandbox());
  add(...await checkCheckpoint(checkpoint));
  if (db !== undefined) {
    add(...checkDatabase(db));
    add(...await checkVersions(db));
  }
  add(await checkPort(port));
  const wrongs = findings.filter(({ state }) => state === "wrong").length;
  if (json) terminal.out(JSON.stringify({ well: wrongs === 0, findings }, null, 2));
  else terminal.out(wrongs === 0 ? "all is well" : `${count(wrongs, "thing")} must be mended`);
  if (wrongs > 0) throw new NotWell();
}

function lineOf({ state, what, says, hint }: Finding, terminal: Terminal): string {
  const paint = picocolors.createColors(terminal.color);
  const mark = { ok: paint.green, note: paint.yellow, wrong: paint.red }[state](state.padEnd(5));
  const line = `${mark}  ${what.padEnd(10)}  ${printable(says, 500)}`;
  return hint === undefined ? line : `${line}\n${" ".repeat(19)}${paint.dim(`→ ${hint}`)}`;
}
