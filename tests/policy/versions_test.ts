import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import {
  type Checkpoint,
  type NextVersion,
  readCheckpoint,
  VersionStore,
} from "../../src/policy/checkpoint/mod.ts";
import { loadSafetensors } from "../../src/policy/llama/mod.ts";
import { writeTinyCheckpoint } from "./tiny_checkpoint.ts";

async function withBase(
  test: (base: Checkpoint, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeTinyCheckpoint(`${folder}/base`);
    await test(await readCheckpoint(`${folder}/base`), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function next(base: Checkpoint, shift: number): NextVersion {
  return {
    state: {
      parameters: base.parameters.map((value) => value + shift),
      m: base.parameters.map(() => shift),
      v: base.parameters.map(() => shift * 2),
      updates: shift,
    },
    metrics: { loss: shift },
    memory: { baseline: shift },
    episodes: [`ada/${shift}`],
    createdAtMs: shift,
  };
}

Deno.test("readCheckpoint() refuses a checkpoint when any of its files is damaged", () =>
  withBase(async (_, folder) => {
    for (const name of ["config.json", "tokenizer.json", "model.safetensors", "manifest.json"]) {
      const path = `${folder}/base/${name}`;
      const bytes = await Deno.readFile(path);
      const damaged = bytes.slice();
      damaged[damaged.length >> 1]! ^= 1;
      await Deno.writeFile(path, name === "manifest.json" ? bytes.slice(0, 99) : damaged);
      const error = await assertRejects(() => readCheckpoint(`${folder}/base`), VivariumError);
      assertEquals(error.code, "checkpoint");
      assert(error.message.includes(name), error.message);
      assert(error.hint?.includes("assets/policy"));
      await Deno.writeFile(path, bytes);
    }
    await readCheckpoint(`${folder}/base`);
  }));

Deno.test("VersionStore goes on from the last version when it is opened again", () =>
  withBase(async (base, folder) => {
    const store = await VersionStore.open(`${folder}/versions`, base);
    assertEquals(store.current, 0);
    await store.publish(next(base, 1));
    await store.publish(next(base, 2));
    // What a crash in the middle of a publication leaves behind.
    await Deno.mkdir(`${folder}/versions/000003.new`);
    const again = await VersionStore.open(`${folder}/versions`, base);
    assertEquals(again.current, 2);
    assertEquals(again.usedEpisodes, ["ada/1", "ada/2"]);
    const { state, memory } = await again.load(2);
    assertEquals(state, next(base, 2).state);
    assertEquals(memory, { baseline: 2 });
    const model = loadSafetensors(base.config, await again.model(1));
    assertEquals(model, next(base, 1).state.parameters);
    await again.publish(next(base, 3));
    assertEquals(again.list().map(({ version, parent }) => [version, parent]), [
      [0, null],
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
  }));

Deno.test("VersionStore.rollback() holds over a restart, until the next version", () =>
  withBase(async (base, folder) => {
    const store = await VersionStore.open(`${folder}/versions`, base);
    await store.publish(next(base, 1));
    await store.publish(next(base, 2));
    await store.rollback(1);
    const again = await VersionStore.open(`${folder}/versions`, base);
    assertEquals(again.current, 1);
    const manifest = await again.publish(next(base, 3));
    assertEquals([manifest.version, manifest.parent], [3, 1]);
    assertEquals((await VersionStore.open(`${folder}/versions`, base)).current, 3);
    const error = await assertRejects(() => again.rollback(9), VivariumError);
    assertEquals(error.code, "not-found");
  }));

Deno.test("VersionStore refuses a version when its weights are damaged or of another base", () =>
  withBase(async (base, folder) => {
    const store = await VersionStore.open(`${folder}/versions`, base);
    await store.publish(next(base, 1));
    const path = `${folder}/versions/000001/model.safetensors`;
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await Deno.writeFile(path, bytes);
    const error = await assertRejects(() => store.load(1), VivariumError);
    assertEquals(error.code, "checkpoint");
    const other = { ...base, manifest: { ...base.manifest, hash: "0".repeat(64) } };
    const foreign = await assertRejects(
      () => VersionStore.open(`${folder}/versions`, other),
      VivariumError,
    );
    assertEquals(foreign.code, "checkpoint");
    assertNotEquals(foreign.message, error.message);
  }));

Deno.test("VersionStore keeps the weights of so many versions, and the record of all", () =>
  withBase(async (base, folder) => {
    const store = await VersionStore.open(`${folder}/versions`, base, { weights: 2, moments: 1 });
    for (const shift of [1, 2, 3]) await store.publish(next(base, shift));
    assertEquals(store.list().length, 4);
    assertEquals(store.kept, [0, 2, 3]);
    const error = await assertRejects(() => store.load(1), VivariumError);
    assertEquals([error.code, error.hint], ["not-found", "kept with their weights: 0, 2, 3"]);
    const { state } = await store.load(2);
    assertEquals(state.m.every((value) => value === 0), true);
    assertEquals((await store.load(3)).state.m[0], 3);
    // Where training goes on from is kept however old it is, until it goes on.
    await store.rollback(2);
    assertEquals(store.kept, [0, 2, 3]);
    await store.publish(next(base, 4));
    assertEquals(store.kept, [0, 3, 4]);
    const again = await VersionStore.open(`${folder}/versions`, base, { weights: 2, moments: 1 });
    assertEquals(again.kept, [0, 3, 4]);
    for (const each of [store, again]) {
      assertEquals(each.list(2).map(({ version }) => version), [3, 4]);
      assertEquals(each.list(4), []);
    }
  }));
