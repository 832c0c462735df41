import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { SampleRequest, SampleRow } from "../../src/policy/llama/mod.ts";
import { ContinuousSampling, type RowSampler } from "../../src/policy/server/mod.ts";

/** Rows that take as many turns as their prompt is long, and tell who was under way at each. */
class Toy implements RowSampler {
  readonly turns: string[] = [];
  /** Resolves when there has been a turn. */
  readonly begun = Promise.withResolvers<void>();
  #rows: { left: number; name: number; row: { done: boolean; sample: SampleRow["sample"] } }[] = [];

  constructor(readonly fails: "never" | "advance" = "never") {}

  get active(): number {
    return this.#rows.length;
  }

  start(requests: readonly SampleRequest[]): Promise<SampleRow[]> {
    const rows = requests.map(({ promptIds, temperature: name }) => {
      if (promptIds.length === 0) throw new RangeError("there is no prompt");
      const row = { done: false, sample: { ids: [name], logps: [0], stopped: true } };
      this.#rows.push({ left: promptIds.length, name, row });
      return row;
    });
    return Promise.resolve(rows);
  }

  advance(): Promise<void> {
    if (this.fails === "advance") return Promise.reject(new Error("it broke"));
    this.begun.resolve();
    this.turns.push(this.#rows.map(({ name }) => name).join(" "));
    for (const each of this.#rows) {
      each.row.sample.ids.push(10 * each.name);
      each.row.done = --each.left === 0;
    }
    this.#rows = this.#rows.filter(({ row }) => !row.done);
    return Promise.resolve();
  }

  drop(row: SampleRow): void {
    this.#rows = this.#rows.filter((each) => each.row !== row);
  }

  abandon(): void {
    this.#rows = [];
  }
}

const request = (name: number, turns: number): SampleRequest => ({
  promptIds: new Array<number>(turns).fill(1),
  uniforms: new Float32Array(1),
  temperature: name,
});

Deno.test("ContinuousSampling makes room when a row ends, and lets others in at once", async () => {
  const toy = new Toy();
  const sampling = new ContinuousSampling<Toy>(2);
  await sampling.swap(3, () => Promise.resolve(toy));
  const lengths = [3, 1, 2, 1];
  const answers = await Promise.all(
    lengths.map((turns, index) => sampling.sample(request(index + 1, turns), 0)),
  );
  assertEquals(toy.turns, ["1 2", "1 3", "1 3", "4"]);
  assertEquals(answers.map(({ version, sample }) => [version, sample.ids]), [
    [3, [1, 10, 10, 10]],
    [3, [2, 20]],
    [3, [3, 30, 30]],
    [3, [4, 40]],
  ]);
});

Deno.test("ContinuousSampling ends the rows under way by their version before it goes over", async () => {
  const [old, next] = [new Toy(), new Toy()];
  const sampling = new ContinuousSampling<Toy>(8);
  void sampling.swap(1, () => Promise.resolve(old));
  const first = sampling.sample(request(1, 3), 0);
  await old.begun.promise;
  const swapped = sampling.swap(2, (before) => {
    assertEquals([before, before?.active], [old, 0]);
    return Promise.resolve(next);
  });
  const second = sampling.sample(request(2, 1), 0);
  await swapped;
  assertEquals([(await first).version, (await second).version], [1, 2]);
  assertEquals([old.turns, next.turns], [["1", "1", "1"], ["2"]]);
});

Deno.test("ContinuousSampling goes on when a request, a swap or a turn fails", async () => {
  const sampling = new ContinuousSampling<Toy>(8);
  await assertRejects(() => sampling.sample(request(1, 1), 0), RangeError, "no weights");
  await sampling.swap(1, () => Promise.resolve(new Toy("advance")));
  await assertRejects(() => sampling.sample(request(1, 1), 0), Error, "it broke");
  await assertRejects(() => sampling.swap(2, () => Promise.reject(new Error("no"))), Error, "no");
  await sampling.swap(3, () => Promise.resolve(new Toy()));
  await assertRejects(() => sampling.sample(request(1, 0), 0), RangeError, "no prompt");
  assertEquals((await sampling.sample(request(5, 2), 0)).version, 3);
});

Deno.test("ContinuousSampling tells the ids of a row as they come, to whoever wants them", async () => {
  const sampling = new ContinuousSampling<Toy>(2);
  await sampling.swap(1, () => Promise.resolve(new Toy()));
  const parts: (readonly number[])[] = [];
  const line = { onPart: (ids: readonly number[]): void => void parts.push(ids) };
  const [{ sample }] = await Promise.all([
    sampling.sample(request(1, 3), 0, line),
    sampling.sample(request(2, 5), 0),
  ]);
  assertEquals(parts, [[1], [10], [10], [10]]);
  assertEquals(parts.flat(), sample.ids);
});

Deno.test("ContinuousSampling gives an abandoned row's room away, and an abandoned wait", async () => {
  const toy = new Toy();
  const sampling = new ContinuousSampling<Toy>(1);
  await sampling.swap(1, () => Promise.resolve(toy));
  const [gone, late] = [new AbortController(), new AbortController()];
  const endless = sampling.sample(request(1, 100_000), 0, { signal: gone.signal });
  await toy.begun.promise;
  const next = sampling.sample(request(2, 1), 0);
  const never = sampling.sample(request(3, 1), 0, { signal: late.signal });
  late.abort();
  gone.abort();
  await assertRejects(() => endless, VivariumError, "nobody waits");
  await assertRejects(() => never, VivariumError, "nobody waits");
  assertEquals((await next).sample.ids, [2, 20]);
  assertEquals(toy.active, 0);
  assertEquals(toy.turns.filter((turn) => turn.includes("3")), []);
});
