import { seededRandom } from "../../src/core/random.ts";
import { checkFile, openStore, type StepRow, type Store } from "../../src/store/mod.ts";
import { isAlive, Running } from "../support/command.ts";
import { descendantsOf } from "../support/processes.ts";

/** How often a house is killed, and how it is found again. */
export interface KillsOptions {
  readonly kills: number;
  readonly seed: number;
  /** Gives up after so long, in milliseconds. @default never */
  readonly withinMs?: number;
  readonly onKill?: (line: string) => void;
}

/** What came of it. */
export interface KillsReport {
  readonly kills: number;
  /** What the house had told of or answered before it was killed. */
  readonly acknowledged: {
    readonly steps: number;
    readonly deaths: number;
    readonly messages: number;
    readonly rewards: number;
  };
  /** Acknowledged and lost, come twice, not as told, or left behind: one line each. */
  readonly findings: readonly string[];
  /** From a kill until the last cell was gone, in milliseconds. */
  readonly cellsGoneMs: readonly number[];
  /** From a start until the first step, in milliseconds. */
  readonly steppingMs: readonly number[];
}

/** How long a cell may outlive its house. */
const goneMs = 2000;
/** The longest that a house works before it is killed. */
const longestMs = 1500;
const names = ["ada", "bob", "eve"];

interface Told {
  readonly kind: string;
  readonly agent: string;
  readonly life: number;
  readonly step: number;
  readonly cause?: string;
  readonly data: { readonly genome?: string };
}

/**
 * Kills a house at work (SIGKILL, at a random moment, with messages and rewards coming in) and starts it
 * again on the same database, again and again; and looks each time whether all that was acknowledged is
 * there once, the chains hold, and no cell is left.
 */
export async function killAgainAndAgain(options: KillsOptions): Promise<KillsReport> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-kills-" });
  const db = `${folder}/house.db`;
  const script = `${folder}/script.jsonl`;
  await Deno.writeTextFile(script, scriptOf());
  const args = ["run", "--db", db, "--llm", `scripted:${script}`, "--agents", `${names.length}`];
  const random = seededRandom(options.seed);
  const check = new Check(db);
  const cellsGoneMs: number[] = [];
  const steppingMs: number[] = [];
  const began = performance.now();
  let kills = 0;
  while (kills < options.kills && performance.now() - began < (options.withinMs ?? Infinity)) {
    const started = performance.now();
    const house = new Running(...args, "--port", "0", "--json");
    const first = await house.line((text) => text.includes('"house.started"'));
    await house.line((text) => text.includes('"step.committed"'));
    steppingMs.push(performance.now() - started);
    const closing = new AbortController();
    const url = (JSON.parse(first) as { data: { api: string } }).data.api;
    const load = check.load(url, closing.signal);
    await new Promise((resolve) => setTimeout(resolve, random.next() * longestMs));
    const family = descendantsOf(house.pid);
    await house.kill("SIGKILL");
    const killed = performance.now();
    closing.abort();
    kills++;
    while (family.some(isAlive) && performance.now() - killed < 2 * goneMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const gone = performance.now() - killed;
    cellsGoneMs.push(gone);
    if (gone > goneMs) {
      check.findings.push(`kill ${kills}: a process outlived its house ${gone} ms`);
    }
    await load;
    check.hear(house.lines);
    const before = check.findings.length;
    check.look();
    options.onKill?.(
      `kill ${kills}: ${check.findings.length - before} findings, cells gone in ${gone | 0} ms`,
    );
  }
  await Deno.remove(folder, { recursive: true });
  const { acknowledged, findings } = check;
  return { kills, acknowledged, findings, cellsGoneMs, steppingMs };
}

/** Every agent counts, now and then defines something, and now and then dies. */
function scriptOf(): string {
  const lines: string[] = [];
  for (let line = 0; line < 4000; line++) {
    for (const agent of names) {
      const response = line % 9 === 8
        ? `throw new Error("${line}");`
        : `this.state.count = (this.state.count ?? 0) + 1; function f${
          line % 5
        }() { return ${line}; }`;
      lines.push(JSON.stringify({ agent, response }));
    }
  }
  return lines.join("\n");
}

/** What was acknowledged so far, and what the ledger has of it. */
class Check {
  readonly findings: string[] = [];
  readonly #db: string;
  readonly #steps = new Map<string, Told>();
  readonly #deaths = new Map<string, Told>();
  /** To whom, by id. */
  readonly #letters = new Map<number, string>();
  readonly #rewards = new Map<string, { agent: string; life: number; step: number }>();
  #sent = 0;

  constructor(db: string) {
    this.#db = db;
  }

  get acknowledged(): KillsReport["acknowledged"] {
    return {
      steps: this.#steps.size,
      deaths: this.#deaths.size,
      messages: this.#letters.size,
      rewards: this.#rewards.size,
    };
  }

  /** Sends messages and rewards as fast as they are taken, and notes what was acknowledged. */
  async load(url: string, signal: AbortSignal): Promise<void> {
    const headers = { "content-type": "application/json" };
    const post = async (path: string, body: unknown): Promise<unknown> => {
      const response = await fetch(url.replace(/\/$/, "") + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
        signal,
      });
      const answer: unknown = await response.json();
      return response.ok ? answer : undefined;
    };
    try {
      while (!signal.aborted) {
        const number = ++this.#sent;
        const agent = names[number % names.length] ?? "ada";
        const letter = await post(`/v1/agents/${agent}/messages`, { body: { number } });
        if (letter !== undefined) {
          this.#letters.set((letter as { id: number }).id, agent);
        }
        const lived = [...this.#steps.values()].findLast((step) => step.agent === agent);
        if (lived === undefined) continue;
        const { life, step } = lived;
        const key = `key-${number}`;
        const place = { agent, life, step };
        const reward = await post("/v1/rewards", { ...place, key, term: "outside", value: number });
        if (reward !== undefined) this.#rewards.set(key, place);
      }
    } catch {
      // The house was killed under the request: nothing was acknowledged.
    }
  }

  /** Takes what a house has told of on its standard output. */
  hear(lines: readonly string[]): void {
    for (const line of lines) {
      // A line that was cut by the kill was not told.
      if (!line.endsWith("}")) continue;
      const told = JSON.parse(line) as Told;
      const { kind, agent, life, step } = told;
      if (kind === "step.committed") this.#steps.set(`${agent}/${life}/${step}`, told);
      if (kind === "life.died") this.#deaths.set(`${agent}/${life}`, told);
    }
  }

  /** Compares with the ledger. */
  look(): void {
    this.findings.push(...checkFile(this.#db).findings);
    const store = openStore(this.#db, { readOnly: true });
    try {
      for (const agent of names) this.#lookAt(store, agent);
    } finally {
      store.close();
    }
  }

  #lookAt(store: Store, agent: string): void {
    const rows = allSteps(store, agent);
    const steps = new Map(rows.map((row) => [`${agent}/${row.life}/${row.step}`, row]));
    for (const [place, told] of this.#steps) {
      if (told.agent !== agent) continue;
      const row = steps.get(place);
      if (row?.genome !== told.data.genome) this.findings.push(`step ${place} is not as told`);
    }
    const deaths = new Map<number, string>();
    for (let next: string | null = ""; next !== null;) {
      const cursor: { cursor?: string } = next === "" ? {} : { cursor: next };
      const page = store.deaths({ agent, limit: 1000, ...cursor });
      for (const { life, cause } of page.items) {
        if (deaths.has(life)) this.findings.push(`${agent}#${life} died twice`);
        deaths.set(life, cause);
      }
      next = page.next;
    }
    for (const [place, { agent: who, life, cause }] of this.#deaths) {
      if (who === agent && deaths.get(life) !== cause) {
        this.findings.push(`the death ${place} is not as told`);
      }
    }
    this.#lookAtLetters(store, agent, rows);
    for (const [key, place] of this.#rewards) {
      if (place.agent !== agent) continue;
      const row = steps.get(`${agent}/${place.life}/${place.step}`);
      const value = Number(key.slice(4));
      const found = row?.rewards.filter((each) => each.term === "outside" && each.value === value);
      if (found?.length !== 1) this.findings.push(`reward ${key} is there ${found?.length} times`);
    }
  }

  /** Each message is handled once, or still waits. */
  #lookAtLetters(store: Store, agent: string, rows: readonly StepRow[]): void {
    const handled = new Map<number, number>();
    for (const { letter } of rows) {
      const { id } = letter as { readonly id?: number };
      if (id !== undefined) handled.set(id, (handled.get(id) ?? 0) + 1);
    }
    const waiting = new Set(store.mailbox(agent).map(({ id }) => id));
    for (const [id, times] of handled) {
      if (times > 1) this.findings.push(`message ${id} to ${agent} was handled ${times} times`);
      if (waiting.has(id)) this.findings.push(`message ${id} to ${agent} was handled and waits`);
    }
    for (const [id, to] of this.#letters) {
      if (to === agent && !handled.has(id) && !waiting.has(id)) {
        this.findings.push(`message ${id} to ${agent} is lost`);
      }
    }
  }
}

function allSteps(store: Store, agent: string): StepRow[] {
  const rows: StepRow[] = [];
  for (let next: string | null = ""; next !== null;) {
    const cursor: { cursor?: string } = next === "" ? {} : { cursor: next };
    const page = store.steps(agent, { limit: 1000, ...cursor });
    rows.push(...page.items);
    next = page.next;
  }
  return rows;
}
