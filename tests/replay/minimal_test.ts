import { assert, assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { runScript } from "../e2e/support.ts";

/** What an agent died of, and what of it is enough. */
const edits = [
  {
    name: "error",
    before: [],
    lethal: `const a = 1;
const b = { deep: null };
console.log("still well");
function helper() { return 2; }
helper();
b.deep.er;
this.state.never = a;`,
    minimal: "const b = { deep: null };\nb.deep.er;",
  },
  {
    name: "nested",
    before: [],
    lethal: `this.state.list = [1, 2, 3];
function visit(n) {
  const twice = n * 2;
  if (n > 2) {
    console.log(n);
    Deno.remove("/nowhere");
  }
  return twice;
}
for (const n of this.state.list) {
  console.log("visiting");
  visit(n);
}`,
    minimal: `this.state.list = [1, 2, 3];
function visit(n) {
  if (n > 2) {
    Deno.remove("/nowhere");
  }
}
for (const n of this.state.list) {
  visit(n);
}`,
  },
  {
    name: "late",
    before: [
      "this.state.count = 1;",
      "async function execute(response) { this.state.count++; null.x; }",
    ],
    lethal: "return 'set off';",
    minimal: "async function execute(response) {  null.x; }",
  },
  {
    name: "broken",
    before: [],
    lethal: "let a = 1;\nfunction ( {\nlet b = 2;",
    minimal: "function ( {",
  },
];

Deno.test("minimizeDeath() leaves only what still kills of the lethal edit, an earlier one too", async () => {
  const lines = edits.flatMap(({ name, before, lethal }) =>
    [...before, lethal, "return 1;", "return 2;"].map((response) => ({ agent: name, response }))
  );
  await runScript(lines, {}, async ({ house, deaths }) => {
    for (const { name, minimal, before } of edits) {
      const death = deaths.findLast(({ agent }) => agent === name);
      assert(death !== undefined, `${name} did not die`);
      const found = await house.replays.minimize(death.id);
      assertEquals([found.minimal, found.why], [minimal, null], JSON.stringify(found));
      assertEquals(found.step, name === "late" ? 2 : before.length + 1);
      assert(found.parts.after <= found.parts.before);
    }
    await assertRejects(() => house.replays.minimize(9999), VivariumError, "no death 9999");
  });
});
