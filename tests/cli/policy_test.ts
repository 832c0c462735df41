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
  waiting   0 episodes`,
  },
  {
    args: "policy versions",
    out: `
VERSION  FROM  WHEN                 HASH          REWARD  SURVIVAL  KL  ENTROPY  GRAD_NORM
      0        […]`,
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
error: […] version 7 […]
hint: […]`,
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
