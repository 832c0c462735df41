import type { Attack } from "./corpus.ts";
import { type Wall, walls } from "./walls/mod.ts";

/** What one attack came to with its wall taken out. */
export interface Ablated {
  readonly wall: Wall;
  readonly id: string;
  /** Whether it was seen: a breach, or an end that nobody expected. */
  readonly seen: boolean;
  readonly text: string;
}

/** What a copy of the sources needs. The packages are only read. */
const copied = ["workers", "src", "scripts", "deno.json", "deno.lock"];
const linked = ["node_modules", "tests", "assets"];

/**
 * Takes walls out of a copy of the sources, one by one, and runs the attacks that each is there for.
 *
 * @param root of the sources
 * @param attacks rows that name their wall
 * @returns what each came to, as they end
 */
export async function* ablate(root: string, attacks: readonly Attack[]): AsyncGenerator<Ablated> {
  for (const wall of walls) {
    const ids = attacks.filter((attack) => attack.wall === wall.name).map(({ id }) => id);
    if (ids.length === 0) continue;
    const copy = await Deno.makeTempDir({ prefix: "ablated-" });
    try {
      await run("cp", ["-r", ...copied.map((name) => `${root}${name}`), copy], root);
      await run("rm", ["-rf", `${copy}/workers/dist`], root);
      for (const name of linked) await Deno.symlink(`${root}${name}`, `${copy}/${name}`);
      for (const { file, find, replace } of wall.edits) {
        const text = await Deno.readTextFile(`${copy}/${file}`);
        if (text.split(find).length !== 2) {
          throw new Error(`the wall '${wall.name}' does not stand once in ${file}: ${find}`);
        }
        await Deno.writeTextFile(`${copy}/${file}`, text.replace(find, () => replace));
      }
      await run(Deno.execPath(), ["run", "-q", "-P=build", "scripts/build_cell.ts"], copy);
      const attack = ["run", "-q", "-P=test", "scripts/escapes.ts", "--json", "--only", ...ids];
      const { rows } = JSON.parse(await run(Deno.execPath(), attack, copy, [0, 1]));
      for (const { id, breaches, fit, text } of rows as Row[]) {
        const seen = breaches.length > 0 || fit === "unexpected";
        yield { wall, id, seen, text: breaches[0] ?? text };
      }
    } finally {
      await Deno.remove(copy, { recursive: true });
    }
  }
}

interface Row {
  readonly id: string;
  readonly breaches: readonly string[];
  readonly fit: string;
  readonly text: string;
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  codes: readonly number[] = [0],
): Promise<string> {
  const output = await new Deno.Command(command, { args: [...args], cwd }).output();
  if (!codes.includes(output.code)) {
    throw new Error(`${command} ${args[0]}: ${new TextDecoder().decode(output.stderr)}`);
  }
  return new TextDecoder().decode(output.stdout);
}
