import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../src/core/clock.ts";
import {
  type Cell,
  cellFiles,
  defaultCellLimits,
  denoSpawner,
  glanceAt,
  launchCell,
} from "../../../src/cell/mod.ts";
import {
  innerPid,
  type Profile,
  profiles,
  sandboxedSpawner,
} from "../../../src/cell/sandbox/mod.ts";
import { firstGenome } from "../../../src/genome/mod.ts";
import { layers } from "./support.ts";

const dist = await Deno.realPath(new URL("../../../workers/dist", import.meta.url));
const files = cellFiles.map((name) => `${dist}/${name}`);
const limits = defaultCellLimits;

async function launchIn(profile: Profile): Promise<AsyncDisposable & { readonly cell: Cell }> {
  const cell = await launchCell({
    clock: systemClock,
    spawn: sandboxedSpawner(denoSpawner, { layers, profile, files, limits }),
    innerPid,
    deno: Deno.execPath(),
    dist,
  }, limits);
  await cell.birth({ agent: "a", life: 1, genome: firstGenome, query: "", limits });
  return { cell, [Symbol.asyncDispose]: () => cell.kill("the test is over") };
}

function live(cell: Cell, response: string): ReturnType<Cell["turn"]> {
  const letter = { kind: "tick", from: "supervisor", body: null } as const;
  const nothing = () => Promise.resolve(null);
  return cell.turn({ letter, age: 0, energy: 1, nowMs: 0, seed: 1 }, {
    llm: () => Promise.resolve(response),
    send: () => Promise.resolve(),
    ask: nothing,
  });
}

Deno.test("the real cell lives in the sandbox, and its memory is the inside's", async (t) => {
  for (const profile of profiles) {
    await t.step(profile, async () => {
      await using started = await launchIn(profile);
      const outcome = await live(started.cell, "return [1, 2, 3].map((n) => n * n).join()");
      assert(outcome.lived);
      assertEquals(outcome.returned, "1,4,9");
      if (Deno.build.os === "linux") assert(outcome.usage.rssBytes > 20 * 1024 * 1024);
    });
  }
});

Deno.test("the real cell's heap runs full in the sandbox as it does outside", async (t) => {
  for (const profile of profiles) {
    await t.step(profile, async () => {
      await using started = await launchIn(profile);
      const full = "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length + 0.5))";
      const outcome = await live(started.cell, full);
      assert(!outcome.lived);
      assertEquals(outcome.facts.exit, { code: 133, signal: "SIGTRAP" });
    });
  }
});

Deno.test("glanceAt() of innerPid() counts what the inside works", async () => {
  if (Deno.build.os !== "linux") return;
  for (const profile of profiles) {
    await using started = await launchIn(profile);
    const { cell } = started;
    const before = glanceAt(innerPid(cell.pid))?.processorMs ?? 0;
    const outcome = await live(
      cell,
      "let n = 0; for (let i = 0; i < 1e7; i++) n += i; return n > 0",
    );
    assert(outcome.lived);
    assert((glanceAt(innerPid(cell.pid))?.processorMs ?? 0) > before, profile);
  }
});
