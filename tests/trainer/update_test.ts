import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import type { Episode } from "../../src/core/episode.ts";
import { seededRandom } from "../../src/core/random.ts";
import { initParameters, LlamaTrainer, parseConfig } from "../../src/policy/llama/mod.ts";
import { Diverged, trainerCalls, trainerSettings, update } from "../../src/trainer/mod.ts";

const config = parseConfig({
  vocab_size: 16,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  intermediate_size: 16,
  max_position_embeddings: 32,
});
const reference = initParameters(config, seededRandom(1));
const settings = trainerSettings({ learningRate: 1e-2, beta: 0 });

function life(id: string, rewards: readonly number[], token: number): Episode {
  return {
    id,
    agent: "ada",
    life: 1,
    end: "death",
    cause: "exception",
    owner: "agent",
    steps: rewards.map((reward, index) => ({
      step: index + 1,
      reward,
      completions: [{
        version: 0,
        promptIds: [1, 2],
        ids: [token, token],
        logps: [-Math.log(16), -Math.log(16)],
      }],
    })),
  };
}

async function withTrainer(test: (trainer: LlamaTrainer) => Promise<void>): Promise<void> {
  const trainer = await LlamaTrainer.create(config, reference);
  try {
    await test(trainer);
  } finally {
    await trainer.dispose();
  }
}

/** Log-probability of the token twice after the prompt. */
async function likely(trainer: LlamaTrainer, token: number): Promise<number> {
  const lp = await trainer.logProbabilities({
    ids: Int32Array.of(1, 2, token, token),
    batchSize: 1,
    length: 3,
  });
  return lp[1]! + lp[2]!;
}

Deno.test("update() makes likelier what lives were long by, and less likely what they died of", () =>
  withTrainer(async (trainer) => {
    const before = [await likely(trainer, 5), await likely(trainer, 6)];
    const result = await update({
      trainer,
      reference,
      episodes: [life("a/1", [1, 1, 1], 5), life("a/2", [-10], 6), life("a/3", [1, -10], 6)],
      memory: {},
      settings,
      random: seededRandom(1),
    });
    assertEquals(result.updated, true);
    assert(await likely(trainer, 5) > before[0]!);
    assert(await likely(trainer, 6) < before[1]!);
    const { metrics } = result;
    assertEquals([metrics["episodes"], metrics["num_tokens"], metrics["survival"]], [3, 12, 2]);
    assertAlmostEquals(metrics["reward"]!, (3 - 10 - 9) / 3);
    assertAlmostEquals(metrics["unique_rate"]!, 2 / 6);
  }));

Deno.test("update() leaves out lives that infrastructure or an operator ended", () =>
  withTrainer(async (trainer) => {
    const excluded = (["infrastructure", "operator"] as const).map((owner): Episode => ({
      ...life(`a/${owner}`, [1, -1000], 6),
      owner,
    }));
    const input = { trainer, reference, memory: {}, settings, random: seededRandom(1) };
    const nothing = await update({ ...input, episodes: excluded });
    assertEquals([nothing.updated, nothing.memory], [false, {}]);
    assertEquals(trainer.state().updates, 0);
    const judged = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
    const result = await update({ ...input, episodes: [...excluded, ...judged] });
    assertEquals(result.metrics["episodes"], 2);
  }));

Deno.test("update() learns nothing from lives that were cut when they are masked, and counts them", () =>
  withTrainer(async (trainer) => {
    const cut: Episode = { ...life("a/3", [1, 1, 1], 7), end: "truncated" };
    const episodes = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
    const input = { trainer, reference, memory: {}, random: seededRandom(1) };
    const masked = { ...settings, truncation: "mask" as const };
    const zeros = () => new Float32Array(reference.length);
    const restart = () =>
      trainer.restore({ parameters: reference, m: zeros(), v: zeros(), updates: 0 });
    await update({ ...input, episodes, settings });
    const without = trainer.state();
    restart();
    const { metrics } = await update({
      ...input,
      episodes: [...episodes, cut],
      settings: masked,
      random: seededRandom(1),
    });
    assertEquals(trainer.state(), without);
    assertEquals([metrics["episodes"], metrics["num_tokens"]], [3, 8]);
    restart();
    await update({ ...input, episodes: [...episodes, cut], settings, random: seededRandom(1) });
    assertNotEquals(trainer.state(), without);
    const alone = await update({ ...input, episodes: [cut], settings: masked });
    assertEquals([alone.updated, alone.why], [
      false,
      "nothing can be learned from 1 lives: all of them were cut",
    ]);
  }));

Deno.test("update() compares lives within their groups only when the baseline is 'rloo'", () =>
  withTrainer(async (trainer) => {
    const before = [await likely(trainer, 5), await likely(trainer, 6)];
    const grouped = (id: string, rewards: number[], token: number, group: string): Episode => ({
      ...life(id, rewards, token),
      group,
    });
    // Across groups token 6 fares far better; within each, worse. The third group says nothing.
    const episodes = [
      grouped("a/1", [1, 2], 5, "a/1"),
      grouped("a/2", [1, 1], 6, "a/1"),
      grouped("b/1", [100, 2], 5, "b/1"),
      grouped("b/2", [100, 1], 6, "b/1"),
      grouped("c/1", [50], 6, "c/1"),
      grouped("c/2", [50], 6, "c/1"),
    ];
    const result = await update({
      trainer,
      reference,
      episodes,
      memory: {},
      settings: { ...settings, baseline: "rloo" },
      random: seededRandom(1),
    });
    assert(await likely(trainer, 5) > before[0]!);
    assert(await likely(trainer, 6) < before[1]!);
    assertAlmostEquals(result.metrics["frac_reward_zero_std"]!, 1 / 3);
    assertEquals(result.metrics["num_tokens"], 4 * 2 * 2);
  }));

Deno.test("update() drops lives that do not differ, and says their share", () =>
  withTrainer(async (trainer) => {
    const episodes = [life("a/1", [-10], 5), life("a/2", [-10], 6)];
    const random = seededRandom(1);
    const result = await update({ trainer, reference, episodes, memory: {}, settings, random });
    assertEquals([result.updated, result.metrics["frac_reward_zero_std"]], [false, 1]);
    assertEquals(
      result.why,
      "nothing can be learned from 2 lives: 100 % are of groups that all fared alike",
    );
  }));

Deno.test("update() holds to the reference by the KL penalty", () =>
  withTrainer(async (trainer) => {
    const episodes = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
    const kls: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { metrics } = await update({
        trainer,
        reference,
        episodes,
        memory: {},
        settings: { ...settings, beta: 0.05 },
        random: seededRandom(1),
      });
      kls.push(metrics["kl"]!);
    }
    assertAlmostEquals(kls[0]!, 0, 1e-6);
    assert(kls[2]! > kls[1]! && kls[1]! > 0, kls.join());
  }));

for (
  const [name, figure] of [
    ["lossBound", "the loss"],
    ["gradNormBound", "the gradient's norm"],
    ["klBound", "the KL of what came of it"],
  ] as const
) {
  Deno.test(`update() throws Diverged when a figure is past '${name}', and not when it is below`, () =>
    withTrainer(async (trainer) => {
      const episodes = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
      // After a first step there is a loss, a gradient and a KL.
      const input = { trainer, reference, episodes, memory: {}, random: seededRandom(1) };
      await update({ ...input, settings });
      const { metrics } = await update({ ...input, settings: { ...settings, beta: 0.05 } });
      const measured = { lossBound: "loss", gradNormBound: "grad_norm", klBound: "kl_after" }[name];
      const size = Math.abs(metrics[measured]!);
      assert(size > 0);
      const bounded = (bound: number) =>
        update({ ...input, settings: { ...settings, beta: 0.05, [name]: bound } });
      const state = trainer.state();
      const error = await assertRejects(() => bounded(size / 100), Diverged);
      assert(error.message.startsWith(`${figure} must be at most ${size / 100}`), error.message);
      trainer.restore(state);
      await bounded(size * 100);
    }));
}

Deno.test("update() measures the KL once more when its last step has moved", () =>
  withTrainer(async (trainer) => {
    const episodes = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
    const input = { trainer, reference, episodes, memory: {}, random: seededRandom(1) };
    // At the first step policy and reference are the same: only the measure afterwards can tell.
    const wild = { ...settings, beta: 0.05, learningRate: 3, klBound: 0.5 };
    const error = await assertRejects(() => update({ ...input, settings: wild }), Diverged);
    assert(error.message.startsWith("the KL of what came of it must be at most 0.5"));
    trainer.restore({
      parameters: reference,
      m: new Float32Array(reference.length),
      v: new Float32Array(reference.length),
      updates: 0,
    });
    const { metrics } = await update({ ...input, settings: { ...settings, beta: 0.05 } });
    assertAlmostEquals(metrics["kl"]!, 0, 1e-6);
    assert(metrics["kl_after"]! > 1e-6);
  }));

Deno.test("trainerCalls() goes on bit for bit when its state is loaded elsewhere", async () => {
  const episodes = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
  const zeros = () => new Float32Array(reference.length);
  const fresh = {
    config,
    reference,
    state: { parameters: reference, m: zeros(), v: zeros(), updates: 0 },
    memory: {},
    settings: {},
  };
  const one = trainerCalls();
  await one.load(fresh);
  const first = await one.update({ episodes, seed: 1 });
  const second = await one.update({ episodes, seed: 2 });
  const other = trainerCalls();
  await other.load({ ...fresh, state: first.state, memory: first.memory });
  const resumed = await other.update({ episodes, seed: 2 });
  assertEquals(resumed.state, second.state);
  assertEquals(resumed.memory, second.memory);
});

Deno.test("trainerCalls() is as before when an update has gone to infinity", async () => {
  const zeros = () => new Float32Array(reference.length);
  const calls = trainerCalls();
  await calls.load({
    config,
    reference,
    state: { parameters: reference, m: zeros(), v: zeros(), updates: 0 },
    memory: {},
    settings: {},
  });
  const good = [life("a/1", [1, 1], 5), life("a/2", [1, -10], 6)];
  const [first, ...others] = good;
  assert(first !== undefined);
  const steps = first.steps.map((step) => ({
    ...step,
    completions: step.completions.map((trace) => ({ ...trace, logps: [-1e30, -1e30] })),
  }));
  const bad = [{ ...first, steps }, ...others];
  await assertRejects(() => calls.update({ episodes: bad, seed: 1 }), Diverged);
  const after = await calls.update({ episodes: good, seed: 1 });
  assertEquals(after.state.updates, 1);
  assert(after.state.parameters.every(Number.isFinite));
});
