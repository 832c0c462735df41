import { seededRandom } from "../../src/core/random.ts";
import { causeNames } from "../../src/death/mod.ts";
import { type OpenHouse, openHouse, sandboxedCells } from "../../src/house/mod.ts";
import type { Model } from "../../src/llm/mod.ts";
import type { DeathRow, Store } from "../../src/store/mod.ts";
import { type Attackers, Deck, Mouths, startAttackers } from "./attackers.ts";
import { setOutCanaries } from "./canaries.ts";
import { quantile, type Sample, slopeOf, startGauge } from "./gauge.ts";
import { type Honest, honestCode, startHonest, type Taken } from "./honest.ts";
import { cellModule, type RunOptions } from "./run.ts";
import { watchStalls } from "./watch.ts";

/** A soak of attacks. */
export interface SoakOptions extends Omit<RunOptions, "naked" | "onSibling"> {
  /** How long attackers attack. */
  readonly minutes: number;
  /** Of the order of the attacks, and of the pace of the honest. */
  readonly seed: number;
  /** Told how it goes. */
  say(line: string): void;
}

/** Steps of the honest within a phase. */
export interface Phase {
  readonly steps: number;
  /** From the turn's frame to its outcome, as the ledger has it. */
  readonly stepMs: Spread;
  /** From the question to its answer: with the wait for the supervisor. */
  readonly answerMs: Spread;
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** How a measure of this process went under attack. */
export interface Drift {
  readonly first: number;
  readonly last: number;
  readonly most: number;
  /** Of a line through the second half, once caches are full. */
  readonly slopePerMinute: number;
}

/** What a soak came to. */
export interface SoakReport {
  readonly minutes: number;
  readonly seed: number;
  readonly attacks: number;
  readonly before: Phase;
  readonly during: Phase;
  readonly after: Phase;
  /** p99 of a step under attack, by the p99 of both undisturbed phases together. */
  readonly stepRatio: number;
  /** The same of answers. */
  readonly answerRatio: number;
  readonly rssMb: Drift;
  readonly descriptors: Drift;
  readonly longestStallMs: number;
  /** Deaths in the ledger, by cause. */
  readonly deaths: Readonly<Record<string, number>>;
  /** What must not be, a line each: empty where the house held. */
  readonly findings: readonly string[];
}

const agentsOfEach = 16;
const stepEveryMs = 400;
const settleMs = 5000;

/**
 * Sixteen agents attack, again and again in a random order, beside sixteen that work: in one real house.
 * The same sixteen work undisturbed before and after it, for comparison.
 *
 * @param options which attacks, in which cells, how long
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { minutes, seed, say, explanations } = options;
  const cells = await sandboxedCells(options.profile, false, options);
  await using canaries = await setOutCanaries(cellModule(options));
  const home = await Deno.makeTempDir({ prefix: "escapes-soak-" });
  const mouths = new Mouths();
  // The first has the name that attacks on neighbours know.
  const honestNames = namesOf("honest").with(0, "sibling");
  const attackerNames = namesOf("attacker");
  const findings: string[] = [];
  try {
    using gauge = startGauge();
    using stalls = watchStalls();
    const house = await openHouse({
      db: `${home}/house.db`,
      llm: modelOf(mouths, new Set(honestNames)),
      names: [],
      onTrouble: (line) => findings.push(line),
    }, { cells });
    let honest: Honest, attackers: Attackers;
    let before: Window, during: Window, after: Window;
    let longestStallMs: number;
    let deaths: Record<string, number>;
    try {
      house.begin();
      honest = startHonest(house, honestNames, stepEveryMs, seededRandom(seed));
      const calmS = Math.min(60, Math.max(15, minutes * 6));
      say(`undisturbed for ${calmS} s`);
      before = await windowOf(calmS);
      stalls.read();
      say(`attacked for ${minutes} minutes, in the order of seed ${seed}`);
      const deck = new Deck(options.attacks, seededRandom(seed + 1));
      attackers = startAttackers(house, attackerNames, deck, mouths, {
        fill: canaries.fill,
        secret: canaries.secret,
        explanations,
      });
      const progress = setInterval(() => say(progressOf(attackers, gauge.samples)), 60_000);
      during = await windowOf(60 * minutes);
      clearInterval(progress);
      longestStallMs = stalls.read();
      await attackers[Symbol.asyncDispose]();
      say(`undisturbed for ${calmS} s`);
      after = await windowOf(calmS);
      await honest[Symbol.asyncDispose]();
      deaths = deathsIn(house, attackers.deaths, findings);
    } finally {
      await house.stop();
    }
    findings.push(...attackers.breaches, ...honest.wrongs, ...await canaries.touched());
    const left = gauge.left();
    if (left.length > 0) findings.push(`processes were left behind: ${left.join(", ")}`);

    const taken = (window: Window) => honest.taken.filter(({ atMs }) => holds(window, atMs));
    const calm = phaseOf([...taken(before), ...taken(after)]);
    const attacked = phaseOf(taken(during));
    const samples = gauge.samples.filter(({ atMs }) => holds(during, atMs));
    return {
      minutes,
      seed,
      attacks: attackers.done(),
      before: phaseOf(taken(before)),
      during: attacked,
      after: phaseOf(taken(after)),
      stepRatio: attacked.stepMs.p99 / calm.stepMs.p99,
      answerRatio: attacked.answerMs.p99 / calm.answerMs.p99,
      rssMb: driftOf(samples, "rssMb"),
      descriptors: driftOf(samples, "descriptors"),
      longestStallMs,
      deaths,
      findings,
    };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lets things settle, then waits: what comes in between is measured. */
async function windowOf(seconds: number): Promise<Window> {
  await pause(settleMs);
  const fromMs = performance.now();
  await pause(1000 * seconds);
  return { fromMs, toMs: performance.now() };
}

function holds({ fromMs, toMs }: Window, atMs: number): boolean {
  return atMs >= fromMs && atMs < toMs;
}

function namesOf(what: string): string[] {
  return Array.from({ length: agentsOfEach }, (_, index) => `${what}-${index + 1}`);
}

function modelOf(mouths: Mouths, honest: ReadonlySet<string>): Model {
  return {
    spec: "soak",
    complete: ({ agent }) =>
      Promise.resolve({
        text: honest.has(agent) ? honestCode : mouths.answer(agent),
        model: "soak",
        tokens: { prompt: 1, completion: 1 },
      }),
    close: () => Promise.resolve(),
  };
}

/** Every death that was announced is in the ledger, with a cause of the list; counts them. */
function deathsIn(
  { store }: OpenHouse,
  announced: ReadonlyMap<string, number>,
  findings: string[],
): Record<string, number> {
  const causes: readonly string[] = causeNames;
  const counts: Record<string, number> = {};
  for (const [agent, told] of announced) {
    const dead = new Set<number>();
    for (const { life, cause, reason } of everyDeath(store, agent)) {
      dead.add(life);
      counts[cause] = (counts[cause] ?? 0) + 1;
      if (!causes.includes(cause)) findings.push(`${agent} died of '${cause}': ${reason}`);
    }
    if (dead.size !== told) findings.push(`${agent}: ${told} deaths, ${dead.size} in the ledger`);
    // A life that an attack did not end is cut; any other must have died.
    for (let life = 1; life <= store.lastLife(agent); life++) {
      const end = store.life(agent, life)?.end;
      if (dead.has(life) || end === "truncated") continue;
      findings.push(`life ${life} of ${agent} is over (${end}), and no death is recorded`);
    }
  }
  return counts;
}

function* everyDeath(store: Store, agent: string): Generator<DeathRow> {
  let cursor: string | undefined;
  do {
    const page = store.deaths({ agent, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function phaseOf(taken: readonly Taken[]): Phase {
  const spreadOf = (what: "stepMs" | "answerMs"): Spread => {
    const values = taken.map((one) => one[what]);
    return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
  };
  return { steps: taken.length, stepMs: spreadOf("stepMs"), answerMs: spreadOf("answerMs") };
}

function driftOf(samples: readonly Sample[], what: "rssMb" | "descriptors"): Drift {
  const values = samples.map((sample) => sample[what]);
  return {
    first: values[0] ?? NaN,
    last: values.at(-1) ?? NaN,
    most: Math.max(...values),
    slopePerMinute: slopeOf(samples.slice(Math.floor(samples.length / 2)), what),
  };
}

function progressOf(attackers: Attackers, samples: readonly Sample[]): string {
  const { rssMb = NaN, descriptors = NaN, processes = NaN } = samples.at(-1) ?? {};
  return `${attackers.done()} attacks, ${attackers.breaches.length} breaches, ` +
    `${rssMb.toFixed(0)} MB, ${descriptors} descriptors, ${processes} processes`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
