import { assert, assertEquals, assertMatch } from "@std/assert";
import { root, vivarium } from "../support/command.ts";

/** A user's mistake: one line, a hint, exit code 2, and no stack trace. */
interface Mistake {
  readonly name: string;
  readonly args: readonly string[];
  readonly says: RegExp;
}

const folder = Deno.makeTempDirSync({ prefix: "vivarium-usage-" });
Deno.writeTextFileSync(`${folder}/malformed.jsonl`, '{"response": "return 1"}\n{"respond": 1}\n');
Deno.writeTextFileSync(`${folder}/one.jsonl`, '{"response": "return 1"}\n');
Deno.writeTextFileSync(`${folder}/notes.db`, "this is no database, only notes\n".repeat(100));
await copyFolder(`${root}/assets/policy`, `${folder}/damaged`);
damage(`${folder}/damaged/model.safetensors`);

const db = ["--db", `${folder}/x.db`, "--port", "0", "--steps", "1", "--agents", "1"];

const mistakes: Mistake[] = [
  { name: "an unknown option", args: ["run", "--agnets", "4"], says: /unknown option '--agnets'/ },
  { name: "an unknown command", args: ["rum"], says: /unknown command 'rum'/ },
  { name: "a number that is none", args: ["run", "--agents", "many"], says: /--agents.*integer/ },
  {
    name: "an unknown model",
    args: ["run", ...db, "--llm", "gpt"],
    says: /gpt[\s\S]*ollama:MODEL/,
  },
  {
    name: "a sandbox that is required and left out",
    args: ["run", ...db, "--llm", "random", "--require-sandbox", "--profile", "portable"],
    says: /--require-sandbox[\s\S]*bubblewrap/,
  },
  {
    name: "an offer that is none",
    args: ["run", ...db, "--offer", "notes=/etc"],
    says: /--offer[\s\S]*NAME=read:DIR/,
  },
  {
    name: "a folder that is not there to be lent",
    args: ["run", ...db, "--offer", `notes=read:${folder}/none`],
    says: /--offer[\s\S]*none' must be a folder/,
  },
  {
    name: "a grant of what is not offered",
    args: ["run", ...db, "--offer", `notes=read:${folder}`, "--grant", "web"],
    says: /cannot grant 'web'[\s\S]*--offer web=read:DIR/,
  },
  {
    name: "a grant that is a path",
    args: ["spawn", "eve", "--grant", "read:/etc"],
    says: /--grant[\s\S]*name of a power/,
  },
  {
    name: "a script that is not there",
    args: ["run", ...db, "--llm", `scripted:${folder}/none.jsonl`],
    says: /none\.jsonl/,
  },
  {
    name: "a malformed script",
    args: ["run", ...db, "--llm", `scripted:${folder}/malformed.jsonl`],
    says: /malformed\.jsonl.*line 2|line 2.*malformed\.jsonl/,
  },
  {
    name: "a database that is none",
    args: ["run", "--port", "0", "--steps", "1", "--db", `${folder}/notes.db`],
    says: /notes\.db/,
  },
  {
    name: "a house that all may reach, without a token",
    args: ["run", ...db, "--llm", `scripted:${folder}/one.jsonl`, "--hostname", "0.0.0.0"],
    says: /'0\.0\.0\.0' without a token[\s\S]*127\.0\.0\.1/,
  },
  {
    name: "a damaged checkpoint",
    args: ["run", ...db, "--checkpoint", `${folder}/damaged`],
    says: /model\.safetensors[\s\S]*assets\/policy/,
  },
];

Deno.test.each(mistakes)("vivarium answers $name with one line and a hint", async (mistake) => {
  const { code, stderr } = await vivarium(...mistake.args);
  assertEquals(code, 2, stderr);
  assertMatch(stderr, mistake.says);
  const lines = stderr.trim().split("\n");
  assertEquals(lines.length, 2, stderr);
  assertMatch(lines[0] ?? "", /^error: /);
  assertMatch(lines[1] ?? "", /^hint: /);
  assert(!/\n\s+at /.test(stderr), "a stack trace");
  assertEquals(leftOf("x.db"), [], "a database of a house that never was");
});

Deno.test("vivarium answers a port in use with one line and a hint, and leaves no process", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String((listener.addr as Deno.NetAddr).port);
  const { code, stderr } = await vivarium(
    "run",
    "--port",
    port,
    "--steps",
    "1",
    "--agents",
    "1",
    "--db",
    `${folder}/port.db`,
  );
  assertEquals(code, 2, stderr);
  assertMatch(stderr, new RegExp(`^error: .*${port}.*\nhint: .*--port`));
  assertEquals(leftOf("port.db"), []);
});

/** Files that begin so. */
function leftOf(name: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((each) =>
    each.startsWith(name)
  );
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const entry of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${entry.name}`, `${to}/${entry.name}`);
  }
}

/** Flips one bit in the middle of a file. */
function damage(path: string): void {
  const bytes = Deno.readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  Deno.writeFileSync(path, bytes);
}
