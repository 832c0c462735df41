import { assert, assertEquals } from "@std/assert";
import { seededRandom, seedFrom } from "../../src/core/random.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { type NestedSpecInput, restartTypes, type Strategy } from "../../src/supervisor/mod.ts";
import { exception, hurry, settle, World } from "./fakes.ts";

/** How big a stress is. */
export interface StressSize {
  readonly seed: number;
  readonly agents: number;
  /** Supervisors under each supervisor, over two levels; and agents in a batch of failures. */
  readonly breadth: number;
  readonly failures: number;
}

/** What a stress came to. */
export interface Stressed {
  /** Failures that were let happen, by where they happened. */
  readonly failed: Readonly<Record<"start" | "handling" | "stop", number>>;
  /** Every event of the run in short, in order. */
  readonly trace: readonly string[];
  readonly alive: number;
  readonly restarts: number;
}

const backoff = { minMs: 1, maxMs: 20, factor: 2, jitter: 0.2 };

/**
 * A tree of supervisors with agents that fail at random: while they are born, while they handle a
 * letter, while they are being stopped. Then the failures end, and it must be whole again: whoever is
 * alive answers, whoever is not is so by its spec, and nothing of the dead is left.
 */
export async function stress(size: StressSize): Promise<Stressed> {
  const { seed, agents, breadth, failures } = size;
  hurry();
  const random = seededRandom(seedFrom(seed, "stress"));
  const whole = (below: number): number => Math.floor(random.next() * below);
  const one = <T>(items: readonly T[]): T => items[whole(items.length)] as T;
  const failed = { start: 0, handling: 0, stop: 0 };
  const total = (): number => failed.start + failed.handling + failed.stop;
  let calm = false;

  const world = new World(({ letter }, _powers, { agent, life }) => {
    switch (letter.body) {
      case "soft":
        failed.handling++;
        return exception();
      case "hard":
        failed.handling++;
        return { ...exception(), hard: true };
      case "hang":
        // It heeds no stop: it is killed when its patience is over.
        if (calm) return {};
        failed.stop++;
        return new Promise(() => {});
      default:
        return { returned: `${agent}#${life}` };
    }
  }, { spec: { intensity: 1e9 }, seed });
  world.pool.stillborn = () => {
    if (calm || random.next() > 0.1) return undefined;
    failed.start++;
    return { fault: { kind: "exception", message: "stillborn" } };
  };

  const homes = supervise(world, breadth, one);
  const names = Array.from({ length: agents }, (_, index) => `agent-${index}`);
  for (const name of names) {
    const supervisor = one(homes);
    if (world.supervisor.supervisors.isPool(supervisor)) {
      world.supervisor.spawn({ name, supervisor });
      continue;
    }
    world.supervisor.spawn({
      name,
      firstQuery: "begin",
      ticking: false,
      supervisor,
      restart: random.next() < 0.02 ? one(restartTypes) : "permanent",
      shutdown: one([0, 20, 50]),
      backoff,
    });
  }
  while (total() < failures) {
    for (let each = 0; each < breadth * 6; each++) {
      const body = one(["soft", "soft", "hard", "hang", "ping"]);
      await world.supervisor.tell(one(names), body).catch(expected);
    }
    // Those that hang are stopped along with others, killed by a person, or by their siblings' round.
    for (const name of names) {
      if (random.next() < 0.01) void world.supervisor.kill(name).catch(expected);
    }
    world.clock.advance(whole(60));
    await settle(3);
  }
  calm = true;
  for (const name of names) void world.supervisor.kill(name).catch(expected);
  for (let turn = 0, quiet = 0; quiet < 5; turn++) {
    assert(turn < 3000, "it does not come to rest");
    world.clock.advance(20);
    await settle(3);
    quiet = atRest(world) ? quiet + 1 : 0;
  }
  const alive = await inspect(world, names);
  const restarts = world.store.deaths({ limit: 1 }).items[0]?.id ?? 0;
  const down = world.supervisor.shutdown();
  for (let turn = 0; turn < 20; turn++) {
    world.clock.advance(50);
    await settle(2);
  }
  await down;
  assertEquals(world.pool.cells.filter(({ killed }) => !killed).length, 0, "no orphan is left");
  assertEquals(world.troubles, []);
  return { failed, trace: world.told(...eventsOfLife), alive, restarts };
}

const eventsOfLife = [
  "life.started",
  "life.died",
  "agent.stopped",
  "supervisor.escalated",
] as const;

/** A strategy, with what a pool's agents have in common. */
function poolOr(strategy: Strategy): Pick<NestedSpecInput, "strategy" | "template"> {
  const template = { firstQuery: "begin", ticking: false, shutdown: 20, backoff };
  return strategy === "simple_one_for_one" ? { strategy, template } : { strategy };
}

/** Supervisors on two levels, each of some strategy; some give up easily and are started again. */
function supervise(
  world: World,
  breadth: number,
  one: <T>(items: readonly T[]) => T,
): readonly string[] {
  const homes: string[] = [];
  const strategies = [
    "one_for_one",
    "one_for_one",
    "one_for_all",
    "rest_for_one",
    "simple_one_for_one",
  ] as const;
  for (let outer = 0; outer < breadth; outer++) {
    const name = `outer-${outer}`;
    const strategy = one(strategies.slice(0, 4));
    world.supervisor.supervisors.add({ name, strategy, intensity: 1e9, backoff });
    homes.push(name);
    for (let inner = 0; inner < breadth; inner++) {
      const below = `inner-${outer}-${inner}`;
      world.supervisor.supervisors.add({
        name: below,
        supervisor: name,
        ...poolOr(one(strategies)),
        intensity: one([3, 100, 1e9]),
        periodMs: 1000,
        backoff,
      });
      homes.push(below);
    }
  }
  return homes;
}

/** Whether every child of every supervisor is up, and has nothing to do. */
function atRest({ supervisor }: World): boolean {
  const up = supervisor.supervisors.list().every(({ phase, children }) =>
    phase === "up" && children.every((child) => child.phase === "up")
  );
  return up && supervisor.list().every(({ phase, mailbox }) => phase !== "turn" && mailbox === 0);
}

/** Whoever is alive answers; whoever is not is so by its spec; the tree says the same. */
async function inspect(world: World, names: readonly string[]): Promise<number> {
  const slots = new Map(
    world.supervisor.supervisors.list().flatMap(({ children }) =>
      children.map(({ name, phase }) => [name, phase] as const)
    ),
  );
  let alive = 0;
  const asked = names.map(async (name) => {
    const { status, life, phase } = world.supervisor.look(name);
    if (status === "stopped") {
      const { restart } = world.supervisor.look(name).spec as { readonly restart: string };
      const last = world.events.filter(({ agent }) => agent === name).slice(-4);
      assert(restart === "temporary", `${name} is ${restart}, down: ${JSON.stringify(last)}`);
      assert(slots.get(name) === undefined, `${name} has a place and is down`);
      return;
    }
    assertEquals([status, phase, slots.get(name)], ["running", "idle", "up"], name);
    alive++;
    assertEquals(await world.supervisor.ask(name, "ping"), `${name}#${life}`);
    const open = world.store.lives(name, { limit: 1000 }).items.filter(({ end }) => end === null);
    assertEquals(open.map((each) => each.life), [life], `${name} has one open life`);
  });
  const [answers] = await Promise.all([Promise.allSettled(asked), settle(20)]);
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
  for (const { name, phase } of world.supervisor.supervisors.list()) {
    assertEquals(phase, "up", name);
  }
  // A cell for each that is alive, and no other.
  const cells = world.pool.cells.filter(({ killed, usable }) => !killed && usable);
  assertEquals(cells.length, alive);
  assertEquals(new Set(cells.map(({ life }) => life?.agent)).size, alive);
  return alive;
}

/** What a sender may hear while those around it die. */
function expected(error: unknown): void {
  const known = error instanceof VivariumError &&
    (error.code === "unavailable" || error.code === "overloaded");
  if (!known) throw error;
}
