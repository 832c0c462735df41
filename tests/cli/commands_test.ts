import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { program } from "../../src/cli/program.ts";
import { fileCases } from "./file_cases.ts";
import { houseCases, houseScript } from "./house_cases.ts";
import { endedHouse, servedHouse } from "./houses.ts";
import { type Case, check, invoke, silent } from "./support.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-cli-" });
const DB = await endedHouse(folder);
const harms = await invoke(["deaths", "--cause", "harm", "--json", "--db", DB]);
const HARM = String(JSON.parse(harms.out).items[0].id);

const bare: readonly Case[] = [
  {
    args: "",
    code: 2,
    err: `
Usage: vivarium COMMAND [options]
[…]
Exit codes:
[…]`,
  },
  {
    args: "agnets",
    code: 2,
    err: `
error: unknown command 'agnets' (Did you mean agents?)
hint: 'vivarium --help' shows what there is`,
  },
  {
    args: "run --reward bravery=3",
    code: 2,
    err: `
error: option '--reward <term=worth>' argument 'bravery=3' is invalid. It must be NAME=NUMBER, NAME one of survival, […]
hint: 'vivarium run --help' shows what there is`,
  },
  {
    args: "policy versoins",
    code: 2,
    err: `
error: too many arguments for 'status'. […]
hint: 'vivarium policy status --help' shows what there is`,
  },
];

Deno.test.each([...bare, ...fileCases])(
  "vivarium $args",
  (each) => check(each, { DB, FOLDER: folder, HARM }),
);

Deno.test("vivarium steers a running house, and tells what came of it", async (t) => {
  await using house = await servedHouse(folder, houseScript);
  const template = { restart: "temporary", ticking: false };
  const pool = await fetch(`${house.url}/v1/supervisors`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "choir", strategy: "simple_one_for_one", template }),
  });
  assertEquals([pool.status, await pool.text() !== ""], [201, true]);
  const values = { URL: house.url, DB: house.db, FOLDER: folder };
  for (const each of houseCases) {
    await t.step(
      `vivarium ${each.args}`,
      () => check({ ...each, env: { VIVARIUM_URL: "$URL", ...each.env } }, values),
    );
  }
});

Deno.test("vivarium shows its token to a house that asks for one, and to nobody else", async () => {
  const token = "a-token-of-sufficient-length";
  await using house = await servedHouse(folder, [], { token });
  const { code, err } = await invoke(["agents", "--url", house.url]);
  assertEquals(code, 3);
  assert(err.includes("VIVARIUM_TOKEN"), err);
  const given = await invoke(["agents", "--url", house.url], { env: { VIVARIUM_TOKEN: token } });
  assertEquals(given.code, 0, given.err);
  const wrong = await invoke(["agents", "--url", house.url, "--token", "another-token-not-his"]);
  assertEquals(wrong.code, 3);
  assert(!wrong.err.includes("another-token"), wrong.err);
});

Deno.test("every command's help fits a screen of 80 columns and 50 lines", async (t) => {
  const root = program(silent);
  const paths = [
    [],
    ...root.commands.flatMap((command) => [
      [command.name()],
      ...command.commands.map((child) => [command.name(), child.name()]),
    ]),
  ];
  for (const path of paths) {
    await t.step(`vivarium ${path.join(" ")} --help`, async () => {
      const { code, out, err } = await invoke([...path, "--help"], { columns: 80 });
      assertEquals([code, err], [0, ""]);
      const lines = out.split("\n");
      assert(lines[0]?.startsWith(`Usage: ${["vivarium", ...path].join(" ")}`), out);
      assert(lines.length <= 50, `${lines.length} lines`);
      for (const line of lines) assert(line.length <= 80, line);
      if (path.length === 1) assert(out.includes("Examples:\n"), out);
    });
  }
});

Deno.test("what --json prints is what the API answers", async () => {
  const { out } = await invoke(["deaths", "--db", DB, "--json", "--limit", "2"]);
  const page = JSON.parse(out) as { items: { id: number }[]; next: string | null };
  assertEquals(page.items.map(({ id }) => id), [3, 2]);
  assert(page.next !== null);
});

Deno.test("export episodes gives each step the discounted return of what followed", async () => {
  const { out } = await invoke(["export", "episodes", "--db", DB, "--agent", "ada"]);
  const [first] = out.split("\n").map((line) => JSON.parse(line));
  const steps = first.steps as { reward: number; return: number }[];
  const [a = 0, b = 0, c = 0] = steps.map(({ reward }) => reward);
  assertEquals([steps.length, a, c], [3, 1, -10]);
  const expected = [a + 0.99 * (b + 0.99 * c), b + 0.99 * c, c];
  assertEquals(steps.map((step) => step.return), expected);
});

Deno.test("replay exits 1 and says what it was where a life does not end as recorded", async () => {
  const path = `${folder}/tampered.db`;
  Deno.copyFileSync(DB, path);
  const db = new DatabaseSync(path);
  db.exec("update deaths set cause = 'heap' where cause = 'harm'");
  db.close();
  const { code, out, err } = await invoke(["replay", HARM, "--db", path]);
  assertEquals([code, err], [1, ""]);
  assert(out.startsWith(`death ${HARM}: another, harm at step 1; it was heap at step 1`), out);
  // The chain of the agent's history tells it too.
  const doctor = await invoke(["doctor", "--db", path]);
  assertEquals(doctor.code, 1);
  const told = "the death of life 1 of 'bob' is not what was written";
  assert(doctor.out.includes(told), doctor.out);
});

Deno.test("logs -f shows what happens, from now on, until it is ended", async () => {
  await using house = await servedHouse(folder, []);
  const ending = new AbortController();
  const heard = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const following = invoke(["logs", "-f", "-n", "1", "--url", house.url], {
    ending: ending.signal,
    onOut: (text) => {
      if (text.includes("house      started")) begun.resolve();
      if (text.includes("spawned")) heard.resolve(text);
    },
  });
  await begun.promise;
  const spawned = await invoke(["spawn", "fay", "--no-ticking", "--url", house.url]);
  assertEquals(spawned.code, 0, spawned.err);
  assert((await heard.promise).includes("fay"));
  ending.abort();
  assertEquals((await following).code, 0);
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
