import { assert, assertEquals } from "@std/assert";
import { pretrain } from "../../scripts/pretrain.ts";
import { readCheckpoint } from "../../src/policy/checkpoint/mod.ts";

Deno.test("pretrain() makes the same checkpoint when seed and steps are the same", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const hashes: string[] = [];
    for (const name of ["one", "two"]) {
      const out = `${folder}/${name}`;
      await pretrain({ seed: 3, steps: 2, rate: 2e-3, threads: 1, samples: 2, out });
      const { manifest, parameters } = await readCheckpoint(out);
      assertEquals(manifest.parameters, parameters.length);
      assertEquals([manifest.training["corpusSeed"], manifest.training["steps"]], [3, 2]);
      hashes.push(manifest.hash, manifest.files["tokenizer.json"]!.sha256);
    }
    assertEquals(hashes.slice(0, 2), hashes.slice(2));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the shipped checkpoint is whole, small, and says how it was made", async () => {
  const { manifest } = await readCheckpoint("assets/policy");
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  assert(bytes <= 8e6, `${bytes} bytes`);
  assertEquals(manifest.version, 0);
  for (const name of ["corpusSeed", "steps", "responseTokens"]) assert(name in manifest.training);
  assert((manifest.metrics["loss"] ?? Infinity) < 0.6);
  assert((manifest.metrics["validity"] ?? 0) > 0.9);
});
