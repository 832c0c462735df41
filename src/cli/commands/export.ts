import { Command, Option } from "commander";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { modelFormats } from "../../policy/mod.ts";
import { episodesOf, type LivedEpisode } from "../export/episodes.ts";
import { type EpisodeFormat, episodeFormats, inFormat } from "../export/formats.ts";
import { integer } from "../options.ts";
import { type Progress, progressOf } from "../progress.ts";
import { type Source, type SourceOptions, withHouse } from "../source/mod.ts";
import type { Terminal } from "../terminal.ts";
import { agentView, policyView, readOne, rowsOf, versionView } from "../views.ts";
import { count } from "../words/forms.ts";
import { examples, withSource } from "./reading.ts";

interface EpisodesOptions extends SourceOptions {
  readonly format: EpisodeFormat;
  readonly agent?: string;
  readonly out?: string;
}

interface ModelOptions extends SourceOptions {
  readonly format: string;
  readonly policyVersion?: number;
  readonly out?: string;
}

/** `export`: lives for other trainers, and the policy for other runtimes. */
export function exportCommand(terminal: Terminal): Command {
  const formats = Object.entries(episodeFormats)
    .map(([name, text]) => `  ${name.padEnd(11)} ${text}`).join("\n");
  return new Command("export")
    .description("Lives as JSON lines for other trainers; the policy as a file.")
    .addCommand(
      withHouse(new Command("episodes").description("Lives as JSON lines."))
        .addOption(
          new Option("--format <format>", "one of those below")
            .choices(Object.keys(episodeFormats)).default("native"),
        )
        .option("--agent <name>", "of one agent; also one that is gone")
        .option("--out <file>", "where to write [standard output]")
        .addHelpText("after", `\nFormats:\n${formats}`)
        .action((options: EpisodesOptions) =>
          withSource(options, terminal, (source) => episodes(source, options, terminal))
        ),
    )
    .addCommand(
      withHouse(new Command("model").description("A version of the policy as a file."))
        .addOption(
          new Option("--format <format>", "weights, or a graph with them")
            .choices([...modelFormats]).default("safetensors"),
        )
        .option("--policy-version <n>", "which [the present one]", integer(0, 2 ** 53))
        .option("--out <file>", "where to write [policy-N.FORMAT]")
        .action((options: ModelOptions) =>
          withSource(options, terminal, (source) => model(source, options, terminal))
        ),
    )
    .addHelpText(
      "after",
      examples(
        "export episodes --db garden.db > lives.jsonl",
        "export episodes --format trl-kto --out kto.jsonl",
        "export model --format onnx --out policy.onnx",
      ),
    );
}

async function episodes(
  source: Source,
  options: EpisodesOptions,
  terminal: Terminal,
): Promise<void> {
  const hashes = new Map<number, string>();
  for await (
    const { version, hash } of rowsOf(source, { path: "/v1/policy/versions", view: versionView })
  ) hashes.set(version, hash);
  using progress = progressOf(terminal, "lives", await livesIn(source, options.agent));
  const read = counted(episodesOf(source, { agent: options.agent, hashes }), progress);
  let lines = 0;
  if (options.out === undefined) {
    for await (const line of inFormat(options.format, read)) terminal.out(JSON.stringify(line));
    return;
  }
  using file = openFile(options.out);
  for await (const line of inFormat(options.format, read)) {
    file.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    lines++;
  }
  terminal.out(`${options.out}: ${count(lines, "line")}, ${options.format}`);
}

/** How many lives there will be, for the bar. */
async function livesIn(source: Source, agent: string | undefined): Promise<number> {
  let lives = 0;
  for await (const { name, life } of rowsOf(source, { path: "/v1/agents", view: agentView })) {
    if (agent === undefined || agent === name) lives += life;
  }
  return lives;
}

async function* counted(
  episodes: AsyncIterable<LivedEpisode>,
  progress: Progress,
): AsyncGenerator<LivedEpisode> {
  let done = 0;
  for await (const episode of episodes) {
    yield episode;
    progress.at(++done);
  }
}

async function model(source: Source, options: ModelOptions, terminal: Terminal): Promise<void> {
  const version = options.policyVersion ??
    (await readOne(source, "/v1/policy", policyView)).value.version;
  const path = `/v1/policy/versions/${version}/model`;
  const bytes = await source.bytes(path, { format: options.format });
  const out = options.out ?? `policy-${version}.${options.format}`;
  using file = openFile(out);
  file.write(bytes);
  terminal.out(`${out}: version ${version}, ${count(bytes.length, "byte")}`);
}

/** A file to write to, made or made empty. */
function openFile(path: string): Disposable & { write(bytes: Uint8Array): void } {
  try {
    const file = Deno.openSync(path, { write: true, create: true, truncate: true });
    return {
      write(bytes): void {
        for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      },
      [Symbol.dispose]: () => file.close(),
    };
  } catch (cause) {
    throw new VivariumError("bad-usage", `cannot write '${path}': ${messageOf(cause)}`, {
      hint: "name a file in a folder that is there",
      cause,
    });
  }
}
