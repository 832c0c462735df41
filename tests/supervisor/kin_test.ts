import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Down } from "../../src/actor/mod.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { type Behaviour, type Ending, exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const dies: Behaviour = ({ letter }) => letter.body === "die" ? exception() : {};
const rest = {
  firstQuery: "begin",
  ticking: false,
  backoff: { minMs: 100, maxMs: 100, jitter: 0 },
};

Deno.test(
  requirement(19, "monitor() tells of an agent's death once, when it is committed, with its cause"),
  async () => {
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada" });
    const downs: (Down & { readonly committed: boolean })[] = [];
    const note = (down: Down): void => {
      const committed = world.store.life("ada", down.life)?.end === "death";
      downs.push({ ...down, committed });
    };
    await settle();
    world.supervisor.monitor("ada", note);
    await world.supervisor.tell("ada", "die");
    await world.pass(300);
    await world.supervisor.tell("ada", "die");
    await settle();
    assertEquals(downs, [{ target: "ada", life: 1, reason: "exception", committed: true }]);
    // It is dead now, and waits for its backoff: at once.
    world.supervisor.monitor("ada", note);
    assertEquals(downs[1], { target: "ada", life: 0, reason: "noproc", committed: false });
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(19, "linked agents die together, each once, and come back each by its own spec"),
  async () => {
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada" });
    world.supervisor.spawn({
      ...rest,
      name: "bob",
      links: ["ada"],
      backoff: { minMs: 10, maxMs: 10 },
    });
    await settle();
    for (const victim of ["ada", "bob"]) {
      await world.supervisor.tell(victim, "die");
      await world.pass(500);
    }
    assertEquals(world.told("life.died"), [
      "ada#1.1 life.died exception",
      "bob#1.0 life.died shutdown",
      "bob#2.1 life.died exception",
      "ada#2.0 life.died shutdown",
    ]);
    assertEquals(["ada", "bob"].map((name) => world.supervisor.look(name).life), [3, 3]);
    const [linked] = world.store.deaths({ agent: "ada", limit: 1 }).items;
    assertEquals([linked?.reason, linked?.owner], [
      "linked to 'bob', which died of 'exception'",
      "operator",
    ]);
    assertEquals(world.store.life("ada", 2)?.reward, 0);
    await world.supervisor.shutdown();
  },
);

Deno.test(requirement(19, "one that traps exits gets a letter instead, and lives on"), async () => {
  const world = new World(dies);
  world.supervisor.spawn({ ...rest, name: "ada" });
  world.supervisor.spawn({ ...rest, name: "bob", links: ["ada"], trapExit: true });
  await settle();
  await world.supervisor.tell("ada", "die");
  await world.pass(500);
  assertEquals(world.told("life.died"), ["ada#1.1 life.died exception"]);
  const heard = world.pool.turns.filter(({ agent }) => agent === "bob").map(({ letter }) => letter);
  assertEquals(heard, [{
    kind: "tell",
    from: "supervisor",
    body: { exit: { agent: "ada", life: 1, reason: "exception" } },
  }]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(
    12,
    "one that has failed for good stays down over a restart, until an operator revives it",
  ),
  async () => {
    const giveUp = { deaths: 2, withinMs: 10_000 };
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada", giveUp });
    await settle();
    for (let death = 0; death < 2; death++) {
      await world.supervisor.tell("ada", "die");
      await world.pass(300);
    }
    assertEquals(world.supervisor.look("ada").status, "failed");
    await world.supervisor.shutdown();
    const again = new World(dies, { store: world.store });
    again.supervisor.restore();
    await again.pass(300);
    assertEquals([again.supervisor.look("ada").status, again.supervisor.look("ada").life], [
      "failed",
      2,
    ]);
    again.supervisor.revive("ada");
    await settle();
    assertEquals(again.supervisor.look("ada").life, 3);
    assertThrows(() => again.supervisor.revive("ada"), VivariumError, "running");
    // It was cleared: one more death is not the last one.
    await again.supervisor.tell("ada", "die");
    await again.pass(300);
    assertEquals(again.supervisor.look("ada").life, 4);
    // And in the same house it is revived in the place that it has.
    await again.supervisor.tell("ada", "die");
    await again.pass(300);
    assertEquals(again.supervisor.look("ada").status, "failed");
    again.supervisor.revive("ada");
    await settle();
    assertEquals(again.supervisor.look("ada").life, 5);
    assertEquals(again.supervisor.supervisors.look("root").children.length, 1);
    await again.supervisor.shutdown();
  },
);

Deno.test(
  requirement(12, "only the listed causes count towards giving up, and only within the time"),
  async () => {
    const giveUp = { deaths: 2, withinMs: 1000, causes: ["hang" as const] };
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada", giveUp });
    world.supervisor.spawn({ ...rest, name: "bob", giveUp: { deaths: 2, withinMs: 1000 } });
    await settle();
    for (let death = 0; death < 4; death++) {
      await world.supervisor.tell("ada", "die");
      await world.supervisor.tell("bob", "die");
      await world.pass(1200);
    }
    assertEquals(["ada", "bob"].map((name) => world.supervisor.look(name).life), [5, 5]);
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(
    21,
    "a message for a past life is refused; one for the present life is not handled by the next",
  ),
  async () => {
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada" });
    await settle();
    await world.supervisor.tell("ada", "for you", "operator", { life: 1 });
    await settle();
    world.supervisor.pause("ada");
    await world.supervisor.tell("ada", "for you alone", "operator", { life: 1 });
    await world.supervisor.kill("ada");
    const none = await assertRejects(
      () => world.supervisor.tell("ada", "x", "operator", { life: 1 }),
      VivariumError,
    );
    assertEquals([none.code, none.options.data], ["conflict", {
      agent: "ada",
      life: 1,
      present: null,
    }]);
    await world.pass(300);
    const past = await assertRejects(
      () => world.supervisor.tell("ada", "x", "operator", { life: 1 }),
      VivariumError,
    );
    assertEquals(past.options.data, { agent: "ada", life: 1, present: 2 });
    world.supervisor.resume("ada");
    await world.supervisor.tell("ada", "for anyone");
    await settle();
    assertEquals(world.pool.turns.map(({ letter, life }) => [life, letter.body]), [
      [1, "for you"],
      [2, "for anyone"],
    ]);
    assertEquals(world.told("message.dead-letter"), ["ada message.dead-letter"]);
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(21, "a message for one life is refused by the next, though the house was killed"),
  async () => {
    const world = new World(dies);
    world.supervisor.spawn({ ...rest, name: "ada" });
    await settle();
    world.supervisor.pause("ada");
    await world.supervisor.tell("ada", "for you alone", "operator", { life: 1 });
    await world.supervisor.tell("ada", "for anyone");
    // Nothing that a killed house would do is done: what is there is what was committed.
    const again = new World(dies, { store: world.store });
    again.supervisor.restore();
    await settle();
    again.supervisor.resume("ada");
    await settle();
    assertEquals(again.pool.turns.map(({ letter, life }) => [life, letter.body]), [
      [2, "for anyone"],
    ]);
    const dead = again.events.filter(({ kind }) => kind === "message.dead-letter");
    assertEquals(dead.map(({ agent, data }) => [agent, data]), [
      ["ada", { from: "operator", kind: "tell", reason: "died" }],
    ]);
    assertEquals(world.store.mailbox("ada"), []);
    await again.supervisor.shutdown();
  },
);

Deno.test(
  requirement(
    21,
    "a message for one life dies with it, if the house ends the turn that handles it",
  ),
  async () => {
    const turn = Promise.withResolvers<Ending>();
    const world = new World(() => turn.promise);
    world.supervisor.spawn({ ...rest, name: "ada", shutdownMs: 0 });
    await settle();
    await world.supervisor.tell("ada", "for you alone", "operator", { life: 1 });
    await settle();
    await world.supervisor.shutdown();
    assertEquals(world.store.mailbox("ada"), []);
    assertEquals(world.told("message.dead-letter"), ["ada message.dead-letter"]);
  },
);
