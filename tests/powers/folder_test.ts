import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { folderPower } from "../../src/powers/mod.ts";

const by = { agent: "ada", signal: new AbortController().signal };

/** A folder with a file, a way out by a link, and a secret beside it. */
async function home(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/given/deep`, { recursive: true });
  await Deno.writeTextFile(`${path}/secret.txt`, "secret");
  await Deno.writeTextFile(`${path}/given/a.txt`, "hello");
  await Deno.symlink(`${path}/secret.txt`, `${path}/given/out`);
  await Deno.symlink(`${path}/new.txt`, `${path}/given/broken`);
  await Deno.symlink(path, `${path}/given/up`);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("folderPower() lists, reads and, where it may, writes", async () => {
  await using at = await home();
  const reads = folderPower({ path: `${at.path}/given` });
  const writes = folderPower({ path: `${at.path}/given`, write: true });
  assertEquals(await reads.use({ op: "list" }, by), ["a.txt", "broken", "deep/", "out", "up"]);
  assertEquals(await reads.use({ op: "read", path: "a.txt" }, by), "hello");
  assertEquals(await writes.use({ op: "write", path: "deep/b.txt", text: "x" }, by), null);
  assertEquals(await reads.use({ op: "read", path: "./deep/b.txt" }, by), "x");
});

const wrong: readonly { readonly input: Json; readonly code: string }[] = [
  { input: { op: "read", path: "../secret.txt" }, code: "forbidden" },
  { input: { op: "read", path: "deep/../../secret.txt" }, code: "forbidden" },
  { input: { op: "read", path: "/etc/passwd" }, code: "forbidden" },
  { input: { op: "read", path: "out" }, code: "forbidden" },
  { input: { op: "read", path: "up/secret.txt" }, code: "forbidden" },
  { input: { op: "list", path: "up" }, code: "forbidden" },
  { input: { op: "read", path: "a.txt\u0000.png" }, code: "forbidden" },
  { input: { op: "write", path: "../new.txt", text: "" }, code: "forbidden" },
  { input: { op: "write", path: "broken", text: "" }, code: "forbidden" },
  { input: { op: "write", path: "up/new.txt", text: "" }, code: "forbidden" },
  { input: { op: "write", path: "big", text: "x".repeat(200_000) }, code: "too-large" },
  { input: { op: "read", path: "none.txt" }, code: "not-found" },
  { input: { op: "read", path: "deep" }, code: "bad-request" },
  { input: { op: "remove", path: "a.txt" }, code: "bad-request" },
  { input: null, code: "bad-request" },
];

for (const { input, code } of wrong) {
  Deno.test(`folderPower() answers ${code} to ${JSON.stringify(input).slice(0, 60)}`, async () => {
    await using at = await home();
    const power = folderPower({ path: `${at.path}/given`, write: true });
    const error = await assertRejects(() => power.use(input, by), VivariumError);
    assertEquals(error.code, code);
    // The host's own paths are not told.
    assertEquals(error.message.includes(at.path), false);
    assertEquals(await Deno.stat(`${at.path}/new.txt`).then(() => true, () => false), false);
  });
}

Deno.test("folderPower() does not write where it may only read", async () => {
  await using at = await home();
  const power = folderPower({ path: `${at.path}/given` });
  const error = await assertRejects(
    () => power.use({ op: "write", path: "c.txt", text: "" }, by),
    VivariumError,
  );
  assertEquals(error.code, "forbidden");
});
