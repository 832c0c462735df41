import { VivariumError } from "../../src/core/errors.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import type { Random } from "../../src/core/random.ts";
import type { OpenHouse } from "../../src/house/mod.ts";
import { attackedGenome, laterCode } from "./arena.ts";
import type { Attack, Explanations } from "./corpus.ts";

const patienceMs = 60_000;

/** Agents whose model says attacks, one after another. */
export interface Attackers extends AsyncDisposable {
  /** How many attacks are over. */
  readonly done: () => number;
  /** What got out, a line each. */
  readonly breaches: readonly string[];
  /** Deaths that were announced, by agent. */
  readonly deaths: ReadonlyMap<string, number>;
}

/** What attackers say is drawn from here: the whole corpus in a random order, and again. */
export class Deck {
  readonly #attacks: readonly Attack[];
  readonly #random: Random;
  #left: Attack[] = [];

  constructor(attacks: readonly Attack[], random: Random) {
    this.#attacks = attacks;
    this.#random = random;
  }

  draw(): Attack {
    if (this.#left.length === 0) this.#left = shuffled(this.#attacks, this.#random);
    const attack = this.#left.pop();
    if (attack === undefined) throw new RangeError("there is no attack to draw");
    return attack;
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/**
 * What each attacker's model says next: an attack once, and after it harmless code.
 */
export class Mouths {
  readonly #next = new Map<string, string>();

  /** Puts words into an attacker's model. */
  say(agent: string, code: string): void {
    this.#next.set(agent, code);
  }

  /** What the model answers now. */
  answer(agent: string): string {
    const code = this.#next.get(agent);
    this.#next.delete(agent);
    return code ?? laterCode;
  }
}

/** Lets agents attack until it is disposed of; a life is over after each attack. */
export function startAttackers(
  house: OpenHouse,
  names: readonly string[],
  deck: Deck,
  mouths: Mouths,
  { fill, secret, explanations }: {
    fill(code: string): string;
    readonly secret: string;
    readonly explanations: Explanations;
  },
): Attackers {
  const breaches: string[] = [];
  const deaths = new Map(names.map((name) => [name, 0]));
  const heard = new Map<string, (event: HouseEvent) => void>();
  const unsubscribe = house.subscribe((event) => {
    const { kind, agent } = event;
    if (agent === undefined || !deaths.has(agent)) return;
    if (kind === "life.died") deaths.set(agent, (deaths.get(agent) ?? 0) + 1);
    if (kind === "life.died" || kind === "step.committed") heard.get(agent)?.(event);
  });
  let stopped = false;
  let done = 0;
  const attack = async (name: string, { id, code }: Attack): Promise<void> => {
    const over = Promise.withResolvers<HouseEvent>();
    heard.set(name, over.resolve);
    mouths.say(name, fill(code));
    // What it answers is in the record; that it dies of the question is what most do.
    await house.supervisor.ask(name, null, { timeoutMs: patienceMs }).catch((error) => {
      if (error instanceof VivariumError && error.code === "timeout") throw error;
    });
    const { life, step } = await over.promise;
    heard.delete(name);
    const row = house.store.step(name, life ?? 0, step ?? 0);
    const said = [...row?.prints ?? [], row?.returned].filter((text) => typeof text === "string");
    const granted = explanations[id]?.granted;
    for (const text of said) {
      if (text.startsWith("BREACH") && text !== granted) breaches.push(`${id}: ${text}`);
      if (text.includes(secret)) breaches.push(`${id}: the secret came out`);
    }
    done++;
  };
  const go = async (name: string): Promise<void> => {
    while (!stopped) await attack(name, deck.draw());
  };
  for (const name of names) {
    house.supervisor.spawn({
      name,
      firstQuery: "write code",
      genome: attackedGenome,
      ticking: false,
      // A life that an attack did not end is cut after it: the next attack finds a new one, in the same cell.
      horizon: 1,
      resurrection: "first",
      backoff: { minMs: 10, maxMs: 50 },
    });
  }
  const going = Promise.all(names.map(go));
  return {
    done: () => done,
    breaches,
    deaths,
    async [Symbol.asyncDispose]() {
      stopped = true;
      await going;
      for (const name of names) await house.supervisor.stop(name);
      unsubscribe();
    },
  };
}
