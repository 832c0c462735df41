import { assert, assertEquals } from "@std/assert";
import { genomeHash } from "../../src/genome/mod.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { type Behaviour, exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const ada = { name: "ada", firstQuery: "begin" };

/** A database in a file, so that it outlives the house that is killed. */
async function withDatabase(test: (open: () => Store) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-recovery-" });
  const stores: Store[] = [];
  try {
    await test(() => {
      const store = openStore(`${folder}/house.db`);
      stores.push(store);
      return store;
    });
  } finally {
    for (const store of stores) store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lives three steps with an edit each, and stays in the fourth. */
const threeSteps: Behaviour = (turn) =>
  turn.age === 3
    ? new Promise(() => {})
    : { edit: { [`m${turn.age}`]: "m() {}" }, query: `query ${turn.age}` };

Deno.test(
  requirement(
    [22, 23],
    "restore() goes on from the last committed genome and query, in the next life, after a kill",
  ),
  async () => {
    await withDatabase(async (open) => {
      const killed = new World(threeSteps, { store: open() });
      killed.supervisor.spawn(ada);
      await settle(20);
      assertEquals(killed.store.steps("ada").items.length, 3);
      // Nothing is closed, nothing is said: as SIGKILL leaves it.
      const world = new World(() => ({}), { store: open(), maxSteps: 1 });
      const before = world.store.agent("ada");
      assertEquals(world.supervisor.restore().map(({ name, life }) => [name, life]), [["ada", 1]]);
      const [death] = world.store.deaths().items;
      assertEquals([death?.cause, death?.owner, death?.life, death?.step], [
        "host",
        "infrastructure",
        1,
        0,
      ]);
      await world.finish();
      const [birth] = world.pool.births;
      assert(birth !== undefined);
      assertEquals([birth.life, genomeHash(birth.genome), birth.query], [
        2,
        before?.genome,
        "query 2",
      ]);
      const lives = world.store.lives("ada").items;
      assertEquals(lives.map(({ end, steps, reward }) => [end, steps, reward]), [
        ["death", 3, 3],
        ["truncated", 1, 1],
      ]);
      assertEquals(world.store.agent("ada")?.steps, 4);
      assertEquals(world.told("life.died", "life.started")[0], "ada#1.0 life.died host");
    });
  },
);

Deno.test("restore() does nothing in a fresh database, and nothing twice", async () => {
  const world = new World(() => ({}), { maxSteps: 1 });
  assertEquals(world.supervisor.restore(), []);
  world.supervisor.spawn(ada);
  assertEquals(world.supervisor.restore(), []);
  await world.finish();
  assertEquals(world.pool.births.length, 1);
});

Deno.test("restore() after a clean shutdown takes the same path, without a death by host", async () => {
  await withDatabase(async (open) => {
    const first = new World(() => ({}), { store: open() });
    first.supervisor.spawn({ ...ada, ticking: false });
    await settle();
    await first.supervisor.shutdown();
    const second = new World(() => ({}), { store: open() });
    second.supervisor.restore();
    await settle();
    assertEquals(second.store.deaths().items.map(({ cause }) => cause), ["shutdown"]);
    assertEquals(second.supervisor.look("ada").life, 2);
    await second.supervisor.shutdown();
  });
});

Deno.test(
  requirement(23, "restore() hands over what had been accepted and not handled, once, in order"),
  async () => {
    await withDatabase(async (open) => {
      const killed = new World(() => new Promise(() => {}), { store: open() });
      killed.supervisor.spawn({ ...ada, ticking: false });
      for (const n of [1, 2, 3]) await killed.supervisor.tell("ada", n);
      await settle();
      // The first was under way, but no step of it was committed.
      assertEquals(killed.pool.turns.length, 1);
      const world = new World(() => ({}), { store: open() });
      world.supervisor.restore();
      await settle(20);
      assertEquals(world.pool.turns.map(({ letter }) => letter.body), [1, 2, 3]);
      assertEquals(world.store.mailbox("ada"), []);
      await world.supervisor.shutdown();
    });
  },
);

Deno.test("restore() keeps the resurrection rule: what was gone back from stays behind", async () => {
  await withDatabase(async (open) => {
    const plan = [{ edit: { b: "b() {}" } }, { edit: { c: "c() {}" } }, { edit: { d: "d() {}" } }];
    const killed = new World(
      () => plan.shift() ?? exception(),
      { store: open(), maxSteps: 6 },
    );
    killed.supervisor.spawn(ada);
    // Life 1 makes bcd and dies, life 2 dies of it at once, life 3 is born from bc.
    await killed.finish();
    const world = new World(() => exception(), { store: open(), maxSteps: 3 });
    world.supervisor.restore();
    await world.finish();
    const names = world.pool.births.map(({ genome }) =>
      Object.keys(genome.methods).filter((name) => name.length === 1).join("")
    );
    assertEquals(names, ["bc", "bc", "b"]);
  });
});

Deno.test("restore() leaves stopped agents down and paused ones paused", async () => {
  await withDatabase(async (open) => {
    const first = new World(() => ({}), { store: open() });
    for (const name of ["ada", "bob", "cyd"]) {
      first.supervisor.spawn({ ...ada, name, ticking: false });
    }
    await settle();
    await first.supervisor.stop("ada");
    first.supervisor.pause("bob");
    await first.supervisor.shutdown();
    const second = new World(() => ({}), { store: open() });
    assertEquals(second.supervisor.restore().map(({ name, status }) => [name, status]), [
      ["bob", "paused"],
      ["cyd", "running"],
    ]);
    assertEquals(second.supervisor.look("ada").phase, "stopped");
    assertEquals(second.supervisor.list().map(({ name }) => name), ["ada", "bob", "cyd"]);
    second.supervisor.spawn({ ...ada, name: "dee", ticking: false });
    assertEquals(second.supervisor.list().at(-1)?.name, "dee");
    await second.supervisor.shutdown();
  });
});
