import { assert, assertEquals } from "@std/assert";
import { servedHouse } from "./houses.ts";
import { type Case, check, invoke } from "./support.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-cli-policy-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Commands to a house with the embedded policy, in this order. */
const cases: readonly Case[] = [
  {
    args: "policy",
    out: `
policy version 0
  weights   pretrained, […] parameters
  hash      […]
  training  on
  updates   0
  kept      0: rollback goes to one of these
  waiting   0 episodes`,
  },
  {
    args: "policy versions",
    out: `
VERSION  FROM  WHEN                 KEPT  REWARD  SURVIVAL  KL  ENTROPY
      0        […]  yes[…]`,
  },
  { args: "train --pause", out: "policy version 0\n[…]\n  training  paused\n[…]" },
  { args: "train --resume", out: "policy version 0\n[…]\n  training  on\n[…]" },
  { args: "train --json", out: '{\n  "version": 0,\n[…]\n}' },
  {
    args: "train --pause --resume",
    code: 2,
    err: `
error: option '--pause' cannot be used with option '--resume'
hint: 'vivarium train --help' shows what there is`,
  },
  { args: "policy rollback 0", out: "policy version 0\n[…]" },
  {
    args: "policy rollback 7",
    code: 2,
    err: `
error: cannot use version 7 of the policy: it does not exist
hint: kept with their weights: 0`,
  },
  {
    args: "export model --format onnx --out $FOLDER/policy.onnx",
    out: "$FOLDER/policy.onnx: version 0, […] bytes",
  },
  {
    args: "export model --out $FOLDER/policy.safetensors --policy-version 0",
    out: "$FOLDER/policy.safetensors: version 0, […] bytes",
  },
  {
    args: "export model --policy-version 9 --out $FOLDER/none.onnx",
    code: 2,
    err: `
error: […] version 9 […]
hint: […]`,
  },
];

Deno.test("vivarium asks, trains and exports the policy of a running house", async (t) => {
  await using house = await servedHouse(folder, [], { llm: "policy" });
  for (const each of cases) {
    await t.step(
      `vivarium ${each.args}`,
      () => check({ ...each, env: { VIVARIUM_URL: house.url } }, { FOLDER: folder }),
    );
  }
  // 8 bytes of length, then the header: https://huggingface.co/docs/safetensors
  const bytes = Deno.readFileSync(`${folder}/policy.safetensors`);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assert("model.embed_tokens.weight" in header, Object.keys(header).join(" "));
  // Field 1 of an ONNX model is its IR version, a varint.
  assertEquals(Deno.readFileSync(`${folder}/policy.onnx`)[0], 0x08);
});

Deno.test("train --episodes learns from lives that were exported", async () => {
  const file = `${folder}/lives.jsonl`;
  {
    await using first = await servedHouse(folder, [], { llm: "policy", db: `${folder}/first.db` });
    const url = ["--url", first.url];
    await invoke(["spawn", "ada", "--restart", "temporary", "--horizon", "1", ...url]);
    const ending = new AbortController();
    await invoke(["logs", "-f", "--after", "0", "--kind", "life.died,life.truncated", ...url], {
      ending: ending.signal,
      onOut: () => ending.abort(),
    });
    await invoke(["delete", "ada", ...url]);
    const exported = await invoke(["export", "episodes", "--agent", "ada", "--out", file, ...url]);
    assertEquals(exported.code, 0, exported.err);
  }
  const [line = ""] = Deno.readTextFileSync(file).split("\n");
  const { hash } = JSON.parse(Deno.readTextFileSync("assets/policy/manifest.json"));
  const life = JSON.parse(line);
  assertEquals(life.steps[0].completions[0].policyHash, hash);
  // There is nothing to learn from lives that went alike: one is made to have gone well, one badly.
  const ends = [{ end: "truncated", cause: null, owner: null, reward: 1 }, {
    end: "death",
    cause: "exception",
    owner: "agent",
    reward: -10,
  }];
  const lines = ends.map(({ reward, ...end }, index) => {
    const steps = [{ ...life.steps[0], reward }];
    return `${JSON.stringify({ ...life, ...end, id: `ada/${index + 1}`, steps })}\n`;
  });
  const open = { ...life, id: "ada/3", end: "open" };
  Deno.writeTextFileSync(file, [...lines, `${JSON.stringify(open)}\n`].join(""));

  await using second = await servedHouse(folder, [], { llm: "policy", db: `${folder}/second.db` });
  const url = ["--url", second.url];
  const train = await invoke(["train", "--episodes", file, ...url]);
  assertEquals([train.code, train.err], [
    0,
    "2 episodes handed over, 1 without anything to learn from",
  ]);
  assert(train.out.startsWith("policy version 1, before 0\n"), train.out);
  const again = await invoke(["train", "--episodes", file, ...url]);
  assertEquals([again.code, again.err], [
    0,
    "0 episodes handed over, 2 known already, 1 without anything to learn from",
  ]);
  Deno.writeTextFileSync(file, `${line}\n{"id": 1}\n`);
  const wrong = await invoke(["train", "--episodes", file, ...url]);
  assertEquals(wrong.code, 2);
  assert(wrong.err.startsWith(`error: cannot train: line 2 of '${file}' is no exported life\n`));
});

Deno.test("pretrain makes a checkpoint that doctor finds whole", async () => {
  const out = `${folder}/checkpoint`;
  const { code, err } = await invoke(["pretrain", "--steps", "1", "--samples", "1", "--out", out]);
  assertEquals(code, 0, err);
  assert(err.includes("step 0, held-out loss"), err);
  const doctor = await invoke(["doctor", "--checkpoint", out, "--json"]);
  const { findings } = JSON.parse(doctor.out);
  const { state } = findings.find(({ what }: { what: string }) => what === "checkpoint");
  assertEquals(state, "ok", doctor.out);
});
