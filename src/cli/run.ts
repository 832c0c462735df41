import { Command, Option } from "commander";
import { type Profile, profiles } from "../cell/mod.ts";
import { checkAddress, parseTokens, serveApi } from "../api/mod.ts";
import { systemClock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";
import { openHouse, type Report } from "../house/mod.ts";
import { LiveLog } from "./live_log.ts";
import { type LogLevel, logLevels } from "./log.ts";
import { rewardTerms, type RewardWeights } from "../reward/mod.ts";
import type { Powers } from "../powers/mod.ts";
import { grants, offers } from "./offers.ts";
import { integer, numbersByName } from "./options.ts";
import { deathsIn, summaryTable } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

interface RunOptions {
  readonly agents: number;
  readonly steps?: number;
  readonly seed?: number;
  readonly llm: string;
  readonly db?: string;
  readonly port: number;
  readonly hostname: string;
  readonly horizon: number;
  readonly group: number;
  readonly energy: boolean;
  readonly reward?: Partial<RewardWeights>;
  readonly offer?: Powers;
  readonly grant?: readonly string[];
  readonly train: boolean;
  readonly json: boolean;
  readonly logLevel: LogLevel;
  readonly profile: Profile;
  readonly requireSandbox: boolean;
  readonly checkpoint?: string;
}

/** `run`: the main job. */
export function runCommand(terminal: Terminal): Command {
  return new Command("run")
    .description("Run the house: agents, policy, HTTP API; logs to the terminal.")
    .option(
      "--agents <n>",
      "how many agents live; those of the database live on, however many",
      integer(1, 1000),
      4,
    )
    .option(
      "--steps <n>",
      "end after so many steps of each agent (default: run until Ctrl-C)",
      integer(1, 1e9),
    )
    .option(
      "--seed <n>",
      "makes the run repeatable (default: drawn and shown)",
      integer(0, 0xffffffff),
    )
    .option("--llm <spec>", "policy, random, scripted:FILE, ollama:MODEL or openai:MODEL", "policy")
    .option("--db <file>", "go on with this database (default: a new one in .vivarium/runs)")
    .option(
      "--port <p>",
      "port of the HTTP API on loopback; 0 takes a free one",
      integer(0, 65535),
      8420,
    )
    .option(
      "--hostname <address>",
      "where it listens; beyond loopback only with VIVARIUM_TOKENS (SCOPE:TOKEN,…)",
      "127.0.0.1",
    )
    .option(
      "--horizon <n>",
      "steps after which a life is cut, which is not a death",
      integer(1, 1e6),
      100,
    )
    .option(
      "--group <n>",
      "lives of an agent that start alike, to be compared with each other",
      integer(1, 1000),
      1,
    )
    .option("--energy", "meter energy: steps cost, value pays, and zero is starvation", false)
    .option(
      "--reward <term=worth>",
      `what a term is worth, once a term: ${rewardTerms.join(", ")}`,
      numbersByName(rewardTerms),
    )
    .option(
      "--offer <name=power>",
      "lend agents a power: NAME=read:DIR, NAME=write:DIR or NAME=fetch:HOST[:PORT][,HOST…]; once a power",
      offers,
    )
    .option("--grant <name>", "this run's new agents may use that power; once a power", grants)
    .option("--no-train", "do not train the policy")
    .option("--checkpoint <dir>", "start from this checkpoint instead of the shipped one")
    .addOption(
      new Option("--profile <name>", "how hard a cell is locked").choices(profiles).default(
        "strict",
      ),
    )
    .option("--require-sandbox", "refuse to start where a layer of the system is missing", false)
    .option("--json", "log JSON lines (the default when not on a terminal)", false)
    .addOption(
      new Option("--log-level <level>", "how much is told").default("debug").choices(logLevels),
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  deno task run --agents 4 --steps 200 --seed 1\n" +
        "  deno task run --llm ollama:qwen3:4b --db garden.db\n" +
        "  deno task run --offer notes=read:my/notes --grant notes",
    )
    .action((options: RunOptions) => run(options, terminal));
}

async function run(options: RunOptions, terminal: Terminal): Promise<void> {
  const started = performance.now();
  const json = options.json || terminal.columns === null;
  const { logLevel: level } = options;
  const tokens = parseTokens(terminal.env("VIVARIUM_TOKENS") ?? "");
  const address = { port: options.port, hostname: options.hostname, tokens };
  refuseUnoffered(options.grant ?? [], options.offer ?? {});
  // Before a house is opened for nothing.
  checkAddress(address);
  const db = options.db ?? newDatabase();
  const log = new LiveLog({
    ...{ json, level, color: terminal.color, clock: systemClock },
    out: (lines) => terminal.out(lines),
  });
  const house = await openHouse({
    db,
    llm: options.llm,
    agents: options.agents,
    horizon: options.horizon,
    group: options.group,
    ...(options.energy ? { energy: {} } : {}),
    ...(options.reward === undefined ? {} : { rewards: options.reward }),
    ...(options.offer === undefined ? {} : { powers: options.offer }),
    ...(options.grant === undefined ? {} : { grants: options.grant }),
    train: options.train,
    profile: options.profile,
    requireSandbox: options.requireSandbox,
    ...(options.steps === undefined ? {} : { steps: options.steps }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    onEvent: (event) => log.hear(event),
    onTrouble: (line) => terminal.err(`trouble: ${printable(line, 500)}`),
  });
  let report: Report;
  const signals = firstSignal();
  try {
    const server = serveApi(house, {
      ...address,
      onTrouble: (line) => terminal.err(`trouble: api: ${printable(line, 500)}`),
    });
    try {
      house.begin({ api: server.url });
      await Promise.race([house.finished(), signals.received]);
    } finally {
      await server.shutdown();
    }
  } finally {
    report = await house.stop();
    log.end();
    signals.dispose();
  }
  const elapsedMs = performance.now() - started;
  const table = summaryTable(report, elapsedMs);
  if (!json) terminal.out(table);
  else {
    terminal.out(JSON.stringify({ kind: "summary", ...report, elapsedMs }));
    // Whoever pipes the lines away still reads how it ended.
    if (!options.json) terminal.err(table);
  }
  if (report.steps === 0 && deathsIn(report) > 0 && report.deaths.llm === deathsIn(report)) {
    throw new VivariumError("provider", `no step was lived: ${report.model} never answered`, {
      hint: `'vivarium deaths --db ${db}' says why`,
    });
  }
}

/** A grant names what the same line offers: nothing else is in the house. */
function refuseUnoffered(granted: readonly string[], offered: Powers): void {
  const unknown = granted.find((name) => !Object.hasOwn(offered, name));
  if (unknown === undefined) return;
  throw new VivariumError("bad-usage", `cannot grant '${unknown}': the house does not offer it`, {
    hint: `offer it: --offer ${unknown}=read:DIR, ${unknown}=write:DIR or ${unknown}=fetch:HOST`,
  });
}

/**
 * Within this time a signal is the same one once more: Ctrl-C reaches every process of the terminal, and
 * `deno task` passes its own on to us.
 */
const echoMs = 500;

/** The first signal asks for an orderly end; a second one, by then, is answered at once. */
function firstSignal(): { received: Promise<void>; dispose: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked: number | undefined;
  const listener = (): void => {
    const now = performance.now();
    asked ??= now;
    if (now - asked > echoMs) Deno.exit(130);
    resolve();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return {
    received: promise,
    dispose: () => signals.forEach((signal) => Deno.removeSignalListener(signal, listener)),
  };
}

function newDatabase(): string {
  const folder = ".vivarium/runs";
  Deno.mkdirSync(folder, { recursive: true });
  const stamp = new Date().toISOString().replaceAll(":", "-").replace(/\.\d+Z$/, "Z");
  return `${folder}/${stamp}-${Deno.pid}.db`;
}
