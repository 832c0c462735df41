import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { type CellLimits, defaultCellLimits, detectLayers } from "../../src/cell/mod.ts";
import { sandboxedCells } from "../../src/house/mod.ts";

const { bubblewrap } = await detectLayers();

/** Whether a cell's process was started without JIT, by its own command line. */
async function isJitless(house: "strict" | "fast" | "portable", own?: CellLimits["profile"]) {
  const cells = await sandboxedCells(house, false);
  const limits = { ...defaultCellLimits, ...(own === undefined ? {} : { profile: own }) };
  const cell = await cells.launch(limits);
  try {
    return (await Deno.readTextFile(`/proc/${cell.pid}/cmdline`)).includes("--jitless");
  } finally {
    await cell.kill("the test is over");
  }
}

const cases = [
  { house: "strict", own: undefined, jitless: true },
  { house: "strict", own: "fast", jitless: false },
  { house: "fast", own: undefined, jitless: false },
  { house: "fast", own: "strict", jitless: true },
  { house: "portable", own: "fast", jitless: true },
] as const;

for (const { house, own, jitless } of cases) {
  Deno.test({
    name: `a house that says ${house} starts a child that says ${own ?? "nothing"} ${
      jitless ? "without" : "with"
    } JIT`,
    ignore: !bubblewrap.on,
    fn: async () => assertEquals(await isJitless(house, own), jitless),
  });
}

Deno.test("a house that cannot read /proc says so, and is refused where a sandbox is required", async () => {
  const unwatched = { watched: false };
  for (const profile of ["strict", "portable"] as const) {
    const { missing } = await sandboxedCells(profile, false, unwatched);
    assertMatch(missing.at(-1) ?? "", /^cells are not watched: \/proc cannot be read/);
  }
  await assertRejects(() => sandboxedCells("strict", true, unwatched), VivariumError, "sandbox");
  const { missing } = await sandboxedCells("portable", false);
  assertEquals(missing, [], "here it can be read");
});
