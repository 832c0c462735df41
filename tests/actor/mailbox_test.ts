import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Mailbox, type OverflowPolicy } from "../../src/actor/mod.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { requirement } from "../supervisor/requirement.ts";

function drain<Letter>(mailbox: Mailbox<Letter>): Letter[] {
  return mailbox.takeAll();
}

Deno.test("Mailbox.post() keeps the order of arrival when there is room", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada" });
  for (const letter of [1, 2, 3]) await mailbox.post(() => letter);
  assertEquals(mailbox.size, 3);
  assertEquals([mailbox.take(), mailbox.take(), mailbox.take(), mailbox.take()], [
    1,
    2,
    3,
    undefined,
  ]);
});

Deno.test("Mailbox.post() fails with 'overloaded' when full under 'fail', and makes no letter", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada", capacity: 1 });
  await mailbox.post(() => 1);
  let made = 0;
  const error = await assertRejects(() => mailbox.post(() => ++made), VivariumError);
  assertEquals(error.code, "overloaded");
  assertEquals(made, 0);
  assertEquals(drain(mailbox), [1]);
});

Deno.test.each<[OverflowPolicy, number[], number[], number | undefined]>([
  ["dropNew", [1, 2], [], undefined],
  ["dropHead", [2, 3], [1], 3],
])("Mailbox.post() under %s keeps %j", async (overflow, kept, dropped, accepted) => {
  const heads: number[] = [];
  const onDropHead = (letter: number): void => void heads.push(letter);
  const mailbox = new Mailbox<number>({ owner: "ada", capacity: 2, overflow, onDropHead });
  await mailbox.post(() => 1);
  await mailbox.post(() => 2);
  assertEquals(await mailbox.post(() => 3), accepted);
  assertEquals(heads, dropped);
  assertEquals(drain(mailbox), kept);
});

Deno.test(
  requirement(16, "Mailbox.post() waits for room under 'backpressure', first come first served"),
  async () => {
    const mailbox = new Mailbox<number>({ owner: "ada", capacity: 1, overflow: "backpressure" });
    const accepted: number[] = [];
    let waits = 0;
    const posts = [1, 2, 3].map((letter) =>
      mailbox.post(() => {
        accepted.push(letter);
        return letter;
      }, () => waits++)
    );
    assertEquals([accepted, waits, mailbox.waiting], [[1], 2, 2]);
    assertEquals(mailbox.take(), 1);
    assertEquals(accepted, [1, 2]);
    // One who comes now does not overtake him who waits.
    const late = mailbox.post(() => 4);
    assertEquals([mailbox.take(), mailbox.take(), mailbox.take()], [2, 3, 4]);
    assertEquals(await Promise.all([...posts, late]), [1, 2, 3, 4]);
  },
);

Deno.test("Mailbox.post() lets a sender give up waiting, and the others keep their places", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada", capacity: 1, overflow: "backpressure" });
  await mailbox.post(() => 1);
  const refusals: ((error: VivariumError) => void)[] = [];
  const [second, third] = [2, 3].map((letter) =>
    mailbox.post(() => letter, (refuse) => refusals.push(refuse))
  );
  refusals[0]?.(new VivariumError("overloaded", "no room"));
  await assertRejects(() => second ?? Promise.resolve(), VivariumError, "no room");
  assertEquals([mailbox.take(), await third, mailbox.take()], [1, 3, 3]);
  refusals[1]?.(new VivariumError("overloaded", "too late"));
  assertEquals(mailbox.size, 0);
});

Deno.test("Mailbox.refuseWaiting() rejects those who wait, and nobody else", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada", capacity: 1, overflow: "backpressure" });
  await mailbox.post(() => 1);
  const waiting = mailbox.post(() => 2);
  mailbox.refuseWaiting(new VivariumError("unavailable", "gone"));
  await assertRejects(() => waiting, VivariumError, "gone");
  assertEquals(drain(mailbox), [1]);
});

Deno.test("Mailbox.post() accepts nothing when the letter cannot be made", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada", capacity: 1, overflow: "backpressure" });
  const fail = (): number => {
    throw new Error("the disk is full");
  };
  await assertRejects(() => mailbox.post(fail), Error, "the disk is full");
  await mailbox.post(() => 1);
  const waiting = mailbox.post(fail);
  mailbox.take();
  await assertRejects(() => waiting, Error, "the disk is full");
  assertEquals(mailbox.size, 0);
});

Deno.test("Mailbox.take() leaves what may not be seen where it is", async () => {
  const mailbox = new Mailbox<number>({ owner: "ada" });
  for (const letter of [1, 2, 3, 4]) await mailbox.post(() => letter);
  assertEquals(mailbox.take((letter) => letter % 2 === 0), 2);
  assertEquals(mailbox.peek((letter) => letter > 3), 4);
  assertEquals(mailbox.take((letter) => letter > 9), undefined);
  assertEquals(mailbox.takeAll((letter) => letter < 4), [1, 3]);
  assertEquals(drain(mailbox), [4]);
});

Deno.test.each([0, -1, 1.5, NaN])("new Mailbox() throws when the capacity is %d", (capacity) => {
  assertThrows(() => new Mailbox({ owner: "ada", capacity }), RangeError, String(capacity));
});

Deno.test(
  requirement(
    [15, 16],
    "Mailbox keeps the order of each sender, and its bound, under every policy",
  ),
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<OverflowPolicy>("fail", "backpressure", "dropNew", "dropHead"),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }), { maxLength: 40 }),
        async (overflow, capacity, moves) => {
          const mailbox = new Mailbox<[number, number]>({ owner: "ada", capacity, overflow });
          const taken: [number, number][] = [];
          const posts: Promise<unknown>[] = [];
          moves.forEach((sender, index) => {
            if (sender !== undefined) {
              posts.push(mailbox.post(() => [sender, index]).catch(() => {}));
            } else {
              const letter = mailbox.take();
              if (letter !== undefined) taken.push(letter);
            }
            if (mailbox.size > capacity) throw new Error("over its bound");
          });
          while (mailbox.size > 0) taken.push(mailbox.take()!);
          await Promise.all(posts);
          for (const sender of [0, 1, 2]) {
            const order = taken.filter(([from]) => from === sender).map(([, index]) => index);
            assertEquals(order, order.toSorted((a, b) => a - b));
          }
          if (overflow === "backpressure") {
            assertEquals(taken.length, moves.filter((sender) => sender !== undefined).length);
          }
        },
      ),
      { numRuns: 500 },
    );
  },
);

Deno.test.each<[OverflowPolicy, number]>([["dropNew", 10], ["dropHead", 1_000_000]])(
  requirement(
    16,
    "a flood of a million letters under %s: it holds its bound, and makes no letter in vain",
  ),
  async (overflow, expected) => {
    let made = 0;
    const mailbox = new Mailbox<number>({ owner: "ada", capacity: 10, overflow });
    for (let n = 0; n < 1_000_000; n++) {
      await mailbox.post(() => ++made);
    }
    assertEquals([mailbox.size, made], [10, expected]);
  },
);
