import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  initParameters,
  LlamaTrainer,
  parameterLayout,
  type ReinforceBatch,
} from "../../../src/policy/llama/mod.ts";
import { referenceTokens } from "./reference.ts";
import { configs, dice, distance, floats, lively, tiny, tokenIds } from "./support.ts";

const [batchSize, length] = [3, 9];

function rows(ids: Int32Array, batch: number): number[][] {
  const width = ids.length / batch;
  return Array.from({ length: batch }, (_, b) => [...ids.subarray(b * width, (b + 1) * width)]);
}

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`a training step agrees with the plain model in float64 (${name})`, async () => {
    const random = dice(1);
    const parameters = lively(config, random);
    const ids = tokenIds(config, random, batchSize * (length + 1));
    const weights = floats(random, batchSize * length);
    weights[4] = 0;
    const expected = rows(ids, batchSize).map((row) => referenceTokens(config, parameters, row));
    const lp = expected.flatMap((row) => row.lp);
    const entropy = expected.flatMap((row) => row.entropy).filter((_, i) => i !== 4);

    const trainer = await LlamaTrainer.create(config, parameters);
    const sequences = { ids, batchSize, length };
    assertLess(distance(await trainer.logProbabilities(sequences), lp), 1e-5);
    const metrics = await trainer.pretrainStep({ ...sequences, weights });
    assertLess(distance(metrics.lp, lp), 1e-5);
    assertAlmostEquals(metrics.loss, -lp.reduce((sum, x, i) => sum + x * weights[i]!, 0), 1e-4);
    assertAlmostEquals(metrics.entropy, entropy.reduce((a, b) => a + b) / entropy.length, 1e-5);
    assertEquals([metrics.kl, metrics.clip_ratio], [0, 0]);
    // The frozen reference: other parameters than the trainer's own.
    assert(distance(await trainer.logProbabilities(sequences), lp) > 1e-4);
    assertLess(distance(await trainer.logProbabilities(sequences, parameters), lp), 1e-5);
    await trainer.dispose();
  });
}

Deno.test("an update is Adam on the gradient, clipped by its global norm", async () => {
  const random = dice(2);
  const before = lively(tiny, random);
  const [beta1, beta2, epsilon, learningRate, maxGradNorm] = [0.8, 0.9, 1e-6, 0.01, 0.5];
  const options = { beta1, beta2, epsilon, learningRate, maxGradNorm };
  const trainer = await LlamaTrainer.create(tiny, before, options);
  // With β₁ = β₂ = 0, the moments are the gradient itself and its square.
  const plain = await LlamaTrainer.create(tiny, before, { beta1: 0, beta2: 0, maxGradNorm: 1e9 });
  const m = new Float64Array(before.length), v = new Float64Array(before.length);
  let expected = Float64Array.from(before);
  for (let update = 1; update <= 3; update++) {
    const batch = {
      ids: tokenIds(tiny, random, batchSize * (length + 1)),
      weights: floats(random, batchSize * length),
      batchSize,
      length,
    };
    plain.restore({ ...plain.state(), parameters: trainer.state().parameters });
    const { grad_norm: unclipped } = await plain.pretrainStep(batch);
    const gradient = plain.state().m;
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    const metrics = await trainer.pretrainStep(batch);
    assertAlmostEquals(metrics.grad_norm / norm, 1, 1e-5);
    assertEquals(metrics.grad_norm, unclipped);
    assertLess(maxGradNorm, norm);
    expected = expected.map((p, i) => {
      const g = gradient[i]! * maxGradNorm / (norm + 1e-6);
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const root = Math.sqrt(v[i]! / (1 - beta2 ** update));
      return p - learningRate * (m[i]! / (1 - beta1 ** update)) / (root + epsilon);
    });
    const { parameters, updates } = trainer.state();
    assertEquals(updates, update);
    // Where a gradient is all but zero, its own rounding decides on the step; at most of one rate.
    const gaps = parameters.map((p, i) => Math.abs(p - expected[i]!));
    assertLess(gaps.reduce((a, b) => a + b) / gaps.length, 1e-6);
    expected = Float64Array.from(parameters);
  }
  await trainer.dispose();
  await plain.dispose();
});

/** A batch with everything that REINFORCE takes, ratios on either side of the bounds. */
function reinforceBatch(seed: number): ReinforceBatch {
  const random = dice(seed);
  const grid = (low: number, high: number) => floats(random, batchSize * length, low, high);
  return {
    ids: tokenIds(tiny, random, batchSize * (length + 1)),
    batchSize,
    length,
    advantage: grid(-1, 1),
    old: grid(-4.2, -2.8),
    reference: grid(-4, -3),
    mask: Float32Array.from({ length: batchSize * length }, (_, i) => +(i % 4 > 0)),
  };
}

Deno.test("a REINFORCE step reports what the formulas say", async () => {
  const parameters = initParameters(tiny, dice(4));
  const batch = { ...reinforceBatch(4), beta: 0.1, clipLow: 0.1, clipHigh: 0.2, scale: 0.01 };
  const trainer = await LlamaTrainer.create(tiny, parameters);
  const metrics = await trainer.reinforceStep(batch);
  await trainer.dispose();
  const lp = rows(batch.ids, batchSize).flatMap((r) => referenceTokens(tiny, parameters, r).lp);
  let [loss, kl, clipped, count] = [0, 0, 0, 0];
  lp.forEach((now, i) => {
    if (batch.mask[i] === 0) return;
    const [a, ratio] = [batch.advantage[i]!, Math.exp(now - batch.old[i]!)];
    const gap = batch.reference[i]! - now;
    const k3 = Math.exp(gap) - gap - 1;
    const bounded = Math.min(Math.max(ratio, 0.9), 1.2);
    loss -= 0.01 * (Math.min(ratio * a, bounded * a) - 0.1 * k3);
    kl += k3;
    clipped += bounded * a < ratio * a ? 1 : 0;
    count++;
  });
  assertAlmostEquals(metrics.loss, loss, 1e-6);
  assertAlmostEquals(metrics.kl, kl / count, 1e-5);
  assertAlmostEquals(metrics.clip_ratio, clipped / count, 1e-6);
  assert(clipped > 2 && clipped < count - 2);
  assertLess(distance(metrics.lp, lp), 1e-5);
});

Deno.test("REINFORCE on fresh samples is pretraining with the advantage as weight", async () => {
  const parameters = lively(tiny, dice(5));
  const batch = reinforceBatch(5);
  const { ids, advantage } = batch;
  const sequences = { ids, batchSize, length };
  const one = await LlamaTrainer.create(tiny, parameters);
  const two = await LlamaTrainer.create(tiny, parameters);
  const old = await one.logProbabilities(sequences);
  const all = { mask: new Float32Array(old.length).fill(1), old, reference: old };
  const { grad_norm, kl, clip_ratio } = await one.reinforceStep({ ...batch, ...all });
  const weights = advantage.map((a) => a / (batchSize * length));
  const pretrained = await two.pretrainStep({ ...sequences, weights });
  assertAlmostEquals(grad_norm / pretrained.grad_norm, 1, 1e-5);
  assertAlmostEquals(kl, 0, 1e-6);
  assertEquals(clip_ratio, 0);
  assertLess(distance(one.state().m, two.state().m), 1e-7);
  await one.dispose();
  await two.dispose();
});

Deno.test("training has the same bits for 1, 2 and 4 threads, and from run to run", async () => {
  const config = { ...tiny, hidden_size: 64, intermediate_size: 96, vocab_size: 301 };
  const train = async (threads: number) => {
    const random = dice(6);
    const trainer = await LlamaTrainer.create(config, lively(config, random), { threads });
    // Enough rows that ONNX Runtime does share the work among its threads.
    const [many, long] = [8, 60];
    const figures: unknown[] = [];
    for (let step = 0; step < 4; step++) {
      const ids = tokenIds(config, random, many * (long + 1));
      const grid = (low: number, high: number) => floats(random, many * long, low, high);
      const sequences = { ids, batchSize: many, length: long };
      figures.push(await trainer.pretrainStep({ ...sequences, weights: grid(0, 0.01) }));
      figures.push(
        await trainer.reinforceStep({
          ...sequences,
          advantage: grid(-1, 1),
          old: grid(-6, -5),
          reference: grid(-6, -5),
          mask: grid(0, 2).map(Math.floor),
        }),
      );
    }
    const state = trainer.state();
    await trainer.dispose();
    return { figures, state };
  };
  const first = await train(1);
  assert(first.state.parameters.every(Number.isFinite));
  for (const threads of [1, 2, 2, 4]) {
    assertEquals(await train(threads), first, `${threads} threads`);
  }
});

Deno.test("a state restored into another trainer goes on with the same bits", async () => {
  const random = dice(7);
  const batch = () => ({
    ids: tokenIds(tiny, random, batchSize * (length + 1)),
    weights: floats(random, batchSize * length),
    batchSize,
    length,
  });
  const [first, second] = [batch(), batch()];
  const one = await LlamaTrainer.create(tiny, initParameters(tiny, random));
  await one.pretrainStep(first);
  const saved = one.state();
  const kept = structuredClone(saved);
  const expected = await one.pretrainStep(second);
  assertEquals(saved, kept, "a state is a copy");
  const two = await LlamaTrainer.create(tiny, new Float32Array(saved.parameters.length));
  two.restore(saved);
  assertEquals(await two.pretrainStep(second), expected);
  assertEquals(two.state(), one.state());
  const { m } = two.state();
  two.restore(saved);
  for (const values of [saved.parameters, saved.m, saved.v]) values.fill(0);
  assertEquals(two.state(), kept, "restoring copies");
  two.state().m.fill(0);
  assertEquals(two.state().m, kept.m, "a state is a copy");
  assertNotEquals(m, kept.m);
  await one.dispose();
  await two.dispose();
});

Deno.test("batches of any size and length fit one trainer; padding changes nothing", async () => {
  const random = dice(8);
  const parameters = lively(tiny, random);
  const ids = tokenIds(tiny, random, 6);
  const step = async (
    sizes: { ids: Int32Array; weights: Float32Array; batchSize: number; length: number },
  ) => {
    const trainer = await LlamaTrainer.create(tiny, parameters);
    await trainer.logProbabilities({ ids: tokenIds(tiny, random, 8), batchSize: 2, length: 3 });
    const { loss, grad_norm, entropy } = await trainer.pretrainStep(sizes);
    const { m } = trainer.state();
    await trainer.dispose();
    return { loss, grad_norm, entropy, m };
  };
  const exact = await step({
    ids,
    weights: new Float32Array(5).fill(0.2),
    batchSize: 1,
    length: 5,
  });
  const padded = await step({
    ids: Int32Array.from([...ids, 1, 1, ...new Array(8).fill(2)]),
    weights: Float32Array.from({ length: 14 }, (_, i) => i < 5 ? 0.2 : 0),
    batchSize: 2,
    length: 7,
  });
  assertAlmostEquals(padded.loss, exact.loss, 1e-5);
  assertAlmostEquals(padded.entropy, exact.entropy, 1e-5);
  assertAlmostEquals(padded.grad_norm / exact.grad_norm, 1, 1e-5);
  assertLess(distance(padded.m, exact.m), 1e-6);
});

Deno.test("pretraining learns a rule: the loss falls from ln 29 to nearly nothing", async () => {
  const random = dice(9);
  const trainer = await LlamaTrainer.create(tiny, initParameters(tiny, random), {
    learningRate: 0.01,
  });
  const losses: number[] = [];
  for (let step = 0; step < 150; step++) {
    // Each id is the one before the last, so that attention is needed.
    const ids = new Int32Array(16 * 11);
    for (let row = 0; row < 16; row++) {
      const line = [...tokenIds(tiny, random, 2)];
      while (line.length < 11) line.push(line.at(-2)!);
      ids.set(line, row * 11);
    }
    const weights = Float32Array.from({ length: 160 }, (_, i) => i % 10 < 1 ? 0 : 1 / 144);
    losses.push((await trainer.pretrainStep({ ids, weights, batchSize: 16, length: 10 })).loss);
  }
  await trainer.dispose();
  assertAlmostEquals(losses[0]!, Math.log(29), 0.2);
  assertLess(losses.at(-1)!, 0.3);
});

Deno.test("a batch of the wrong size is refused before anything changes", async () => {
  const parameters = initParameters(tiny, dice(10));
  await assertRejects(
    () => LlamaTrainer.create(tiny, parameters.subarray(1)),
    RangeError,
    "there must be",
  );
  const trainer = await LlamaTrainer.create(tiny, parameters);
  const sizes = { batchSize: 2, length: 4 };
  const attempts = [
    () => trainer.pretrainStep({ ...sizes, ids: new Int32Array(9), weights: new Float32Array(8) }),
    () => trainer.pretrainStep({ ...sizes, ids: new Int32Array(10), weights: new Float32Array(9) }),
    () => trainer.reinforceStep({ ...reinforceBatch(1), mask: new Float32Array(3) }),
  ];
  for (const attempt of attempts) {
    const error = await attempt().then(() => undefined, (reason: unknown) => reason);
    assert(error instanceof RangeError && /must have \d+ elements/.test(error.message));
  }
  assertEquals(trainer.state().updates, 0);
  assertEquals(trainer.state().parameters, parameters);
  await trainer.dispose();
});

Deno.test("the same random numbers give the same first parameters, gains of 1", () => {
  const parameters = initParameters(tiny, dice(11));
  assertEquals(initParameters(tiny, dice(11)), parameters);
  assertNotEquals(initParameters(tiny, dice(12)), parameters);
  for (const { name, shape, offset, length } of parameterLayout(tiny)) {
    const values = parameters.subarray(offset, offset + length);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / length);
    if (shape.length === 1) assert(values.every((x) => x === 1));
    else assertAlmostEquals(deviation, /o_proj|down_proj/.test(name) ? 0.01 : 0.02, 0.003);
  }
});
