import { assert, assertEquals } from "@std/assert";
import { createSocket } from "node:dgram";
import { setOutCanaries } from "../../scripts/escapes/canaries.ts";
import { descendants, isAlive, watchStalls } from "../../scripts/escapes/watch.ts";

/** Long enough for an event of the loopback to arrive. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

Deno.test("setOutCanaries() sees each touch, once", async (t) => {
  await using canaries = await setOutCanaries("/cell/cell.js");
  const whereabouts = "{{SECRET}} {{DIR}} {{PORT}} {{SOCK}} {{MAP}} {{CELL}}";
  const [secret, folder, port, socket, map, cell] = canaries.fill(whereabouts).split(" ");
  assert(secret && folder && port && socket && map);
  assertEquals(cell, "/cell/cell.js");
  assertEquals(await Deno.readTextFile(secret), canaries.secret);
  const datagram = () =>
    new Promise<void>((sent) => {
      const udp = createSocket("udp4");
      udp.send("x", Number(port), "127.0.0.1", () => {
        udp.close();
        sent();
      });
    });
  const touches: Readonly<Record<string, [() => unknown, string]>> = {
    "a TCP connection": [
      async () => (await Deno.connect({ port: Number(port) })).close(),
      "a TCP connection came",
    ],
    "a unix connection": [
      async () => (await Deno.connect({ path: socket, transport: "unix" })).close(),
      "a unix connection came",
    ],
    "a datagram": [datagram, "a UDP datagram came"],
    "an edit": [
      () => Deno.writeTextFile(`${folder}/keep.txt`, "kept"),
      `a file was changed: ${folder}/keep.txt`,
    ],
    "a changed mode": [() => Deno.chmod(secret, 0o777), `a file was changed: ${secret}`],
    "a lost file": [() => Deno.remove(map), `a file was changed: ${map}`],
  };
  for (const [what, [touch, line]] of Object.entries(touches)) {
    await t.step(what, async () => {
      await touch();
      await pause();
      assertEquals(await canaries.touched(), [line]);
      assertEquals(await canaries.touched(), []);
    });
  }
  await t.step("a new file", async () => {
    await Deno.writeTextFile(`${folder}/new`, "");
    assert((await canaries.touched()).includes(`a file was changed: ${folder}/new`));
  });
});

Deno.test("watchStalls() measures how long the event loop stood still", async () => {
  using stalls = watchStalls();
  const start = performance.now();
  while (performance.now() - start < 80);
  assert(stalls.read() >= 60);
  await pause();
  assert(stalls.read() < 60);
});

Deno.test("descendants() names processes that still run, isAlive() whether they do", async () => {
  const child = new Deno.Command("sh", { args: ["-c", "sleep 60 & wait"] }).spawn();
  const before = performance.now();
  while (descendants(child.pid).length === 0 && performance.now() - before < 5000) await pause();
  const [sleep] = descendants(child.pid);
  assert(sleep !== undefined && descendants(Deno.pid).includes(sleep));
  assert(isAlive(child.pid) && isAlive(sleep));
  Deno.kill(sleep, "SIGKILL");
  child.kill("SIGKILL");
  await child.status;
  assert(!isAlive(child.pid) && !descendants(Deno.pid).includes(child.pid));
});
