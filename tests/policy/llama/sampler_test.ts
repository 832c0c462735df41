import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  headSize,
  LlamaSampler,
  LlamaTrainer,
  parseConfig,
  type Sample,
  type SampleRequest,
} from "../../../src/policy/llama/mod.ts";
import { OnnxSession } from "../../../src/onnx/mod.ts";
import { cacheNames, turnsGraph } from "../../../src/policy/llama/sampling_graph.ts";
import { referenceLogits } from "./reference.ts";
import { configs, dice, distance, floats, lively, tiny, tokenIds } from "./support.ts";

const options = { promptLength: 10, maxTokens: 12 };
const noStop = -1;

function requests(count: number, seed: number, temperature = 1): SampleRequest[] {
  const random = dice(seed);
  return Array.from({ length: count }, () => ({
    promptIds: [...tokenIds(tiny, random, 1 + Math.floor(random.next() * options.promptLength))],
    uniforms: floats(random, options.maxTokens),
    temperature,
  }));
}

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`a sampler draws what the plain model would (${name})`, async () => {
    const parameters = lively(config, dice(1));
    const sampler = await LlamaSampler.create(config, parameters, options);
    const asked = [...requests(3, 1), ...requests(3, 2, 0.7)];
    const samples = await sampler.sample(asked, noStop);
    await sampler.dispose();
    samples.forEach(({ ids, logps, stopped }, i) => {
      const { promptIds = [], uniforms = new Float32Array(), temperature = 1 } = asked[i] ?? {};
      assertEquals([ids.length, logps.length, stopped], [
        options.maxTokens,
        options.maxTokens,
        false,
      ]);
      const rows = referenceLogits(config, parameters, [...promptIds, ...ids]);
      ids.forEach((id, turn) => {
        const logits = (rows[promptIds.length - 1 + turn] ?? []).map((x) => x / temperature);
        const most = Math.max(...logits);
        const powers = logits.map((x) => Math.exp(x - most));
        const total = powers.reduce((a, b) => a + b);
        const sumTo = (end: number) => powers.slice(0, end).reduce((a, b) => a + b, 0) / total;
        const uniform = uniforms[turn] ?? NaN;
        assertLess(sumTo(id) - 1e-5, uniform);
        assertGreater(sumTo(id + 1) + 1e-5, uniform);
        assertLess(Math.abs(Math.log((powers[id] ?? NaN) / total) - (logps[turn] ?? NaN)), 1e-5);
      });
    });
  });
}

Deno.test("log-probabilities of sampler and trainer agree within 1e-5", async () => {
  const parameters = lively(tiny, dice(3));
  const sampler = await LlamaSampler.create(tiny, parameters, options);
  const trainer = await LlamaTrainer.create(tiny, parameters);
  const asked = requests(5, 3);
  for (const [i, { ids, logps }] of (await sampler.sample(asked, noStop)).entries()) {
    const prompt = asked[i]?.promptIds ?? [];
    const all = Int32Array.from([...prompt, ...ids]);
    const lp = await trainer.logProbabilities({ ids: all, batchSize: 1, length: all.length - 1 });
    assertLess(distance(lp.subarray(prompt.length - 1), logps), 1e-5);
  }
  await sampler.dispose();
  await trainer.dispose();
});

// Sizes at which ONNX Runtime's kernels do share work and choose among paths.
const wide = parseConfig({
  vocab_size: 300,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 352,
});

Deno.test("a sample has the same bits alone and in any company, place, number and count of threads", async () => {
  const random = dice(4);
  const parameters = lively(wide, random);
  const sizes = { promptLength: 24, maxTokens: 16 };
  const asked: SampleRequest[] = Array.from({ length: 33 }, (_, i) => ({
    promptIds: [...tokenIds(wide, random, 1 + i % sizes.promptLength)],
    uniforms: floats(random, sizes.maxTokens),
    temperature: i % 3 === 0 ? 0.8 : 1,
    maxTokens: i % 5 === 0 ? 7 : sizes.maxTokens,
  }));
  const stopId = 17;
  const one = await LlamaSampler.create(wide, parameters, { ...sizes, threads: 1 });
  const alone: Sample[] = [];
  for (const request of asked) alone.push(...await one.sample([request], stopId));
  assertEquals(await one.sample(asked.slice(0, 9), stopId), alone.slice(0, 9), "run to run");
  for (const threads of [1, 2, 4]) {
    const sampler = await LlamaSampler.create(wide, parameters, { ...sizes, threads });
    for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 33]) {
      const start = Math.floor(random.next() * (asked.length - count + 1));
      const order = Array.from({ length: count }, (_, i) => start + i);
      if (count % 2 === 0) order.reverse();
      const batch = order.flatMap((i) => asked[i] ?? []);
      const expected = order.flatMap((i) => alone[i] ?? []);
      assertEquals(
        await sampler.sample(batch, stopId),
        expected,
        `${count} requests, ${threads} threads`,
      );
    }
    await sampler.dispose();
  }
  await one.dispose();
});

Deno.test("a sample has the same bits whenever it joins and whoever leaves, however long it grows", async () => {
  const random = dice(21);
  const parameters = lively(wide, random);
  // Past 64 and past 128 tokens a row changes its company.
  const sizes = { promptLength: 70, maxTokens: 90 };
  const asked: SampleRequest[] = Array.from({ length: 24 }, (_, i) => ({
    promptIds: [...tokenIds(wide, random, 1 + Math.floor(random.next() * sizes.promptLength))],
    uniforms: floats(random, sizes.maxTokens),
    temperature: i % 3 === 0 ? 0.8 : 1,
    maxTokens: 1 + Math.floor(random.next() * sizes.maxTokens),
  }));
  asked.push({ ...asked[0]!, promptIds: [...tokenIds(wide, random, 70)], maxTokens: 90 });
  const stopId = 17;
  const sampler = await LlamaSampler.create(wide, parameters, sizes);
  const alone: Sample[] = [];
  for (const request of asked) alone.push(...await sampler.sample([request], stopId));
  for (const most of [2, 7, 25]) {
    const waiting = asked.map((_, index) => index);
    const rows = new Map<number, Sample>();
    while (waiting.length > 0 || sampler.active > 0) {
      const joining = waiting.splice(0, Math.floor(random.next() * (most + 1)));
      const started = await sampler.start(joining.map((index) => asked[index]!), stopId);
      started.forEach(({ sample }, i) => rows.set(joining[i]!, sample));
      // Somebody else comes, and is gone before the answer is whole.
      const [other] = await sampler.start([asked.at(-1)!], stopId);
      await sampler.advance();
      const before = sampler.active;
      assert(other !== undefined && !other.done);
      sampler.drop(other);
      assertEquals(sampler.active, before - 1);
      if (waiting.length > 0 && sampler.active > 0) {
        await assertRejects(() => sampler.setParameters(parameters), RangeError, "not finished");
      }
    }
    assertEquals(asked.map((_, index) => rows.get(index)), alone, `${most} at a time`);
  }
  assert(alone.some(({ ids }, index) => ids.length + asked[index]!.promptIds.length > 128));
  await sampler.start(asked.slice(0, 3), stopId);
  sampler.abandon();
  assertEquals([sampler.active, await sampler.sample([asked[5]!], stopId)], [0, [alone[5]!]]);
  await sampler.dispose();
});

Deno.test("a prompt may be as long as the padded length, or one id", async () => {
  const sampler = await LlamaSampler.create(tiny, lively(tiny, dice(5)), options);
  const uniforms = floats(dice(5), options.maxTokens);
  const lengths = [1, 2, options.promptLength - 1, options.promptLength];
  const asked = lengths.map((length) => ({
    promptIds: new Array<number>(length).fill(3),
    uniforms,
    temperature: 1,
  }));
  for (const { logps } of await sampler.sample(asked, noStop)) assert(logps.every(Number.isFinite));
  await sampler.dispose();
});

Deno.test("a stop token ends a sample and is part of it; a limit ends it too", async () => {
  const sampler = await LlamaSampler.create(tiny, lively(tiny, dice(6)), options);
  const [request] = requests(1, 6);
  assert(request !== undefined);
  const [free] = await sampler.sample([request], noStop);
  assert(free !== undefined);
  const stopId = free.ids[4] ?? NaN;
  const end = free.ids.indexOf(stopId) + 1;
  assertEquals(await sampler.sample([request], stopId), [
    { ids: free.ids.slice(0, end), logps: free.logps.slice(0, end), stopped: true },
  ]);
  for (const maxTokens of [1, 2, 3]) {
    assertEquals(await sampler.sample([{ ...request, maxTokens }], noStop), [
      { ids: free.ids.slice(0, maxTokens), logps: free.logps.slice(0, maxTokens), stopped: false },
    ]);
  }
  // The stop token as the very first, and as the last that the limit allows.
  assertEquals((await sampler.sample([request], free.ids[0] ?? NaN))[0]?.ids.length, 1);
  const last = await sampler.sample([{ ...request, maxTokens: end }], stopId);
  assertEquals(last[0]?.stopped, true);
  await sampler.dispose();
});

Deno.test("the loop ends as soon as every row has ended", async () => {
  const [most, room] = [20, 32];
  const session = await OnnxSession.create(turnsGraph(tiny, lively(tiny, dice(7)), most));
  const shape = (batch: number) => [batch, tiny.num_key_value_heads, room, headSize(tiny)];
  const turns = async (left: readonly number[], stop: number) => {
    const batch = left.length;
    const size = shape(batch).reduce((a, b) => a * b);
    const caches = cacheNames(tiny, "old").map((name) =>
      [name, { data: new Float32Array(size), shape: shape(batch) }] as const
    );
    const outputs = await session.run({
      token: { data: new Int32Array(batch).fill(3), shape: [batch] },
      past: { data: new BigInt64Array(batch).fill(5n), shape: [batch] },
      uniforms: { data: floats(dice(7), most * batch), shape: [most, batch] },
      temperature: { data: new Float32Array(batch).fill(1), shape: [batch] },
      left: { data: BigInt64Array.from(left, BigInt), shape: [batch] },
      stop: { data: new Int32Array(batch).fill(stop), shape: [batch] },
      room: { data: BigInt64Array.of(BigInt(room)), shape: [1] },
      columns: { data: BigInt64Array.from({ length: room }, (_, i) => BigInt(i)), shape: [room] },
      ...Object.fromEntries(caches),
    });
    return { count: outputs["tokens"]?.shape[0], first: Number(outputs["tokens"]?.data[0]) };
  };
  const { first } = await turns([1], -1);
  assertEquals((await turns([1], -1)).count, 1);
  assertEquals((await turns([20], first)).count, 1);
  assertEquals((await turns([7], -1)).count, 7);
  assertEquals((await turns([7, 20, 3], -1)).count, 20);
  await session.dispose();
});

Deno.test("uniforms at both ends draw a token that can be drawn", async () => {
  const sampler = await LlamaSampler.create(tiny, lively(tiny, dice(8)), options);
  // Just below 1 in double precision is 1 in float32.
  const asked = [0, 1 - 2 ** -32].map((uniform) => ({
    promptIds: [1, 2, 3],
    uniforms: new Float32Array(options.maxTokens).fill(uniform),
    // So sharp that most probabilities are 0 in float32.
    temperature: 0.005,
  }));
  for (const { ids, logps } of await sampler.sample(asked, noStop)) {
    assert(ids.every((id) => 0 <= id && id < tiny.vocab_size));
    assert(logps.every((lp) => -104 < lp && lp <= 0));
  }
  await sampler.dispose();
});

Deno.test("a low temperature draws the likeliest token", async () => {
  const parameters = lively(tiny, dice(9));
  const sampler = await LlamaSampler.create(tiny, parameters, options);
  const asked = requests(4, 9, 1e-4);
  for (const [i, { ids }] of (await sampler.sample(asked, noStop)).entries()) {
    const prompt = asked[i]?.promptIds ?? [];
    const rows = referenceLogits(tiny, parameters, [...prompt, ...ids]).slice(prompt.length - 1);
    ids.forEach((id, turn) => {
      const row = rows[turn] ?? [];
      assertEquals(id, row.indexOf(Math.max(...row)));
    });
  }
  await sampler.dispose();
});

Deno.test("drawn tokens are distributed as the model says", async () => {
  const parameters = lively(tiny, dice(10));
  const sampler = await LlamaSampler.create(tiny, parameters, { promptLength: 3, maxTokens: 1 });
  const random = dice(10);
  const [draws, batch] = [6400, 128];
  const counts = new Float64Array(tiny.vocab_size);
  for (let i = 0; i < draws / batch; i++) {
    const asked = Array.from({ length: batch }, () => ({
      promptIds: [4, 5, 6],
      uniforms: floats(random, 1),
      temperature: 1,
    }));
    for (const { ids } of await sampler.sample(asked, noStop)) counts[ids[0] ?? -1]! += 1;
  }
  await sampler.dispose();
  const logits = referenceLogits(tiny, parameters, [4, 5, 6]).at(-1) ?? [];
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  logits.forEach((x, id) => {
    const share = Math.exp(x) / total;
    const deviation = Math.sqrt(draws * share * (1 - share));
    assertLess(Math.abs((counts[id] ?? NaN) - draws * share), 4 * deviation + 1);
  });
});

Deno.test("setParameters() changes what is drawn, and back", async () => {
  const [first, second] = [lively(tiny, dice(11)), lively(tiny, dice(12))];
  const sampler = await LlamaSampler.create(tiny, first, options);
  const asked = requests(3, 11);
  const before = await sampler.sample(asked, noStop);
  first.fill(0);
  assertEquals(await sampler.sample(asked, noStop), before, "weights are copied");
  await sampler.setParameters(second);
  assertNotEquals(await sampler.sample(asked, noStop), before);
  await sampler.setParameters(lively(tiny, dice(11)));
  assertEquals(await sampler.sample(asked, noStop), before);
  await sampler.dispose();
});

Deno.test("no requests give no samples", async () => {
  const sampler = await LlamaSampler.create(tiny, lively(tiny, dice(13)), options);
  assertEquals(await sampler.sample([], noStop), []);
  await sampler.dispose();
});

Deno.test("a request that does not fit is refused by name", async () => {
  const parameters = lively(tiny, dice(14));
  await assertRejects(
    () => LlamaSampler.create(tiny, parameters, { promptLength: 60, maxTokens: 5 }),
    RangeError,
    "'promptLength' + 'maxTokens' must be in [2, 64]: received 60 + 5",
  );
  const sampler = await LlamaSampler.create(tiny, parameters, options);
  const good = { promptIds: [1], uniforms: new Float32Array(12), temperature: 1 };
  const wrong: [Partial<SampleRequest>, string][] = [
    [{ promptIds: [] }, "'promptIds' must be 1 to 10 ids: received 0"],
    [{ promptIds: [29] }, "'promptIds' must be ids of the vocabulary: received 29"],
    [{ promptIds: [0.5] }, "ids of the vocabulary"],
    [{ temperature: 0 }, "'temperature' must be above 0"],
    [{ temperature: NaN }, "'temperature'"],
    [{ maxTokens: 13 }, "'maxTokens' must be 1 to 12: received 13"],
    [{ maxTokens: 0 }, "'maxTokens'"],
    [{ uniforms: new Float32Array(11) }, "'uniforms' must be at least 12 numbers: received 11"],
    [{ uniforms: new Float32Array(12).fill(NaN) }, "'uniforms' must be in [0, 1)"],
  ];
  for (const [part, message] of wrong) {
    await assertRejects(() => sampler.sample([good, { ...good, ...part }], 0), RangeError, message);
  }
  await sampler.dispose();
});
