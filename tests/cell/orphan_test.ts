import { assert, assertEquals } from "@std/assert";
import { type CellProcess, denoSpawner, launchCell } from "../../src/cell/mod.ts";
import { birthOf, launchOptions, repeating, testLimits, turnOf } from "./support.ts";
import { sessionOf } from "../session.ts";
import { requirement } from "../supervisor/requirement.ts";

/** What keeps a cell busy when the house disappears. */
const occupations: Readonly<Record<string, string>> = {
  "idle": "",
  "in a busy loop": "while (true) {}",
  "in endless microtasks": "const again = () => Promise.resolve().then(again); await again();",
  "in a catastrophic pattern": `/^(a+)+$/.test("a".repeat(60) + "b");`,
  "asleep": "await new Promise(() => {});",
};

for (const [name, code] of Object.entries(occupations)) {
  Deno.test(
    requirement([14, 23], `a cell ${name} ends by itself when its standard input ends`),
    async () => {
      const limits = { ...testLimits, stepMs: 60_000 };
      let real: CellProcess | undefined;
      let input: WritableStreamDefaultWriter<Uint8Array> | undefined;
      const cell = await launchCell({
        ...launchOptions,
        spawn: (command) => {
          const process = denoSpawner(command);
          const writer = process.stdin.getWriter();
          real = process;
          input = writer;
          return {
            ...process,
            stdin: new WritableStream({ write: (chunk) => writer.write(chunk) }),
          };
        },
      }, limits);
      try {
        assert((await cell.birth(birthOf(undefined, limits))).lived);
        const outcome = code === "" ? undefined : cell.turn(turnOf(), repeating(code));
        await new Promise((done) => setTimeout(done, 100));
        await input?.close();
        let timer: ReturnType<typeof setTimeout> | undefined;
        const late = new Promise<"late">((done) => timer = setTimeout(() => done("late"), 2000));
        assertEquals(await Promise.race([real?.exit, late]), { code: 0, signal: null });
        clearTimeout(timer);
        assertEquals((await outcome)?.lived, code === "" ? undefined : false);
      } finally {
        await cell.kill("the test is over");
      }
    },
  );
}

Deno.test("a cell is in a session of its own: a terminal's Ctrl-C is for the house", async () => {
  const cell = await launchCell(launchOptions, testLimits);
  try {
    assertEquals(sessionOf(cell.pid), cell.pid);
  } finally {
    await cell.kill("the test is over");
  }
});
