import { assert, assertEquals } from "@std/assert";
import { cellCommand } from "../../src/cell/mod.ts";
import { launchOptions } from "./support.ts";

const options = { deno: "/bin/deno", dist: "/house/dist", limits: { heapMb: 48 } };

Deno.test("cellCommand() grants the Worker's files to read, and an empty environment", () => {
  const { file, args, env } = cellCommand(options);
  assertEquals(file, "/bin/deno");
  assertEquals(args.filter((arg) => arg.startsWith("--allow")), [
    "--allow-read=/house/dist/agent.js,/house/dist/shell.txt",
  ]);
  assert(args.some((arg) => arg.startsWith("--v8-flags=--max-old-space-size=48,")));
  assertEquals(args.at(-1), "/house/dist/cell.js");
  assertEquals(Object.keys(env).sort(), [
    "DENO_DIR",
    "DENO_NO_UPDATE_CHECK",
    "HOME",
    "MALLOC_ARENA_MAX",
    "NO_COLOR",
    "TZ",
  ]);
});

Deno.test("under a cell's command line no spelling of a module loads, though nothing else forbids it", async () => {
  const dist = launchOptions.dist;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/ask.js`,
      `const got = [];
       for (const name of ["node:fs", "fs", "node:process", "process", "node:worker_threads", "node:net",
                           "npm:zod@4.6.7", "jsr:@std/assert", "http://127.0.0.1:1/x.js"]) {
         try { await import(name); got.push(name); } catch {}
       }
       console.log(JSON.stringify(got));`,
    );
    const { args, env } = cellCommand({ ...launchOptions, dist, limits: { heapMb: 64 } });
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args.slice(0, -1), `${folder}/ask.js`],
      env: { ...env },
      clearEnv: true,
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert(text !== "", new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(text), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
