import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Cell, createCellPool, defaultCellLimits, launchCell } from "../../src/cell/mod.ts";
import { birthOf, launchOptions, live, step, testLimits } from "./support.ts";

/** A cell that does nothing but die, and a count of those alive. */
function fakes(): {
  readonly alive: Set<number>;
  readonly launch: () => Promise<Cell>;
  readonly spoil: (cell: Cell) => void;
} {
  const alive = new Set<number>();
  const spoiled = new Set<Cell>();
  let nextPid = 1;
  return {
    alive,
    spoil: (cell) => spoiled.add(cell),
    launch: async () => {
      const pid = nextPid++;
      alive.add(pid);
      await Promise.resolve();
      const cell: Cell = {
        pid,
        get usable() {
          return alive.has(pid) && !spoiled.has(cell);
        },
        birth: () => Promise.reject(new Error("a double")),
        turn: () => Promise.reject(new Error("a double")),
        onDeath: () => {},
        kill: () => Promise.resolve(void alive.delete(pid)),
      };
      return cell;
    },
  };
}

Deno.test("createCellPool() keeps so many ready, and replaces what is taken", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 2, launch });
  assertEquals(alive.size, 2);
  const first = await pool.take(defaultCellLimits);
  const second = await pool.take(defaultCellLimits);
  assert(first !== second);
  assertEquals(alive.size, 4);
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() starts the next cell later, but at once for whoever asks for it", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 1, launch, refillAfterMs: 20 });
  await pool.take(defaultCellLimits);
  assertEquals(alive.size, 1);
  await pool.take(defaultCellLimits);
  assertEquals(alive.size, 2, "nobody waits for the time to pass");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(alive.size, 3);
  await pool.take(defaultCellLimits);
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() hands out what was rehearsed, and kills what did not live through it", async () => {
  const { alive, launch, spoil } = fakes();
  const rehearsed: Cell[] = [];
  const pool = createCellPool({
    size: 1,
    launch,
    rehearse: (cell) => {
      if (rehearsed.push(cell) === 1) spoil(cell);
      return Promise.resolve();
    },
  });
  const first = await pool.take(defaultCellLimits);
  assert(!alive.has(rehearsed[0]?.pid ?? 0));
  assert(first !== rehearsed[0] && alive.has(first.pid));
  const second = await pool.take(defaultCellLimits);
  assert(rehearsed.includes(second));
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() hands out more than it keeps", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 1, launch });
  const cells = await Promise.all(Array.from({ length: 5 }, () => pool.take(defaultCellLimits)));
  assertEquals(new Set(cells).size, 5);
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() starts so many at once and no more, and all in the end, a failure included", async () => {
  const { alive, launch } = fakes();
  const doors: PromiseWithResolvers<void>[] = [];
  let atOnce = 0;
  const pool = createCellPool({
    size: 0,
    launches: 2,
    launch: async () => {
      const door = Promise.withResolvers<void>();
      doors.push(door);
      atOnce++;
      await door.promise.finally(() => atOnce--);
      return await launch();
    },
  });
  const cells = Array.from({ length: 5 }, () => pool.take(defaultCellLimits));
  const refused = assertRejects(() => cells[1]!, Error, "not this one");
  for (let opened = 0; opened < 5; opened++) {
    assertEquals(atOnce, Math.min(2, 5 - opened));
    if (opened === 1) doors[opened]!.reject(new Error("not this one"));
    else doors[opened]!.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await refused;
  await Promise.allSettled(cells);
  assertEquals(alive.size, 4);
  // Whoever still waits when the pool closes gets none.
  const [late, later, last] = [1, 2, 3].map(() => pool.take(defaultCellLimits));
  const closed = pool.close();
  const none = Promise.all([late, later, last].map((each) => assertRejects(() => each!)));
  for (const door of doors) door.resolve();
  await Promise.all([closed, none]);
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() of no size starts a cell when it is asked", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 0, launch });
  assertEquals(alive.size, 0);
  const cell = await pool.take(defaultCellLimits);
  pool.give(cell);
  assertEquals(alive.size, 0);
  await pool.close();
});

Deno.test("createCellPool() takes back what is usable and kills what is not", async () => {
  const { alive, launch, spoil } = fakes();
  const pool = createCellPool({ size: 1, launch });
  const first = await pool.take(defaultCellLimits);
  const second = await pool.take(defaultCellLimits);
  await Promise.resolve();
  spoil(first);
  pool.give(first);
  assert(!alive.has(first.pid));
  const other = await pool.take({ ...defaultCellLimits, heapMb: 16 });
  pool.give(other);
  assert(!alive.has(other.pid), "another heap is of no use to anyone else");
  assert(alive.has(second.pid));
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() does not hand out a cell that died while it waited", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 1, launch });
  const first = await pool.take(defaultCellLimits);
  await Promise.resolve();
  await Promise.resolve();
  for (const pid of [...alive]) if (pid !== first.pid) alive.delete(pid);
  const second = await pool.take(defaultCellLimits);
  assert(second.usable);
  await pool.close();
});

Deno.test("createCellPool() tells whoever asks why no cell starts", async () => {
  const pool = createCellPool({ size: 1, launch: () => Promise.reject(new Error("no deno here")) });
  await assertRejects(() => pool.take(defaultCellLimits), Error, "no deno here");
  await pool.close();
  await assertRejects(() => pool.take(defaultCellLimits), Error, "closed");
});

Deno.test("reserve() keeps one more of its make ready, while there is room, until it is given up", async () => {
  const { alive, launch } = fakes();
  const pool = createCellPool({ size: 1, reserves: 2, launch });
  const own = { ...defaultCellLimits, heapMb: 128 };
  const release = [pool.reserve(own), pool.reserve(defaultCellLimits), pool.reserve(own)];
  await Promise.resolve();
  assertEquals(alive.size, 3, "the third has no room");
  const taken = await pool.take(own);
  assertEquals(taken.pid, 2, "it did not wait for a process");
  assertEquals(alive.size, 4, "and the next is kept ready");
  for (const giveUp of release) giveUp();
  release[0]?.();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(alive.size, 2, "the one that was taken, and the pool's own");
  pool.give(taken);
  assertEquals(alive.size, 1);
  pool.reserve(own);
  await Promise.resolve();
  assertEquals(alive.size, 2, "a place that was given up is free again");
  await pool.close();
  assertEquals(alive.size, 0);
});

Deno.test("createCellPool() kills what was still starting when it closed", async () => {
  const { alive, launch } = fakes();
  const gate = Promise.withResolvers<void>();
  const slow = async (): Promise<Cell> => {
    await gate.promise;
    return await launch();
  };
  const pool = createCellPool({ size: 1, launch: slow });
  const taken = pool.take({ ...defaultCellLimits, heapMb: 16 });
  const closed = pool.close();
  gate.resolve();
  await assertRejects(() => taken, Error, "closed");
  await closed;
  assertEquals(alive.size, 0);
});

Deno.test("a pool of real cells: a soft death's cell serves the next life", async () => {
  const pool = createCellPool({
    size: 1,
    limits: testLimits,
    launch: (limits) => launchCell(launchOptions, limits),
  });
  try {
    const cell = await pool.take(testLimits);
    await cell.birth(birthOf());
    assert(!(await step(cell, "throw new Error('soft')")).lived);
    await cell.birth(birthOf());
    assertEquals((await live(cell, "return 'next'")).returned, "next");
    pool.give(cell);
  } finally {
    await pool.close();
  }
});
