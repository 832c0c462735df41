import { assertEquals, assertRejects } from "@std/assert";
import { Batcher } from "../../src/policy/server/mod.ts";

const full = () => new Error("full");

Deno.test("Batcher runs requests together when they wait at the same time", async () => {
  const runs: number[][] = [];
  const batcher = new Batcher<number, number>({
    run: (requests) => {
      runs.push([...requests]);
      return Promise.resolve(requests.map((request) => request * 2));
    },
    cap: 3,
    onFull: full,
  });
  const answers = await Promise.all([1, 2, 3, 4, 5].map((request) => batcher.ask(request)));
  assertEquals(answers, [2, 4, 6, 8, 10]);
  assertEquals(runs, [[1, 2, 3], [4, 5]]);
  assertEquals(await batcher.ask(6), 12);
  assertEquals(runs.length, 3);
});

Deno.test("Batcher rejects only the requests of a run that fails", async () => {
  const batcher = new Batcher<number, number>({
    run: (requests) =>
      requests.includes(1) ? Promise.reject(new Error("no ones")) : Promise.resolve([...requests]),
    cap: 1,
    onFull: full,
  });
  const [one, two] = await Promise.allSettled([batcher.ask(1), batcher.ask(2)]);
  assertEquals(one?.status, "rejected");
  assertEquals(two, { status: "fulfilled", value: 2 });
});

Deno.test("Batcher refuses a request when its queue is full", async () => {
  const batcher = new Batcher<number, number>({
    run: (requests) => Promise.resolve([...requests]),
    queue: 1,
    onFull: full,
  });
  const first = batcher.ask(1);
  await assertRejects(() => batcher.ask(2), Error, "full");
  assertEquals(await first, 1);
});
