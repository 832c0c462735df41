/**
 * Lives deaths of real runs again, and says how many died of the same cause at the same step:
 *
 *     deno run -q --no-prompt -P=test scripts/replay_check.ts [--deaths 200] [--minimal 20] [--db FILE]
 *
 * Without `--db` the embedded policy first writes lives until there are so many deaths. Exits 1 under
 * 99 %, or where a smallest edit can still spare a part.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { openHouse, openReplays } from "../src/house/mod.ts";
import { partsOf } from "../src/replay/parts.ts";
import { type DeathRow, readStore } from "../src/store/mod.ts";

const options = new Command("replay_check")
  .description("Live deaths of real runs again, and say how many died of the same.")
  .option("--deaths <n>", "how many, at least", integer(1, 1e9), 200)
  .option(
    "--minimal <n>",
    "for how many the least of the lethal edit is sought",
    integer(0, 1e9),
    20,
  )
  .option("--db <file>", "deaths of this database instead of new ones")
  .option("--seed <n>", "of the lives", integer(0, 1e9), 1)
  .parse(Deno.args, { from: "user" })
  .opts<
    {
      readonly deaths: number;
      readonly minimal: number;
      readonly db?: string;
      readonly seed: number;
    }
  >();
const wanted = options.deaths;
const smallestWanted = options.minimal;

/** Share of deaths that must come again. */
const goal = 0.99;
/** What a run of the policy may take at most, in milliseconds. */
const longestRunMs = 200_000;

/** Has the embedded policy live until enough have died. */
async function liveUntilDead(db: string): Promise<void> {
  let deaths = 0;
  const enough = Promise.withResolvers<void>();
  const house = await openHouse({
    db,
    agents: 8,
    train: false,
    seed: options.seed,
    horizon: 40,
    onEvent: ({ kind }) => {
      if (kind === "life.died" && ++deaths >= wanted) enough.resolve();
    },
  });
  house.begin();
  const timer = setTimeout(enough.resolve, longestRunMs);
  await enough.promise;
  clearTimeout(timer);
  await house.stop();
}

/** The deaths that are lived again, from all over the run; those of the house's end are left out. */
async function deathsOf(db: string): Promise<readonly DeathRow[]> {
  const store = await readStore(db);
  try {
    const found: DeathRow[] = [];
    let next: string | null | undefined;
    while (next !== null) {
      const page = store.deaths({ limit: 1000, ...(next === undefined ? {} : { cursor: next }) });
      found.push(...page.items);
      next = page.next;
    }
    const all = found.filter(({ cause }) => cause !== "shutdown").toReversed();
    const every = Math.max(1, all.length / wanted);
    return all.filter((_, at) => Math.floor(at / every) !== Math.floor((at - 1) / every));
  } finally {
    store.close();
  }
}

const folder = await Deno.makeTempDir({ prefix: "vivarium-replays-" });
const db = options.db ?? `${folder}/house.db`;
if (options.db === undefined) await liveUntilDead(db);
const deaths = await deathsOf(db);
const replays = await openReplays(db);
let failures = 0;
try {
  const causes = new Map<string, { deaths: number; same: number; steps: number }>();
  const others: string[] = [];
  const began = performance.now();
  for (const { id, cause, agent, life, step } of deaths) {
    const replay = await replays.replay(id);
    const tally = causes.get(cause) ?? { deaths: 0, same: 0, steps: 0 };
    causes.set(cause, {
      deaths: tally.deaths + 1,
      same: tally.same + (replay.same ? 1 : 0),
      steps: tally.steps + step,
    });
    console.error(`${id} ${cause}: ${replay.same ? "the same" : replay.why}`);
    if (!replay.same) others.push(`${id} (${agent}#${life} step ${step}, ${cause}): ${replay.why}`);
  }
  const seconds = (performance.now() - began) / 1000;
  console.table(Object.fromEntries(causes));
  const same = deaths.length - others.length;
  console.log(
    `${same} of ${deaths.length} died again of the same cause at the same step, in ${
      seconds.toFixed(1)
    } s`,
  );
  for (const line of others) console.log(`not the same: ${line}`);
  if (same < goal * deaths.length) failures++;

  let tried = 0;
  for (const { id, cause, owner, step, response } of deaths) {
    if (tried >= smallestWanted) break;
    if (owner !== "agent" || step === 0 || response === null) continue;
    if (partsOf(response).parts.length < 2) continue;
    tried++;
    const { minimal, parts, tries, why, step: at } = await replays.minimize(id);
    const earlier = at === step ? "" : `, of step ${at} (it died at ${step})`;
    const note = why === null ? "" : `: ${why}`;
    console.log(
      `${id} ${cause}: ${parts.before} → ${parts.after} parts in ${tries} tries${earlier}${note}`,
    );
    if (minimal === null) failures++;
  }
  console.log(`${tried} lethal edits made smallest`);
} finally {
  await replays.close();
  await Deno.remove(folder, { recursive: true });
}
if (failures > 0) Deno.exit(1);
