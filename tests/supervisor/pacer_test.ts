import { assert, assertEquals } from "@std/assert";
import { FreePacer, type Member, type Pacer, RoundsPacer } from "../../src/supervisor/pacer.ts";

class Fake implements Member {
  asked = false;
  work = true;
  turns = 0;

  constructor(readonly name: string, readonly ordinal: number, readonly pacer: Pacer) {
    pacer.join(this);
  }

  isWaitedFor(): boolean {
    return this.asked;
  }

  hasWork(): boolean {
    return this.work;
  }

  /** It is at rest; counts the turn that it is given. */
  rest(): void {
    void this.pacer.ready(this).then(() => this.turns++);
  }
}

async function microtasks(): Promise<void> {
  for (let n = 0; n < 5; n++) await Promise.resolve();
}

Deno.test("FreePacer lets go whoever has work, at once, and the others when work comes", async () => {
  const pacer = new FreePacer();
  const [ada, bob] = [new Fake("ada", 0, pacer), new Fake("bob", 1, pacer)];
  bob.work = false;
  ada.rest();
  bob.rest();
  await microtasks();
  assertEquals([ada.turns, bob.turns], [1, 0]);
  bob.work = true;
  pacer.poke("bob");
  await microtasks();
  assertEquals(bob.turns, 1);
});

Deno.test("RoundsPacer begins a round when all are at rest, and not before", async () => {
  const pacer = new RoundsPacer(() => false);
  const [ada, bob] = [new Fake("ada", 0, pacer), new Fake("bob", 1, pacer)];
  ada.rest();
  await microtasks();
  assertEquals(ada.turns, 0);
  bob.rest();
  await microtasks();
  assertEquals([ada.turns, bob.turns], [1, 1]);
  bob.rest();
  await microtasks();
  assertEquals(bob.turns, 1);
  pacer.leave("ada");
  await microtasks();
  assertEquals(bob.turns, 2);
});

Deno.test("RoundsPacer advances the phase between rounds, so what is sent in one is seen in the next", async () => {
  const pacer = new RoundsPacer(() => false);
  const ada = new Fake("ada", 3, pacer);
  ada.rest();
  await microtasks();
  const stamp = pacer.stamp(ada.ordinal);
  assertEquals(stamp, { phase: pacer.phase, ordinal: 3 });
  ada.rest();
  await microtasks();
  assert(stamp.phase < pacer.phase);
});

Deno.test("RoundsPacer lets only the asked go on while someone waits for an answer", async () => {
  const pacer = new RoundsPacer(() => false);
  const members = ["ada", "bob", "cyd"].map((name, index) => new Fake(name, index, pacer));
  const [ada, bob, cyd] = members as [Fake, Fake, Fake];
  for (const member of members) member.rest();
  await microtasks();
  cyd.asked = true;
  bob.rest();
  cyd.rest();
  pacer.blocked("ada", true);
  await microtasks();
  assertEquals([ada.turns, bob.turns, cyd.turns], [1, 1, 2]);
  // The answer: ada goes on first, then cyd is at rest again.
  pacer.blocked("ada", false);
  cyd.asked = false;
  cyd.rest();
  await microtasks();
  assertEquals([bob.turns, cyd.turns], [1, 2]);
  ada.rest();
  await microtasks();
  assertEquals([ada.turns, bob.turns, cyd.turns], [2, 2, 3]);
});

Deno.test("RoundsPacer says who is stuck, in start order, when nobody is left to answer", () => {
  const told: (readonly string[])[] = [];
  const pacer: RoundsPacer = new RoundsPacer((askers) => {
    told.push(askers);
    pacer.blocked("bob", false);
    return true;
  });
  const [_zoe, _bob] = [new Fake("zoe", 0, pacer), new Fake("bob", 1, pacer)];
  pacer.blocked("bob", true);
  pacer.blocked("zoe", true);
  assertEquals(told, [["zoe", "bob"]]);
});

Deno.test("RoundsPacer waits when there is nothing to do, until something comes from outside", async () => {
  const pacer = new RoundsPacer(() => false);
  const ada = new Fake("ada", 0, pacer);
  ada.work = false;
  ada.rest();
  await microtasks();
  assertEquals(ada.turns, 0);
  ada.work = true;
  pacer.poke();
  await microtasks();
  assertEquals(ada.turns, 1);
});

Deno.test("RoundsPacer waits before a round for what is done between rounds", async () => {
  const waits: PromiseWithResolvers<void>[] = [];
  const pacer = new RoundsPacer(() => false, () => {
    // Nothing is to be done before the second round.
    if (waits.length === 1 && pacer.phase === 2) return undefined;
    const wait = Promise.withResolvers<void>();
    waits.push(wait);
    return wait.promise;
  });
  const [ada, bob] = [new Fake("ada", 0, pacer), new Fake("bob", 1, pacer)];
  ada.rest();
  await microtasks();
  assertEquals(waits.length, 0);
  bob.rest();
  await microtasks();
  assertEquals([waits.length, ada.turns, bob.turns], [1, 0, 0]);
  pacer.poke();
  await microtasks();
  assertEquals([waits.length, ada.turns], [1, 0]);
  waits[0]?.resolve();
  await microtasks();
  assertEquals([ada.turns, bob.turns], [1, 1]);
  ada.rest();
  bob.rest();
  await microtasks();
  assertEquals([waits.length, ada.turns, bob.turns], [1, 2, 2]);
});

Deno.test("both pacers let only those go on, once closed, whom others wait for", async () => {
  let between = 0;
  const rounds = new RoundsPacer(() => false, () => void between++);
  for (const pacer of [new FreePacer(), rounds]) {
    pacer.close();
    const [ada, bob] = [new Fake("ada", 0, pacer), new Fake("bob", 1, pacer)];
    bob.asked = true;
    ada.rest();
    bob.rest();
    await microtasks();
    assertEquals([ada.turns, bob.turns], [0, 1]);
  }
  assertEquals(between, 0);
});
