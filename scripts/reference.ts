/**
 * Writes docs/reference/ from the code. `--check` writes nothing, and exits 1 where a page is stale.
 */
import { causesPage } from "./reference/causes.ts";
import { errorsPage } from "./reference/errors.ts";
import { eventsPage } from "./reference/events.ts";
import { limitsPage } from "./reference/limits.ts";
import { metricsPage } from "./reference/metrics.ts";

const root = new URL("../", import.meta.url).pathname;

/** Folder of the pages. */
export const folder = `${root}docs/reference`;

/** Every page by its file's name, formatted as `deno fmt` wants it. */
export async function referencePages(): Promise<Record<string, string>> {
  const pages = {
    "causes.md": causesPage(),
    "errors.md": errorsPage(`${root}src`),
    "events.md": eventsPage(),
    "limits.md": limitsPage(),
    "metrics.md": await metricsPage(),
  };
  const formatted = Object.entries(pages).map(async ([name, text]) =>
    [name, await format(`${generated}\n\n${text}`)] as const
  );
  return Object.fromEntries(await Promise.all(formatted));
}

const generated = "<!-- Written by `deno task reference` from the code: change it there. -->";

async function format(text: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error("deno fmt cannot format a page of the reference");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  let stale = 0;
  for (const [name, text] of Object.entries(await referencePages())) {
    const path = `${folder}/${name}`;
    const present = await Deno.readTextFile(path).catch(() => "");
    if (present === text) continue;
    if (Deno.args.includes("--check")) {
      console.error(`docs/reference/${name} is stale: deno task reference`);
      stale++;
    } else {
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(path, text);
      console.log(`docs/reference/${name}`);
    }
  }
  if (stale > 0) Deno.exit(1);
}
