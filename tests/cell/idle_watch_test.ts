import { assert, assertEquals } from "@std/assert";
import { IdleWatch } from "../../src/cell/idle_watch.ts";
import type { Glance } from "../../src/cell/mod.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import type { Kill } from "../../src/death/mod.ts";
import { requirement } from "../supervisor/requirement.ts";

const limitMs = 2000;

/** An idle cell as a test would have it, watched from the beginning of time. */
class Idler {
  readonly clock = new SimulatedClock();
  readonly found: { readonly why: Kill; readonly lastedMs: number }[] = [];
  glance: Glance | undefined = { processorMs: 400, stopped: false };
  done: number | undefined = 1;

  constructor() {
    new IdleWatch({
      clock: this.clock,
      limitMs: () => limitMs,
      done: () => this.done,
      glance: () => this.glance,
      found: (why, lastedMs) => void this.found.push({ why, lastedMs }),
    });
  }

  /** Time passes; the cell works for a share of it, in hundredths of a second as the kernel counts. */
  pass(ms: number, share = 0): void {
    const before = this.glance?.processorMs ?? 0;
    for (let past = 10; past <= ms; past += 10) {
      const worked = Math.floor(past * share / 10) * 10;
      if (share > 0) this.glance = { processorMs: before + worked, stopped: false };
      this.clock.advance(10);
    }
  }

  stop(stopped: boolean): void {
    this.glance = { processorMs: 400, stopped };
  }
}

Deno.test.each([0, 10, 90, 199, 200, 201])(
  requirement(
    25,
    "who is stopped or works, %s ms after a look, is found within the limit and a fifth",
  ),
  (after) => {
    const stopped = new Idler();
    stopped.clock.advance(1000 + after);
    stopped.stop(true);
    stopped.pass(1.2 * limitMs);
    assertEquals(stopped.found.map(({ why }) => why), [{ rule: "idle", limitMs, stopped: true }]);
    assert((stopped.found[0]?.lastedMs ?? Infinity) <= 1.2 * limitMs);

    const busy = new Idler();
    busy.clock.advance(1000 + after);
    busy.pass(1.2 * limitMs, 1);
    assertEquals(busy.found.map(({ why }) => why), [{ rule: "idle", limitMs }]);
    assert((busy.found[0]?.lastedMs ?? Infinity) <= 1.2 * limitMs);
  },
);

Deno.test(requirement(25, "who works from the end of a turn on is found as soon"), () => {
  const idler = new Idler();
  idler.done = undefined;
  idler.pass(1010, 1);
  idler.done = 2;
  idler.pass(0.9 * limitMs, 1);
  assertEquals(idler.found, []);
  idler.pass(0.3 * limitMs, 1);
  assertEquals(idler.found.length, 1);
});

Deno.test(
  requirement(
    25,
    "a collection of 500 ms is no death, however long a starved machine takes for it",
  ),
  () => {
    for (const share of [1, 0.1, 0.05]) {
      const idler = new Idler();
      for (let collection = 0; collection < 8; collection++) {
        idler.pass(500 / share, share);
        idler.pass(1000);
      }
      assertEquals(idler.found, []);
    }
  },
);

Deno.test("IdleWatch takes a cell with turns for none that works without", () => {
  const idler = new Idler();
  for (let turn = 0; turn < 100; turn++) {
    idler.done = undefined;
    idler.pass(150, 1);
    idler.done = turn;
    idler.pass(40);
  }
  assertEquals(idler.found, []);
});

Deno.test("IdleWatch counts looks: who goes on, and where nothing is told, is not found", () => {
  const idler = new Idler();
  for (let round = 0; round < 10; round++) {
    idler.stop(true);
    idler.pass(0.8 * limitMs);
    idler.stop(false);
    idler.pass(0.2 * limitMs);
  }
  idler.glance = undefined;
  idler.pass(10 * limitMs);
  assertEquals(idler.found, []);
});
