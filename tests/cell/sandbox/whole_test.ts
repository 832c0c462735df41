import { assert, assertEquals } from "@std/assert";
import { innerPid, profiles } from "../../../src/cell/sandbox/mod.ts";
import { lacking, layers, runInside, startInside } from "./support.ts";

const locked = ["--unstable-worker-options", "--deny-import", "--cached-only", "--no-code-cache"];

/** What a cell does: a locked Worker, garbage, timers, large frames on stdout. */
const honest = `
  const work = ${
  JSON.stringify(`onmessage = async ({ data }) => {
    let kept = [];
    for (let i = 0; i < 2e5; i++) { kept.push({ i, text: "x" + i }); if (kept.length > 5e4) kept = []; }
    const buffers = Array.from({ length: 8 }, () => new Uint8Array(1e6).fill(1));
    await new Promise((resolve) => setTimeout(resolve, 2));
    const text = new Intl.DateTimeFormat("en", { timeZone: "UTC" }).format(0) + JSON.stringify([...new Map([[1, buffers.length]])]);
    postMessage(data + " " + text + " " + /x(\\d+)/.exec(kept.at(-1).text)[1]);
  }`)
};
  const worker = new Worker("data:application/javascript," + encodeURIComponent(work),
    { type: "module", deno: { permissions: "none" } });
  for (let turn = 0; turn < 5; turn++) {
    worker.postMessage(turn);
    const { promise, resolve } = Promise.withResolvers();
    worker.onmessage = resolve;
    await Deno.stdout.write(new TextEncoder().encode((await promise).data + " ".repeat(70000) + "\\n"));
  }
  worker.terminate();`;

Deno.test("honest work is the same under every profile", async (t) => {
  const expected = [0, 1, 2, 3, 4].map((turn) => `${turn} 1/1/1970[[1,8]] 199999`).join("\n");
  for (const profile of profiles) {
    await t.step(profile, async () => {
      const { out, error, code } = await runInside({
        program: honest,
        layers,
        profile,
        flags: locked,
      });
      assertEquals([out.replaceAll(/ +\n/g, "\n"), error, code], [expected, "", 0]);
    });
  }
});

Deno.test("deaths say under the layers what they say without", async (t) => {
  const rows = {
    "an uncaught error": [`throw new Error("boom")`, 1, null],
    "an exit": [`Deno.exit(3)`, 3, null],
    "V8's heap": [`const kept = []; for (;;) kept.push(new Array(1e5).fill(kept))`, 133, "SIGTRAP"],
  } as const;
  for (const [what, [program, code, signal]] of Object.entries(rows)) {
    for (const profile of profiles) {
      await t.step(`${what}, ${profile}`, async () => {
        const death = await runInside({ program, layers, profile, flags: locked });
        assertEquals([death.code, death.signal], [code, signal]);
      });
    }
  }
});

/** Whether a process is there and not just waiting to be reaped. */
async function alive(pid: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return /^State:\s+[^Z\s]/m.test(status);
}

/** Waits until a process has ended; fails if it does not. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; await alive(pid); tries++) {
    assert(tries < 100, `process ${pid} lives on`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test({
  name: "innerPid() finds the process that works, and a kill outside ends it",
  ignore: lacking("bubblewrap", "prlimit", "seccomp"),
  fn: async () => {
    for (const profile of profiles) {
      const program = `console.log("ready"); for (;;) {}`;
      await using started = await startInside({ program, layers, profile });
      const { child } = started;
      const reader = child.stdout.getReader();
      await reader.read();
      const inner = innerPid(child.pid);
      assertEquals(await Deno.readTextFile(`/proc/${inner}/comm`), "deno\n");
      assertEquals(inner === child.pid, profile === "portable");
      child.kill("SIGKILL");
      const [status, end] = await Promise.all([child.status, reader.read(), child.stderr.cancel()]);
      assertEquals(status.signal, "SIGKILL");
      assertEquals(end.done, true);
      await gone(inner);
    }
  },
});

Deno.test("innerPid() of a process that is gone is itself", () => {
  assertEquals(innerPid(2 ** 22 + 1), 2 ** 22 + 1);
});

Deno.test({
  name: "a cell that loops dies with a house that is killed",
  ignore: lacking("bubblewrap"),
  fn: async () => {
    const door = (name: string) => new URL(name, import.meta.url);
    const house = `import { innerPid } from "${door("../../../src/cell/sandbox/mod.ts")}";
      import { layers, startInside } from "${door("./support.ts")}";
      const { child } = await startInside({ program: "console.log(1); for (;;) {}", layers });
      await child.stdout.getReader().read();
      console.log(innerPid(child.pid));
      await child.status;`;
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["eval", house],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = parent.stdout.getReader();
    const inner = Number(new TextDecoder().decode((await reader.read()).value));
    assert(await alive(inner));
    parent.kill("SIGKILL");
    await Promise.all([parent.status, reader.cancel()]);
    await gone(inner);
  },
});
