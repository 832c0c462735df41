/**
 * Holds the plan of the house: imports run downwards only, and a room is entered by its door.
 *
 * - A file of `src/ROOM/` imports from rooms below it in the list, never from one beside or above.
 * - From another room it takes `mod.ts` (the door) or `types.ts` (its contract); `core` is a toolbox,
 *   taken file by file.
 * - Nobody imports from `workers/`: those are process and Worker entries.
 * - The pure rooms touch no `Deno.*`, no clock, no `Math.random`, no network.
 *
 * Run by `deno task check:rooms`; exits 1 and names each breach.
 */

/** Top to bottom; each may import from those after it. */
const rooms = [
  "cli",
  "api",
  "house",
  "replay",
  "supervisor",
  "actor",
  "powers",
  "trainer",
  "policy",
  "llm",
  "cell",
  "store",
  "survival",
  "reward",
  "genome",
  "death",
  "onnx",
  "core",
] as const;

const pureRooms = new Set(["actor", "survival", "reward", "genome", "death", "core"]);
/** The one place where a pure room builds the real thing, for entry points to pass on. */
const pureExceptions = new Set(["src/core/clock.ts"]);
const impure =
  /\bDeno\.|\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bfetch\(/;

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g;

async function* typescriptFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* typescriptFiles(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

/** Resolves a relative import against the file that it stands in. */
function resolve(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

const breaches: string[] = [];
for await (const file of typescriptFiles("src")) {
  const room = file.split("/")[1] ?? "";
  const place = rooms.indexOf(room as typeof rooms[number]);
  if (place < 0) {
    breaches.push(`${file}: 'src/${room}' is not in the plan: add it to scripts/check_rooms.ts`);
    continue;
  }
  const source = withoutComments(await Deno.readTextFile(file));
  if (pureRooms.has(room) && !pureExceptions.has(file) && impure.test(source)) {
    breaches.push(`${file}: '${room}' is a pure room: it is given clock, random and powers`);
  }
  for (const match of source.matchAll(importPattern)) {
    const target = resolve(file, match[1] ?? match[2] ?? "");
    const [top, other, ...rest] = target.split("/");
    if (top !== "src") {
      breaches.push(`${file}: imports ${target}, outside src`);
      continue;
    }
    if (other === room) continue;
    const otherPlace = rooms.indexOf(other as typeof rooms[number]);
    if (otherPlace < place) breaches.push(`${file}: imports upwards, ${target}`);
    const door = rest.at(-1);
    if (other !== "core" && door !== "mod.ts" && door !== "types.ts") {
      breaches.push(`${file}: imports ${target}, not the door of '${other}'`);
    }
  }
}

for (const breach of breaches) console.error(breach);
console.log(
  breaches.length === 0
    ? "rooms: imports run downwards only"
    : `rooms: ${breaches.length} breaches`,
);
if (breaches.length > 0) Deno.exit(1);
