import type { Attempt } from "../../src/cell/mod.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import type { Json } from "../../src/core/json.ts";
import type { Cause } from "../../src/death/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import type { OpenHouse } from "../../src/house/mod.ts";
import { descendants, isAlive } from "./watch.ts";

/** The end of a step, as the ledger has it. */
export type Ending =
  | (Told & { readonly lived: true; readonly returned: Json })
  | (Told & { readonly lived: false; readonly cause: Cause; readonly message: string });

interface Told {
  readonly prints: readonly string[];
  readonly attempts: readonly Attempt[];
}

/** All that was seen of one attack. */
export interface Observation {
  /** The attacked step. */
  readonly outcome: Ending;
  /** A harmless step of the same life after it, if that life went on. */
  readonly next: Ending | undefined;
  /** A step of the agent's next life: in the same cell, if that was still of use. */
  readonly later: Ending | undefined;
  /** Why its cell ended between two steps, when nobody had asked it anything. */
  readonly idle: readonly string[];
  /** Processes of a cell that is no more, which outlived it. */
  readonly strays: readonly number[];
  /** Every row that the ledger has on it, as text. */
  readonly record: string;
}

/** Longer than a cell needs to say something that nobody asked for. */
const settleMs = 60;

/** Longer than any step may take, its cell's start included. */
const patienceMs = 30_000;

/** What the model says after the attack. */
export const laterCode = "return [3, 1, 2].sort().map((n) => n * 2).join()";

/** What the harmless turn of a later life must return. */
export const laterAnswer = "2,4,6";

/** As the first genome, but it takes its steps when it is asked, and answers with what came of them. */
export const attackedGenome: Genome = {
  ...firstGenome,
  methods: {
    ...firstGenome.methods,
    handle: "async handle(message) {\n  return await this.step();\n}",
  },
};

/** What the script must hold for an attacked agent: the attack, and then harmless code. */
export function scriptFor(agent: string, code: string): string {
  // Each of the steps that are looked at may call the model as often as a step allows.
  return [code, ...Array(30).fill(laterCode)]
    .map((response) => JSON.stringify({ agent, response }) + "\n").join("");
}

/**
 * Lets an agent of a real house execute an attack as a response of its model; then sees what is
 * left: of the agent, of the cell for another life, and in the ledger.
 *
 * @param house whose script has the lines of {@linkcode scriptFor}
 * @param agent its name
 * @param stepMs its deadline
 */
export async function attack(
  house: OpenHouse,
  agent: string,
  stepMs: number,
): Promise<Observation> {
  const { supervisor } = house;
  const heard: HouseEvent[] = [];
  const families: number[][] = [];
  const unsubscribe = house.subscribe((event) => {
    if (event.agent === agent) heard.push(event);
  });
  const look = (): void => {
    const { pid } = supervisor.look(agent);
    if (pid !== null) families.push([pid, ...descendants(pid)]);
  };
  try {
    const genome = attackedGenome;
    const spec = { firstQuery: "write code", ticking: false, limits: { stepMs } };
    supervisor.spawn({ name: agent, genome, ...spec });
    const started = Promise.withResolvers<void>();
    const birth = house.subscribe(({ kind, agent: name }) => {
      if (kind === "life.started" && name === agent) started.resolve();
    });
    await started.promise;
    birth();
    look();
    const outcome = await step(house, agent, heard);
    look();
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { life } = supervisor.look(agent);
    const next = outcome.lived && life === 1 ? await step(house, agent, heard) : undefined;
    if (supervisor.look(agent).life === 1) await supervisor.kill(agent);
    const later = await step(house, agent, heard);
    look();
    const { pid } = supervisor.look(agent);
    const spent = families.filter(([first]) => first !== pid).flat();
    await supervisor.stop(agent);
    return {
      outcome,
      next,
      later,
      idle: heard.filter(({ kind, step, cause }) =>
        kind === "life.died" && step === 0 && cause !== "operator"
      ).map(({ cause, data }) => `${cause}: ${data["message"]}`),
      strays: await straysOf(spent),
      record: recordOf(house, agent),
    };
  } finally {
    unsubscribe();
  }
}

/** Asks the agent for a step, and reads from the ledger what came of it. */
async function step(house: OpenHouse, agent: string, heard: HouseEvent[]): Promise<Ending> {
  const from = heard.length;
  await house.supervisor.ask(agent, null, { timeoutMs: patienceMs }).catch(() => {});
  const end = heard.slice(from).find(({ kind }) =>
    kind === "step.committed" || kind === "life.died"
  );
  if (end === undefined) throw new Error(`nothing came of a step of '${agent}'`);
  const row = house.store.step(agent, end.life ?? 0, end.step ?? 0);
  const told = {
    prints: row?.prints ?? [],
    attempts: (row?.attempts ?? []) as unknown as readonly Attempt[],
  };
  if (end.kind === "step.committed") {
    return { lived: true, returned: row?.returned ?? null, ...told };
  }
  const death = house.store.deaths({ agent }).items.find(({ life }) => life === end.life);
  if (death === undefined) throw new Error(`a death of '${agent}' is not in the ledger`);
  return { lived: false, cause: death.cause, message: death.reason, ...told };
}

function recordOf({ store }: OpenHouse, agent: string): string {
  // The code of the attack is in the record, and may name what it was after: what it returned counts.
  const steps = store.steps(agent).items.map(({ prints, returned, attempts, dropped }) => ({
    prints,
    returned,
    attempts,
    dropped,
  }));
  const deaths = store.deaths({ agent }).items.map(({ reason, evidence }) => ({
    reason,
    evidence,
  }));
  return JSON.stringify({ steps, deaths });
}

/** Those that are still there some time after their cell was killed: the kernel takes a moment. */
async function straysOf(family: readonly number[]): Promise<number[]> {
  const start = performance.now();
  while (family.some(isAlive) && performance.now() - start < 500) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return family.filter(isAlive);
}
