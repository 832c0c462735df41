import type { Profile } from "../../cell/mod.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { openHouse } from "../../house/mod.ts";
import type { WatchedLife } from "./survival.ts";

/** How lives are lived to be watched. */
export interface TrialOptions {
  /** Who writes the responses: as `run --llm`, or `policy:FILE[@N]`, what was trained beside a database. */
  readonly spec: string;
  readonly seed: number;
  readonly agents: number;
  /** Turns of each agent. */
  readonly steps: number;
  readonly horizon: number;
  readonly profile: Profile;
  readonly checkpoint?: string | undefined;
  /** Folder for the database; it stays there. Default: one that is removed. */
  readonly keep?: string | undefined;
  /** Told of each turn that has ended. */
  readonly onTurn: () => void;
  readonly onTrouble: (line: string) => void;
}

/** What came of a trial. */
export interface Trial {
  readonly spec: string;
  readonly seed: number;
  readonly lives: readonly WatchedLife[];
  /** Deaths by harm. */
  readonly harms: number;
  /** Steps that changed a genome and were survived. */
  readonly edits: number;
  readonly reward: number;
}

/** Lets agents live in real cells for so many turns, with a policy that does not learn meanwhile. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { spec, seed, agents, steps, horizon, profile, checkpoint, keep } = options;
  const folder = keep ?? Deno.makeTempDirSync({ prefix: "vivarium-eval-" });
  Deno.mkdirSync(folder, { recursive: true });
  try {
    const db = `${folder}/${spec.replace(/[^\w.-]+/g, "_")}-${seed}.db`;
    const trained = trainedBeside(spec);
    if (trained !== undefined) copyVersions(trained.db, db);
    const house = await openHouse({
      db,
      llm: trained === undefined ? spec : "policy",
      agents,
      steps,
      seed,
      horizon,
      profile,
      train: false,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      onEvent: ({ kind }) => {
        if (kind === "step.committed" || kind === "life.died") options.onTurn();
      },
      onTrouble: options.onTrouble,
    });
    try {
      const { version } = trained ?? {};
      if (version !== undefined) await house.policy?.call((client) => client.rollback(version));
      house.begin();
      await house.finished();
      const { harmAttempts, editsKept, reward } = house.store.summary();
      const lives = house.store.lifetimes().map(({ steps, cause }) => ({ steps, cause }));
      return { spec, seed, lives, harms: harmAttempts, edits: editsKept, reward };
    } finally {
      await house.stop();
    }
  } finally {
    if (keep === undefined) Deno.removeSync(folder, { recursive: true });
  }
}

/** `policy:FILE[@N]`; undefined for every other SPEC. */
function trainedBeside(
  spec: string,
): { readonly db: string; readonly version: number | undefined } | undefined {
  const match = /^policy:(.+?)(?:@(\d+))?$/.exec(spec);
  if (match === null) return undefined;
  const [, db = "", version] = match;
  return { db, version: version === undefined ? undefined : Number(version) };
}

/** The versions beside one database, put beside another, so that the first stays as it is. */
function copyVersions(from: string, to: string): void {
  const source = `${from}.policy/versions`;
  try {
    copyFolder(source, `${to}.policy/versions`);
  } catch (cause) {
    throw new VivariumError(
      "bad-usage",
      `cannot use 'policy:${from}': ${source}: ${messageOf(cause)}`,
      { hint: "name a database on which a house trained its policy", cause },
    );
  }
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
