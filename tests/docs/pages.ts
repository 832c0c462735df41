/** Runs the commands of a page as a person would: in a copy of the repository, on a terminal. */
import { assert, assertEquals } from "@std/assert";
import { root } from "../support/command.ts";

/** A fenced block of a page. */
export interface Block {
  /** What stands behind the fence: `sh`, `text`, `ts`. */
  readonly language: string;
  readonly text: string;
  /** The HTML comment before it, if any: `stays` for a command that runs on. */
  readonly note: string | undefined;
  /** Line of the fence, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page. */
export function blocksOf(markdown: string): Block[] {
  const fenced = /(?:<!-- ([^\n]*?) -->\n+)?^```(\w*)\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(fenced)].map((match) => {
    const [, note, language = "", text = ""] = match;
    const at = match.index + match[0].indexOf("```");
    return { language, text, note, line: markdown.slice(0, at).split("\n").length };
  });
}

/** How a page is run. */
export interface PageOptions {
  /** Beside what every command gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Words of the page that stand for something else here, such as a model that is not to be had. */
  readonly replace?: Readonly<Record<string, string>>;
}

/** The longest that a block may take; a guard against waiting for ever, not a measure. */
const patienceMs = 180_000;

/**
 * Runs every `sh` and `ts` block of a page, in order, in one copy of the repository; each must succeed,
 * and print what the `text` block behind it shows. A block that `stays` runs on to the end of the page.
 *
 * @returns how many blocks were run
 */
export async function runPage(path: string, options: PageOptions = {}): Promise<number> {
  // Beside the packages, so that they can be linked.
  await Deno.mkdir(`${root}/.vivarium`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${root}/.vivarium`, prefix: "docs-" });
  const staying: Staying[] = [];
  try {
    await copyRepository(folder);
    const blocks = blocksOf(await Deno.readTextFile(`${root}/${path}`));
    const port = freePort();
    const env = { VIVARIUM_URL: `http://127.0.0.1:${port}`, ...options.env };
    let ran = 0;
    for (const [index, block] of blocks.entries()) {
      const isProgram = block.language === "ts";
      if (block.language !== "sh" && !isProgram) continue;
      assert(
        block.note === undefined || block.note === "stays",
        `${path}:${block.line} is not run`,
      );
      const text = replaced(block.text, {
        ...options.replace,
        "127.0.0.1:8420": `127.0.0.1:${port}`,
      });
      if (isProgram) await Deno.writeTextFile(`${folder}/program.ts`, text);
      const script = isProgram ? "deno run -q --no-prompt -P=house program.ts" : text.replaceAll(
        /^.*\bdeno task run\b.*$/gm,
        (line) => line.includes("--port") ? line : `${line} --port ${port}`,
      );
      ran++;
      if (block.note === "stays") {
        staying.push(await Staying.start(script, folder, port, env));
        continue;
      }
      const { code, output } = await onTerminal(script, folder, env);
      assertEquals(code, 0, `${path}:${block.line}\n${output}`);
      const shown = blocks[index + 1];
      if (shown?.language === "text") assertShown(output, shown.text, `${path}:${shown.line}`);
    }
    for (const house of staying.splice(0)) {
      const { code, output } = await house.end();
      assertEquals(code, 0, output);
    }
    return ran;
  } finally {
    for (const house of staying) await house.end();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A command that runs on, in a terminal of its own. */
class Staying {
  private constructor(
    readonly process: Deno.ChildProcess,
    readonly output: Promise<string>,
  ) {}

  /** Starts it, and waits until its API answers. */
  static async start(
    script: string,
    cwd: string,
    port: number,
    env: PageOptions["env"],
  ): Promise<Staying> {
    const process = terminal(script, cwd, env).spawn();
    const staying = new Staying(process, new Response(process.stdout).text());
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        async (response) => (await response.body?.cancel(), response.ok),
        () => false,
      );
      if (ready) return staying;
      if (performance.now() > deadline) throw new Error((await staying.end()).output);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** Ctrl-C, and what it came to. */
  async end(): Promise<{ code: number; output: string }> {
    const writer = this.process.stdin.getWriter();
    await writer.write(new Uint8Array([3])).catch(() => {});
    const { code } = await withinPatience(this.process);
    await writer.close().catch(() => {});
    return { code, output: await this.output };
  }
}

async function onTerminal(
  script: string,
  cwd: string,
  env: PageOptions["env"],
): Promise<{ code: number; output: string }> {
  const process = terminal(script, cwd, env).spawn();
  const output = new Response(process.stdout).text();
  const { code } = await withinPatience(process);
  await process.stdin.close().catch(() => {});
  return { code, output: await output };
}

/** How a process ended; one that takes too long is made to. */
async function withinPatience(process: Deno.ChildProcess): Promise<Deno.CommandStatus> {
  const timer = setTimeout(() => process.kill("SIGKILL"), patienceMs);
  const status = await process.status;
  clearTimeout(timer);
  return status;
}

/**
 * `script` (util-linux) gives a terminal, so that the log is in words. It runs the command by $SHELL, and by
 * sh where there is none, which Ctrl-C ends before the house has ended: the reader's shell is bash.
 */
function terminal(script: string, cwd: string, env: PageOptions["env"] = {}): Deno.Command {
  const own = Deno.execPath().replace(/\/deno$/, "");
  return new Deno.Command("script", {
    args: ["-qec", `bash -euo pipefail -c ${quoted(script)}`, "/dev/null"],
    cwd,
    env: {
      NO_COLOR: "1",
      SHELL: "/bin/bash",
      PATH: `${own}:${Deno.env.get("PATH") ?? ""}`,
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What the reader has: the files of the repository, and its packages, which nobody writes to. */
async function copyRepository(folder: string): Promise<void> {
  const names = [...Deno.readDirSync(root)].map(({ name }) => name);
  const own = names.filter((name) => !name.startsWith(".") && name !== "node_modules");
  for (const args of [["-r", ...own], ["-al", "node_modules"]]) {
    const { success } = await new Deno.Command("cp", { args: [...args, folder], cwd: root })
      .output();
    assert(success);
  }
}

function replaced(text: string, by: Readonly<Record<string, string>>): string {
  return Object.entries(by).reduce((so, [from, to]) => so.replaceAll(from, to), text);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Checks that the lines of a `text` block are printed, in their order; … stands for anything. */
function assertShown(output: string, shown: string, where: string): void {
  let rest = plain(output);
  for (const line of plain(shown).split("\n")) {
    if (line === "" || line === "…") continue;
    const pattern = line.split("…").map(RegExp.escape).join("[^\\n]*");
    const match = rest.match(new RegExp(pattern));
    assert(match !== null, `${where} shows\n${line}\nwhich is not in\n${rest}`);
    rest = rest.slice((match.index ?? 0) + match[0].length);
  }
}

/** Without what differs from run to run (times of day, durations) and without padding. */
function plain(text: string): string {
  return text.replaceAll("\r", "")
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "00:00:00")
    .replaceAll(/\b[\d.]+ ms\b/g, "0 ms")
    .replaceAll(/\d+\.\d+ s\b/g, "0.0 s")
    .replaceAll(/ +/g, " ");
}
