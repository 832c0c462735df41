import type { DeathRow } from "../../src/store/mod.ts";
import { checkFile, openStore } from "../../src/store/mod.ts";
import { seededRandom } from "../../src/core/random.ts";
import { openHouse } from "../../src/house/mod.ts";
import type { Completion, Model } from "../../src/llm/mod.ts";
import { descendantsOf, outliving } from "../support/processes.ts";
import { lethalFixtures } from "./deaths_fixture.ts";
import { until } from "./until.ts";

/** A way to fail: a signal from outside, or a response that kills. */
export interface Failure {
  readonly name: string;
  readonly cause: string;
  readonly owner: "agent" | "infrastructure";
  readonly signal?: Deno.Signal;
  readonly response?: string;
}

/** What anyone on the machine may do to a cell. */
export const signals: readonly Failure[] = (["SIGKILL", "SIGSTOP", "SIGTERM"] as const)
  .map((signal) => ({ name: signal, cause: "cell", owner: "infrastructure", signal }));

/** What an agent may do to itself, within one response. */
export const responses: readonly Failure[] = lethalFixtures
  .filter(({ name, later }) => later !== true && name !== "model-flood")
  .map(({ name, cause, response }) => ({
    ...{ name, cause, owner: "agent" as const },
    response: response.replaceAll("{{DIR}}", "/nowhere"),
  }));

/** How many cells fail, and how. */
export interface CellFailuresOptions {
  readonly agents: number;
  readonly failures: number;
  /** From one failure to the next, in milliseconds. */
  readonly everyMs: number;
  /** One is drawn for each failure. */
  readonly kinds: readonly Failure[];
  readonly seed: number;
  /** How long a response takes, in milliseconds. */
  readonly thinkMs: number;
  /** A step's deadline, after which a stopped cell is found; a heap needs time to fill. @default 4000 */
  readonly stepMs?: number;
  /** Failures between two stretches without any, to compare with. Default: no such stretch. */
  readonly restEvery?: number;
  readonly onRest?: (line: string) => void;
}

/** What came of it. */
export interface CellFailuresReport {
  readonly failures: number;
  readonly steps: number;
  /** From a failure until the house told of the death, by kind, in milliseconds. */
  readonly foundMs: Readonly<Record<string, readonly number[]>>;
  /** From an answer to the same life's next question: while cells failed, and while none did. */
  readonly stepMs: {
    readonly disturbed: readonly number[];
    readonly undisturbed: readonly number[];
  };
  readonly answered: number;
  readonly findings: readonly string[];
}

/** A failure that was brought about, and whose death is still to come. */
interface Pending {
  readonly failure: Failure;
  readonly life: number;
  readonly atMs: number;
}

/** How long a stretch without failures takes. */
const restMs = 5000;

/**
 * Lets real cells fail under load, one after the other, at random; then looks whether each failure was
 * one death of the right cause and owner, everyone lives and answers, and no process is left.
 */
export async function failCells(options: CellFailuresOptions): Promise<CellFailuresReport> {
  const { agents, failures, everyMs, kinds, seed, thinkMs } = options;
  const { restEvery = Infinity, stepMs = 4000 } = options;
  const folder = await Deno.makeTempDir({ prefix: "vivarium-failures-" });
  const db = `${folder}/house.db`;
  const random = seededRandom(seed);
  const below = (size: number): number => Math.floor(random.next() * size);
  const names = Array.from({ length: agents }, (_, index) => `agent-${index}`);
  const pending = new Map<string, Pending>();
  const meant = new Map<string, Failure>();
  const foundMs: Record<string, number[]> = {};
  const answeredMs = new Map<string, number>();
  const orders = new Map<string, Failure>();
  const stepTimes = { disturbed: [] as number[], undisturbed: [] as number[] };
  let resting = true;
  let steps = 0;

  const model: Model = {
    spec: "own",
    async complete({ agent, life }): Promise<Completion> {
      const asked = performance.now();
      const before = answeredMs.get(agent);
      if (before !== undefined) {
        stepTimes[resting ? "undisturbed" : "disturbed"].push(asked - before);
      }
      await new Promise((resolve) => setTimeout(resolve, thinkMs));
      const order = orders.get(agent);
      orders.delete(agent);
      if (order === undefined) answeredMs.set(agent, performance.now());
      else {
        answeredMs.delete(agent);
        pending.set(agent, { failure: order, life, atMs: performance.now() });
      }
      const text = order?.response ?? "this.state.count = (this.state.count ?? 0) + 1;";
      return { text, model: "own", tokens: { prompt: 1, completion: 1 } };
    },
    close: () => Promise.resolve(),
  };
  const house = await openHouse({
    db,
    llm: model,
    names,
    horizon: 1_000_000,
    limits: { stepMs },
    onEvent: ({ kind, agent = "", life = 0 }) => {
      if (kind === "step.committed") steps++;
      if (kind !== "life.died") return;
      answeredMs.delete(agent);
      const of = pending.get(agent);
      if (of === undefined || of.life !== life) return;
      pending.delete(agent);
      meant.set(`${agent}#${life}`, of.failure);
      (foundMs[of.failure.name] ??= []).push(performance.now() - of.atMs);
    },
  });
  const findings: string[] = [];
  let answered = 0;
  let family: readonly number[] = [];
  try {
    house.begin();
    const allUp = (): boolean => house.supervisor.list().every(({ pid }) => pid !== null);
    await until(() => house.supervisor.list().length === agents && allUp());
    const began = performance.now();
    let rested = 0;
    for (let made = 0; made < failures;) {
      if (made % restEvery === 0 && made >= rested) {
        rested = made + 1;
        await until(() => pending.size === 0 && orders.size === 0 && allUp());
        resting = true;
        answeredMs.clear();
        await pause(restMs);
        resting = false;
        answeredMs.clear();
        options.onRest?.(`${made} failures after ${((performance.now() - began) / 1000) | 0} s`);
      }
      const name = names[below(agents)] ?? "";
      const failure = kinds[below(kinds.length)];
      const { phase, pid, life } = house.supervisor.look(name);
      const busy = pending.has(name) || orders.has(name);
      if (
        failure !== undefined && pid !== null && !busy && (phase === "turn" || phase === "idle")
      ) {
        made++;
        if (failure.signal === undefined) orders.set(name, failure);
        else if (send(pid, failure.signal)) {
          pending.set(name, { failure, life, atMs: performance.now() });
        }
      }
      await pause(everyMs * 2 * random.next());
    }
    resting = true;
    await until(() => pending.size === 0 && orders.size === 0 && allUp());
    for (const name of names) {
      const answer = await house.ask(name, "are you there?").catch((error) => String(error));
      if (answer === "this.state.count = (this.state.count ?? 0) + 1;") answered++;
      else findings.push(`${name} does not answer: ${JSON.stringify(answer)}`);
    }
    // By agent: other tests have cells in this very process.
    family = house.supervisor.list().flatMap(({ pid }) =>
      pid === null ? [] : [pid, ...descendantsOf(pid)]
    );
    if (family.length === 0) findings.push("no cell was found: nothing is known of orphans");
  } finally {
    await house.stop();
  }
  for (const pid of await outliving(family)) findings.push(`process ${pid} outlived its house`);
  findings.push(...checkFile(db).findings, ...compare(meant, deathsOf(db)));
  if (meant.size !== failures) findings.push(`${failures} failures, ${meant.size} deaths of them`);
  await Deno.remove(folder, { recursive: true });
  return { failures, steps, foundMs, stepMs: stepTimes, answered, findings };
}

/** Each failure is one death, as it should be; and nobody else died. */
function compare(
  meant: ReadonlyMap<string, Failure>,
  deaths: readonly Pick<DeathRow, "agent" | "life" | "cause" | "owner" | "reason">[],
): string[] {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const { agent, life, cause, owner, reason } of deaths) {
    const place = `${agent}#${life}`;
    const failure = meant.get(place);
    if (seen.has(place)) findings.push(`${place} died twice`);
    seen.add(place);
    if (failure?.cause !== cause || failure.owner !== owner) {
      findings.push(`${place}: ${owner} ${cause} (${reason}), by ${failure?.name ?? "nobody"}`);
    }
  }
  for (const [place, { name }] of meant) {
    if (!seen.has(place)) findings.push(`${place}, by ${name}, is not in the ledger`);
  }
  return findings;
}

function deathsOf(db: string): DeathRow[] {
  const store = openStore(db, { readOnly: true });
  const rows: DeathRow[] = [];
  for (let next: string | null = ""; next !== null;) {
    const cursor: { cursor?: string } = next === "" ? {} : { cursor: next };
    const page = store.deaths({ limit: 1000, ...cursor });
    rows.push(...page.items.filter(({ owner }) => owner !== "operator"));
    next = page.next;
  }
  store.close();
  return rows;
}

/** To the process that does the cell's work, inside whatever is around it. */
function send(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(descendantsOf(pid).at(-1) ?? pid, signal);
    return true;
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
