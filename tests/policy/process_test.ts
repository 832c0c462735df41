import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import type { Episode } from "../../src/core/episode.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { OnnxSession } from "../../src/onnx/mod.ts";
import { loadSafetensors, parseConfig } from "../../src/policy/llama/mod.ts";
import {
  type PolicyProcess,
  type PolicyProcessOptions,
  type SampleAnswer,
  startPolicyProcess,
} from "../../src/policy/mod.ts";
import { processMetrics, updateMetrics } from "../../scripts/reference/update_metrics.ts";
import { sessionOf } from "../session.ts";
import { writeTinyCheckpoint } from "./tiny_checkpoint.ts";

type Start = (options?: Partial<PolicyProcessOptions>) => Promise<PolicyProcess>;

/** A folder with a tiny checkpoint, and every process that is started there ended. */
async function withProcesses(test: (start: Start, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const started: PolicyProcess[] = [];
  try {
    await writeTinyCheckpoint(`${folder}/base`);
    await test(async (options) => {
      const process = await startPolicyProcess({
        dir: `${folder}/dir`,
        checkpoint: `${folder}/base`,
        batchEpisodes: 2,
        ...options,
      });
      started.push(process);
      return process;
    }, folder);
  } finally {
    for (const process of started) await process.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function episode(id: string, answers: readonly SampleAnswer[], reward = -10): Episode {
  return {
    id,
    agent: "ada",
    life: 1,
    end: "death",
    cause: "exception",
    owner: "agent",
    steps: answers.map(({ version, promptIds, ids, logps }, index) => ({
      step: index + 1,
      reward: index === answers.length - 1 ? reward : 1,
      completions: [{ version, promptIds, ids, logps }],
    })),
  };
}

/** Lives of two steps each, sampled from the process. */
async function live(process: PolicyProcess, ids: readonly string[]): Promise<Episode[]> {
  return await Promise.all(ids.map(async (id, index) => {
    const answers = await Promise.all(
      [0, 1].map((step) =>
        process.client.sample({ prompt: "hello", seed: index * 2 + step, maxTokens: 12 })
      ),
    );
    return episode(id, answers);
  }));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!await holds()) {
    assert(performance.now() < deadline, "it did not happen in time");
    await new Promise((done) => setTimeout(done, 20));
  }
}

Deno.test("the policy process tells a text as it is drawn, and lets go of one that nobody wants", () =>
  withProcesses(async (start) => {
    const { client } = await start();
    const request = { prompt: "Define a method.", seed: 3 };
    const parts: string[] = [];
    const answer = await client.sampleParts(request, (text) => void parts.push(text));
    assertEquals(answer, await client.sample(request));
    assert(parts.length > 1, `${parts.length} parts`);
    assert(answer.text.startsWith(parts.join("")), parts.join(""));

    const gone = new AbortController();
    const error = await assertRejects(
      () => client.sampleParts(request, () => gone.abort(), gone.signal),
      VivariumError,
    );
    assertEquals(error.code, "unavailable");
    assertEquals(await client.sample(request), answer);
    const refused = await assertRejects(
      () => client.sampleParts({ ...request, seed: -1 }, () => {}),
      VivariumError,
    );
    assertEquals(refused.code, "bad-request");
  }));

Deno.test("the policy process samples the same when seed and prompt are the same, alone or not", () =>
  withProcesses(async (start) => {
    const { client } = await start();
    const requests = Array.from({ length: 20 }, (_, seed) => ({
      prompt: seed % 3 === 0 ? "Define a method." : "return 1;".repeat(seed),
      seed,
      maxTokens: 10 + seed,
    }));
    const together = await Promise.all(requests.map((request) => client.sample(request)));
    for (const [index, request] of requests.entries()) {
      assertEquals(await client.sample(request), together[index]);
    }
    assert(new Set(together.map(({ text }) => text)).size > 10);
    assertEquals(together[0]!.ids.length, together[0]!.logps.length);
    const kept = together[3]!;
    assertEquals(kept.finish === "length", kept.ids.length === 13);
  }));

Deno.test("the policy process learns from episodes, and answers with the version that came of it", () =>
  withProcesses(async (start, folder) => {
    const process = await start();
    const { client } = process;
    const before = await client.status();
    assertEquals([before.version, before.training, before.kind], [0, "on", "pretrained"]);
    const request = { prompt: "hello", seed: 5, maxTokens: 20 };
    assertEquals((await client.sample(request)).version, 0);
    const [one, two] = await live(process, ["ada/1", "bob/1"]);
    assertEquals(await client.postEpisode(one!), true);
    assertEquals(await client.postEpisode(one!), false);
    assertEquals((await client.status()).episodesWaiting, 1);
    await client.postEpisode(two!);
    await until(async () => (await client.status()).version === 1);
    const after = await client.sample(request);
    assertEquals(after.version, 1);
    const [zero, first] = await client.versions();
    assertEquals([first?.parent, first?.version, zero?.parent], [0, 1, null]);
    assertEquals(first?.metrics["episodes"], 2);
    assertEquals(first?.metrics["reward"], -9);
    for (const name of ["loss", "kl", "entropy", "grad_norm", "clip_ratio", "step_time"]) {
      assert(Number.isFinite(first?.metrics[name]), name);
    }
    assertEquals(await client.postEpisode(one!), false);
    // The published file is the policy that samples.
    const config = parseConfig(JSON.parse(await Deno.readTextFile(`${folder}/base/config.json`)));
    assertNotEquals(
      loadSafetensors(config, await client.model(1)),
      loadSafetensors(config, await client.model(0)),
    );
    const onnx = await OnnxSession.create(await client.model(1, "onnx"));
    const ids = { data: BigInt64Array.of(1n, 2n, 3n), shape: [1, 3] };
    assertEquals((await onnx.run({ input_ids: ids }))["logits"]?.shape, [1, 3, 300]);
    await onnx.dispose();
    assertEquals((await client.rollback(0)).version, 0);
    assertEquals((await client.sample(request)).version, 0);
  }));

Deno.test("the policy process goes on when it was killed: versions, waiting episodes, used ones", () =>
  withProcesses(async (start) => {
    const first = await start();
    const episodes = await live(first, ["ada/1", "bob/1", "cyd/1", "dee/1"]);
    await first.client.postEpisode(episodes[0]!);
    await first.client.postEpisode(episodes[1]!);
    await until(async () => (await first.client.status()).version === 1);
    await first.client.postEpisode(episodes[2]!);
    const sampled = await first.client.sample({ prompt: "again", seed: 9 });
    Deno.kill(first.pid, "SIGKILL");
    assertEquals((await first.exited).signal, "SIGKILL");
    const error = await assertRejects(() => first.client.status(), VivariumError);
    assertEquals(error.code, "unavailable");

    const second = await start();
    const status = await second.client.status();
    assertEquals([status.version, status.updates, status.episodesWaiting], [1, 1, 1]);
    assertEquals(await second.client.sample({ prompt: "again", seed: 9 }), sampled);
    for (const id of [0, 1, 2]) {
      assertEquals(await second.client.postEpisode(episodes[id]!), false);
    }
    await second.client.postEpisode(episodes[3]!);
    await until(async () => (await second.client.status()).version === 2);
    assertEquals((await second.client.status()).updates, 2);
  }));

Deno.test("the policy process learns from a late reward, and says so when it comes too late", () =>
  withProcesses(async (start) => {
    const process = await start();
    const { client } = process;
    const [one, two, three] = await live(process, ["ada/1", "bob/1", "cyd/1"]);
    await client.postEpisode(one!);
    const praise = { key: "k1", episode: "ada/1", step: 1, value: 5 };
    assertEquals(await client.reward(praise), { applied: true, why: null });
    const early = { key: "k2", episode: "bob/1", step: null, value: 7 };
    assertEquals(await client.reward(early), {
      applied: true,
      why: "kept until the life 'bob/1' has ended",
    });
    assertEquals((await client.reward({ ...praise, key: "k3", step: 9 })).applied, false);
    await client.postEpisode(two!);
    await until(async () => (await client.status()).version === 1);
    // Each life earned 1 - 10 by itself.
    assertEquals((await client.versions()).at(-1)?.metrics["reward"], -9 + (5 + 7) / 2);
    assertEquals(await client.reward({ ...praise, key: "k4" }), {
      applied: false,
      why: "version 1 has learned from the life 'ada/1'",
    });
    assertEquals(await client.reward(praise), { applied: true, why: null });
    await client.postEpisode({ ...three!, owner: "infrastructure" });
    assertEquals(await client.reward({ ...praise, key: "k5", episode: "cyd/1" }), {
      applied: false,
      why: "the life 'cyd/1' taught nothing and was set aside",
    });
  }));

Deno.test("the policy process ends within a second of its input, also while it trains", () =>
  withProcesses(async (start) => {
    const process = await start();
    for (const episode of await live(process, ["ada/1", "bob/1"])) {
      await process.client.postEpisode(episode);
    }
    const sampling = Promise.allSettled(
      Array.from({ length: 64 }, (_, seed) => process.client.sample({ prompt: "more", seed })),
    );
    const asked = performance.now();
    const { signal, stderr } = await process.stop();
    assert(performance.now() - asked < 1000, `${performance.now() - asked} ms`);
    // By its own hand: nothing was torn down under a run, and nothing complained.
    assertEquals([signal, stderr], ["SIGKILL", ""]);
    await sampling;
  }));

Deno.test("the policy process keeps nothing of lives that teach nothing", () =>
  withProcesses(async (start) => {
    const process = await start();
    const [life] = await live(process, ["ada/1"]);
    for (const owner of ["infrastructure", "operator"] as const) {
      await process.client.postEpisode({ ...life!, id: `ada/${owner}`, owner });
    }
    assertEquals((await process.client.status()).episodesWaiting, 0);
    await process.client.postEpisode({ ...life!, end: "truncated" });
    assertEquals((await process.client.status()).episodesWaiting, 1);
  }));

Deno.test("the policy process publishes nothing when an update is no number, and goes on", () =>
  withProcesses(async (start) => {
    const { client, ...process } = await start();
    const lives = await live({ client, ...process }, ["ada/1", "bob/1", "ada/2", "bob/2"]);
    for (const [index, life] of lives.entries()) {
      await client.postEpisode(index < 2 ? withoutChance(life) : life);
    }
    await until(async () => (await client.status()).version === 1);
    const { updates, episodesWaiting } = await client.status();
    assertEquals([updates, episodesWaiting], [1, 0]);
    assertEquals((await client.versions()).length, 2);
    assertEquals(await client.postEpisode(lives[0]!), false);
    const [dropped, published] = await client.updates();
    assertEquals([dropped?.outcome, dropped?.version, dropped?.episodes], [
      "diverged",
      null,
      ["ada/1", "bob/1"],
    ]);
    assertMatch(
      String(dropped?.why),
      /^the loss must be at most 1000000: received (NaN|-?Infinity)$/,
    );
    assertEquals([published?.outcome, published?.version, published?.why], ["published", 1, null]);
    assertEquals(await client.updates(1), [published!]);
  }));

Deno.test("the policy process publishes nothing when a figure is past its bound, and says which", () =>
  withProcesses(async (start) => {
    // No KL is so small, but the very first one, of a policy and itself.
    const process = await start({ settings: { klBound: 1e-12 } });
    for (const episode of await live(process, ["ada/1", "bob/1"])) {
      await process.client.postEpisode(episode);
    }
    await until(async () => (await process.client.updates()).length === 1);
    const [update] = await process.client.updates();
    assertEquals([update?.outcome, (await process.client.status()).version], ["diverged", 0]);
    assertMatch(String(update?.why), /^the KL.* must be at most 1e-12: received /);
  }));

Deno.test("the policy process writes its metrics for people: JSON lines and TensorBoard's files", () =>
  withProcesses(async (start, folder) => {
    const process = await start();
    for (const episode of await live(process, ["ada/1", "bob/1"])) {
      await process.client.postEpisode(episode);
    }
    await until(async () => (await process.client.updates()).length === 1);
    const [update] = await process.client.updates();
    // Who asks is told before the line is in the file.
    const read = (): Promise<string> => Deno.readTextFile(`${folder}/dir/metrics.jsonl`);
    await until(async () => (await read().catch(() => "")).endsWith("\n"));
    const text = await read();
    assertEquals(text.trim().split("\n").map((line) => JSON.parse(line)), [update]);
    assertEquals(update?.metrics, (await process.client.versions()).at(-1)?.metrics);
    for (const { name } of Deno.readDirSync(`${folder}/dir/tensorboard`)) {
      assertMatch(name, /^events\.out\.tfevents\.\d{10}\./);
    }
  }));

Deno.test("the policy process trains when it is told to, and not when it is paused or off", () =>
  withProcesses(async (start, folder) => {
    const process = await start();
    const { client } = process;
    assertEquals((await client.train("pause")).training, "paused");
    for (const episode of await live(process, ["ada/1", "bob/1"])) {
      await client.postEpisode(episode);
    }
    assertEquals((await client.status()).version, 0);
    const forced = await client.train("force");
    assertEquals([forced.version, forced.training, forced.episodesWaiting], [1, "paused", 0]);
    await process.stop();
    const off = await start({ dir: `${folder}/other`, train: false });
    assertEquals((await off.client.status()).training, "off");
    const error = await assertRejects(() => off.client.train("resume"), VivariumError);
    assertEquals(error.code, "conflict");
  }));

Deno.test("lives that come faster than they can be learnt from do not wait ever longer", () =>
  withProcesses(async (start) => {
    const process = await start();
    const { client } = process;
    await client.train("pause");
    // Four batches of two may wait.
    const ids = Array.from({ length: 11 }, (_, at) => `ada/${at + 1}`);
    const episodes = await live(process, ids);
    const taken = [];
    for (const each of episodes.slice(0, 10)) {
      taken.push(await client.postEpisode(each, { unlessCrowded: true }));
    }
    assertEquals(taken, [...new Array(8).fill(true), false, false]);
    // It is known, and a reward for it does not wait; what a person hands over is always taken.
    assertEquals(await client.postEpisode(episodes[9]!), false);
    assertMatch(
      (await client.reward({ key: "k", episode: "ada/10", step: null, value: 1 })).why ?? "",
      /taught nothing/,
    );
    assertEquals(await client.postEpisode(episodes[10]!), true);
    assertEquals((await client.status()).episodesWaiting, 9);
    // The others of a group are compared with those that wait.
    const [first, second] = ["ada/98", "ada/99"].map((id) => ({ ...episodes[0]!, id, group: "g" }));
    await client.postEpisode(first!);
    assertEquals(await client.postEpisode(second!, { unlessCrowded: true }), true);

    await client.train("resume");
    await until(async () => (await client.status()).episodesWaiting <= 1);
    const made = (await client.versions(0)).slice(0, 4);
    assertEquals(made.map(({ version }) => version), [1, 2, 3, 4]);
    assertEquals(made.map(({ metrics }) => metrics["episodes_refused"]), [2, 0, 0, 0]);
    // All were written by version 0.
    assertEquals(made.map(({ metrics }) => metrics["staleness"]), [0, 1, 2, 3]);
    assertEquals(
      Object.keys(made[0]!.metrics).sort(),
      Object.keys({ ...updateMetrics, ...processMetrics }).sort(),
    );
  }));

Deno.test("a rollback waits for the update under way, and not for all that are due", () =>
  withProcesses(async (start) => {
    const process = await start();
    const { client } = process;
    await client.train("pause");
    const count = 60;
    const episodes = await live(process, Array.from({ length: count }, (_, at) => `ada/${at + 1}`));
    const [late, ...early] = episodes;
    for (const each of early) await client.postEpisode(each);
    await client.train("resume");
    // Each one that comes while enough of them wait must not order an update of its own.
    await Promise.all([late, ...early].map((each) => client.postEpisode(each!)));
    const { version, episodesWaiting } = await client.rollback(0);
    assertEquals(version, 0);
    assert(episodesWaiting > count / 2, `${episodesWaiting} of ${count} episodes wait`);
    await until(async () => (await client.status()).episodesWaiting === 0);
  }));

Deno.test("the policy process is in a session of its own: a terminal's Ctrl-C is for the house", () =>
  withProcesses(async (start) => {
    const { pid } = await start();
    assertEquals(sessionOf(pid), pid);
  }));

Deno.test("the policy process has random weights of its seed when it is of that kind", () =>
  withProcesses(async (start, folder) => {
    const hashes: string[] = [];
    for (const [dir, seed] of [["a", 1], ["b", 1], ["c", 2]] as const) {
      const process = await start({ dir: `${folder}/${dir}`, seed, kind: "random" });
      const { hash, kind } = await process.client.status();
      assertEquals(kind, "random");
      hashes.push(hash);
      await process.stop();
    }
    assertEquals(hashes[0], hashes[1]);
    assertNotEquals(hashes[0], hashes[2]);
  }));

Deno.test("startPolicyProcess() names what is wrong when a checkpoint is damaged or not there", () =>
  withProcesses(async (start, folder) => {
    const missing = await assertRejects(
      () => start({ checkpoint: `${folder}/nowhere` }),
      VivariumError,
    );
    assertEquals(missing.code, "checkpoint");
    assert(missing.hint?.includes("assets/policy"));
    const process = await start();
    for (const episode of await live(process, ["ada/1", "bob/1"])) {
      await process.client.postEpisode(episode);
    }
    await until(async () => (await process.client.status()).version === 1);
    await process.stop();
    const path = `${folder}/dir/versions/000001/model.safetensors`;
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 5]! ^= 1;
    await Deno.writeFile(path, bytes);
    const damaged = await assertRejects(() => start(), VivariumError);
    assertEquals(damaged.code, "checkpoint");
    assert(damaged.message.includes("000001"), damaged.message);
    assert(!damaged.message.includes("\n"));
    assert(damaged.hint?.includes("assets/policy"));
  }));

Deno.test("the policy process answers with a problem document when a request is wrong", () =>
  withProcesses(async (start) => {
    const { url, token, client } = await start();
    const cases = [
      { path: "/v1/sample", body: "{", code: "bad-request", status: 400 },
      { path: "/v1/sample", body: `{"prompt":"x"}`, code: "bad-request", status: 400 },
      { path: "/v1/nothing", body: "{}", code: "not-found", status: 404 },
      { path: "/v1/policy/rollback", body: `{"version":7}`, code: "not-found", status: 404 },
      { path: "/v1/train", body: `{"action":"stop"}`, code: "bad-request", status: 400 },
    ];
    for (const { path, body, code, status } of cases) {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body,
      });
      assertEquals(response.headers.get("content-type"), "application/problem+json");
      const problem = await response.json();
      assertEquals([problem.code, problem.status, response.status], [code, status, status]);
    }
    const stranger = await fetch(`${url}/v1/policy`);
    assertEquals((await stranger.json()).code, "unauthorized");
    assertEquals((await (await fetch(`${url}/healthz`)).json()).status, "ok");
    const [answer] = [await client.sample({ prompt: "x", seed: 1, maxTokens: 3 })];
    const strange = episode("ada/1", [{ ...answer, ids: [999_999], logps: [0] }]);
    const error = await assertRejects(() => client.postEpisode(strange), VivariumError);
    assertEquals(error.code, "bad-request");
  }));

/** A life whose responses could never have been drawn. */
function withoutChance(life: Episode): Episode {
  const steps = life.steps.map((step) => ({
    ...step,
    completions: step.completions.map((trace) => ({
      ...trace,
      logps: trace.logps.map(() => -1e30),
    })),
  }));
  return { ...life, steps };
}
