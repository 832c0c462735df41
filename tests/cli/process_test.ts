import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { root } from "../support/command.ts";
import { endedHouse } from "./houses.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-process-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const db = await endedHouse(folder);

/** Runs a line of shell in which `vivarium` is the program. */
async function shell(
  line: string,
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  const entry = `'${Deno.execPath()}' run -q --no-prompt -P=house src/cli/main.ts "$@"`;
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; vivarium() { ${entry}; }; ${line}`],
    cwd: root,
    env: { ...env, DB: db },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

Deno.test("vivarium strikes secrets of its environment out of what agents printed", async () => {
  const { out } = await shell("vivarium logs --db $DB --after 0", { SOME_API_KEY: "hello world" });
  assert(out.includes("| [secret]"), out);
  assert(!out.includes("hello world"), out);
});

Deno.test("vivarium colours where it is told to, and never with NO_COLOR", async () => {
  // deno-lint-ignore no-control-regex
  const escape = /\u001b\[/;
  const line = "vivarium logs --db $DB --after 0";
  const forced = await shell(line, { FORCE_COLOR: "1", NO_COLOR: "" });
  assert(escape.test(forced.out), forced.out);
  assertNotMatch((await shell(line, { FORCE_COLOR: "1", NO_COLOR: "1" })).out, escape);
  assertNotMatch((await shell(line, { NO_COLOR: "" })).out, escape);
});

Deno.test("vivarium ends without a word when whoever reads its output has gone", async () => {
  // `exec` closes the pipe before the program has begun.
  const { code, err } = await shell("{ sleep 0.2; vivarium agents --db $DB; } | exec true", {});
  assertEquals([code, err], [0, ""]);
});
