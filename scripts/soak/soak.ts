import { type DeathRow, openStore } from "../../src/store/mod.ts";
import { vivarium } from "../../tests/support/command.ts";
import { outliving } from "../../tests/support/processes.ts";
import { SoakedHouse, type Vitals } from "./soaked_house.ts";
import { type Lethal, Teacher } from "./teacher.ts";

/** How long a soak takes, and what is done to its house. */
export interface SoakOptions {
  readonly minutes: number;
  /** From one look at the house to the next, in seconds. @default 60 */
  readonly everySeconds?: number;
  /** From one lethal response to the next, in milliseconds. @default 1000 */
  readonly deathEveryMs?: number;
  /** @default 8 */
  readonly agents?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Where the database is made, and left. Default: a folder that is removed. */
  readonly keep?: string;
  readonly onSample?: (sample: Sample) => void;
}

/** The house at one moment, and its steps since the last look. */
export interface Sample extends Vitals {
  readonly minute: number;
  readonly steps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Lethal responses delivered so far. */
  readonly lethal: number;
}

/** What came of a soak. */
export interface SoakReport {
  readonly samples: readonly Sample[];
  readonly lethal: number;
  /** Deaths of the agents' own making that the ledger holds. */
  readonly deaths: number;
  readonly causes: Readonly<Record<string, number>>;
  /** Lost, come twice, of another cause, left behind, or not as it should be: one line each. */
  readonly findings: readonly string[];
}

/** How long one response takes: agents are not to outrun the disk within an hour. */
const thinkMs = 200;
/** Long enough for a heap to fill on a slow machine: then it is no hang. */
const stepMs = 4000;

/**
 * Lets a house live with about one death a second, of mixed causes, looks at it now and then, ends it in
 * order, and compares its ledger with the teacher's own account.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { minutes, everySeconds = 60, deathEveryMs = 1000, agents = 8, seed = 1 } = options;
  const folder = options.keep ?? await Deno.makeTempDir({ prefix: "vivarium-soak-" });
  const db = `${folder}/house.db`;
  await using teacher = new Teacher({ seed, everyMs: deathEveryMs, thinkMs });
  const house = await SoakedHouse.start(db, teacher.host);
  const findings: string[] = [];
  const samples: Sample[] = [];
  let family: readonly number[] = [];
  try {
    for (let n = 0; n < agents; n++) await house.spawn(`soak-${n}`, stepMs);
    const began = performance.now();
    for (let look = 1; look * everySeconds <= minutes * 60; look++) {
      await pause(began + look * everySeconds * 1000 - performance.now());
      const sample = sampleOf(house, teacher, look * everySeconds / 60);
      samples.push(sample);
      options.onSample?.(sample);
    }
    teacher.relent();
    // The last deaths are found, and everyone is back.
    await pause(2 * stepMs);
    family = house.family();
  } finally {
    const code = await house.stop();
    if (code !== 0) findings.push(`the house ended with exit code ${code}`);
  }
  for (const pid of await outliving(family)) findings.push(`process ${pid} outlived its house`);
  const doctor = await vivarium("doctor", "--db", db);
  if (doctor.code !== 0) findings.push(`doctor: ${doctor.stdout}${doctor.stderr}`);
  const deaths = ownDeaths(db);
  findings.push(...compare(teacher.lethal, deaths));
  if (options.keep === undefined) await Deno.remove(folder, { recursive: true });
  const causes: Record<string, number> = {};
  for (const { cause } of deaths) causes[cause] = (causes[cause] ?? 0) + 1;
  return { samples, lethal: teacher.lethal.length, deaths: deaths.length, causes, findings };
}

function sampleOf(house: SoakedHouse, teacher: Teacher, minute: number): Sample {
  const times = [...teacher.takeStepTimes()].sort((a, b) => a - b);
  const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? NaN;
  return {
    minute,
    ...house.vitals(),
    steps: times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    lethal: teacher.lethal.length,
  };
}

/** Every death that nobody ordered. */
function ownDeaths(db: string): readonly DeathRow[] {
  using store = disposable(openStore(db, { readOnly: true }));
  const rows: DeathRow[] = [];
  let cursor: string | null | undefined;
  do {
    const page = store.it.deaths({ limit: 1000, ...(cursor ? { cursor } : {}) });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return rows.filter(({ owner }) => owner !== "operator");
}

function disposable<T extends { close(): void }>(it: T): Disposable & { readonly it: T } {
  return { it, [Symbol.dispose]: () => it.close() };
}

/** Each lethal response killed once, as it was meant to, and nothing else did. */
export function compare(
  lethal: readonly Lethal[],
  deaths: readonly Pick<DeathRow, "agent" | "life" | "cause" | "owner" | "response">[],
): readonly string[] {
  const findings: string[] = [];
  const found = new Map<string | null, typeof deaths[number][]>();
  for (const death of deaths) {
    found.set(death.response, [...found.get(death.response) ?? [], death]);
  }
  for (const { number, agent, cause, response } of lethal) {
    const of = found.get(response) ?? [];
    found.delete(response);
    const is = of.map((death) => `${death.agent} ${death.owner} ${death.cause}`).join(", ");
    if (is !== `${agent} agent ${cause}`) {
      findings.push(`lethal response ${number} to ${agent}, ${cause}: ${is || "no death"}`);
    }
  }
  for (const { agent, life, cause } of [...found.values()].flat()) {
    findings.push(`${agent}#${life} died of ${cause}, and nobody meant it to`);
  }
  return findings;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
