/**
 * Bundles the two programs that a cell loads, `workers/dist/cell.js` and `workers/dist/shell.txt` (by
 * `agent.js`): a cell may not load packages at run time. Does nothing when no source has changed since
 * the last build. Also writes the import map that shuts Node's built-ins out.
 *
 * Run by `deno task build`, and by every task that needs cells.
 */
import { cellFiles } from "../src/cell/command.ts";
import { sha256 } from "../src/core/hash.ts";
import { builtinModules } from "node:module";

const root = new URL("../", import.meta.url).pathname;
const dist = `${root}workers/dist`;
const stampFile = `${dist}/stamp.txt`;

/** Where the bundles' own sources are; packages are held by the lock file. */
const sourceFolders = ["workers", "src/cell", "src/core", "src/genome", "src/death"];
const sourceFiles = ["deno.json", "deno.lock", "scripts/build_cell.ts"];

function sources(folder: string): string[] {
  return [...Deno.readDirSync(`${root}${folder}`)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return path === "workers/dist" ? [] : sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** One text for all that the bundles are made of. */
function stamp(): string {
  const files = [...sourceFolders.flatMap(sources), ...sourceFiles].sort();
  const texts = files.map((file) => `${file}\n${Deno.readTextFileSync(`${root}${file}`)}`);
  return sha256([Deno.version.deno, ...texts].join("\n"));
}

function readStamp(): string | undefined {
  try {
    for (const file of cellFiles) Deno.statSync(`${dist}/${file}`);
    return Deno.readTextFileSync(stampFile);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** This very Deno, where it may be run; otherwise the one on the path, which the task's rights name. */
function deno(): string {
  const command = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command });
  return state === "granted" ? command : "deno";
}

async function bundle(
  entry: string,
  file: string,
  shaped = (program: string) => program,
): Promise<void> {
  // Written beside and then moved: a cell that starts meanwhile sees the old file or the new one.
  const output = `${dist}/${entry}.${crypto.randomUUID()}.js`;
  const { success, stderr } = await new Deno.Command(deno(), {
    args: ["bundle", "--quiet", "--minify", "--output", output, `${root}workers/${entry}.ts`],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`cannot bundle workers/${entry}.ts: ${new TextDecoder().decode(stderr)}`);
  }
  Deno.writeTextFileSync(output, shaped(Deno.readTextFileSync(output)));
  Deno.renameSync(output, `${dist}/${file}`);
}

/**
 * The Worker's module: it has its program as text. Deno reads each module with a parser of its own
 * before V8 does, for its imports; the program has none, and is spared that: a third of a cell's
 * memory, and a fifth of its start.
 */
const agentModule =
  `import program from "./shell.txt" with { type: "text" };\n(0, eval)(program);\n`;

/** A module is strict, has no `this`, and leaves no name on the global object; neither does this. */
function asScript(program: string): string {
  return `(function(){"use strict";${program}\n})();\n//# sourceURL=agent.js`;
}

/** Every spelling of every built-in leads to a module that throws. */
function importMap(): string {
  const names = builtinModules.flatMap((name) =>
    name.startsWith("node:") ? [name, name.slice(5)] : [name, `node:${name}`]
  );
  const away = "data:text/javascript,throw new Error('there are no built-in modules here')";
  return JSON.stringify({ imports: Object.fromEntries(names.sort().map((name) => [name, away])) });
}

const wanted = stamp();
if (readStamp() !== wanted) {
  Deno.mkdirSync(dist, { recursive: true });
  // One after the other: the first may have to fetch the bundler into Deno's cache, and two that fetch
  // it at once get in each other's way.
  await bundle("cell", "cell.js");
  await bundle("agent", "shell.txt", asScript);
  Deno.writeTextFileSync(`${dist}/agent.js`, agentModule);
  Deno.writeTextFileSync(`${dist}/import_map.json`, importMap());
  Deno.writeTextFileSync(stampFile, wanted);
}
