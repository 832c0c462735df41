/**
 * Process entry: the policy process. It samples, trains and keeps the versions, and answers its
 * supervisor over loopback HTTP.
 *
 * The first line of its standard input is the bearer token; the end of its standard input is the end of
 * it, so that it never outlives its supervisor. It says one JSON line when it is ready, `{"port": N}`,
 * or, before it exits with 2, `{"error": {"code", "message", "hint"}}`.
 */
import { Command } from "commander";
import { messageOf, VivariumError } from "../src/core/errors.ts";
import { seededRandom, seedFrom } from "../src/core/random.ts";
import {
  type Checkpoint,
  parametersHash,
  readCheckpoint,
  VersionStore,
} from "../src/policy/checkpoint/mod.ts";
import { initParameters } from "../src/policy/llama/mod.ts";
import {
  MetricsLog,
  policyApp,
  PolicyService,
  type SamplerCalls,
  Spool,
  type TrainerCalls,
  WorkerCalls,
} from "../src/policy/server/mod.ts";
import { trainerSettings } from "../src/trainer/mod.ts";

interface Options {
  readonly dir: string;
  readonly checkpoint: string;
  readonly seed: number;
  readonly kind: "pretrained" | "random";
  readonly train: "on" | "off";
  readonly updates: "due" | "asked";
  readonly port: number;
  readonly batchEpisodes: number;
  readonly group: number;
  readonly settings: string;
}

const options = new Command("policy")
  .requiredOption("--dir <folder>", "episodes and versions")
  .requiredOption("--checkpoint <folder>", "version 0")
  .option("--seed <number>", "seed of random weights and of training", Number, 1)
  .option("--kind <kind>", "pretrained or random", "pretrained")
  .option("--train <switch>", "on or off", "on")
  .option("--updates <when>", "due: as soon as enough episodes wait; asked: only when asked", "due")
  .option("--port <number>", "0: any that is free", Number, 0)
  .option("--batch-episodes <number>", "episodes of one update", Number, 8)
  .option("--group <number>", "lives of a group, which an update takes together", Number, 1)
  .option("--settings <json>", "the trainer's settings, as JSON", "{}")
  .parse(Deno.args, { from: "user" })
  .opts<Options>();

function say(line: object): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
}

const warn = (line: string): void => console.error(`policy: ${line}`);

/**
 * The end of the input. All that was acknowledged is on the disk, so nothing has to be waited for. It is
 * no `Deno.exit`: that runs ONNX Runtime's destructors, which crash under a Worker that computes or is
 * just loading it.
 */
function leave(): void {
  Deno.kill(Deno.pid, "SIGKILL");
}

/** The token; then the process lives as long as its standard input is open. */
async function readToken(): Promise<string> {
  const reader = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) Deno.exit(0);
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
    leave();
  })();
  return text.slice(0, text.indexOf("\n")).trim();
}

/** Version 0: the checkpoint, or its shape with random weights. */
async function readBase(): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(options.checkpoint);
  if (options.kind === "pretrained") return checkpoint;
  const random = seededRandom(seedFrom("random policy", options.seed));
  const parameters = initParameters(checkpoint.config, random);
  const hash = parametersHash(parameters);
  const manifest = { ...checkpoint.manifest, hash, base: hash, metrics: {}, training: {} };
  return { ...checkpoint, parameters, manifest };
}

function startWorker(file: string): Worker {
  return new Worker(new URL(file, import.meta.url), { type: "module" });
}

function crash(message: string): never {
  warn(`a Worker failed: ${message}`);
  Deno.exit(1);
}

async function main(): Promise<void> {
  const token = await readToken();
  const settings = trainerSettings(JSON.parse(options.settings));
  const base = await readBase();
  const versions = await VersionStore.open(`${options.dir}/versions`, base);
  // Damage is found before any Worker starts.
  await versions.load(versions.current);
  const published = versions.manifests.filter(({ version }) => version > 0).map((manifest) => ({
    atMs: manifest.createdAtMs,
    outcome: "published" as const,
    version: manifest.version,
    why: null,
    episodes: manifest.episodes,
    metrics: manifest.metrics,
  }));
  const metrics = await MetricsLog.open(options.dir, published, Date.now());
  const spool = await Spool.open(options.dir, versions.usedEpisodes, options.group);
  const service = await PolicyService.start({
    kind: options.kind,
    base,
    versions,
    spool,
    metrics,
    sampler: new WorkerCalls<SamplerCalls>(startWorker("./policy_sampler.ts"), crash),
    startTrainer: options.train === "off"
      ? undefined
      : () => new WorkerCalls<TrainerCalls>(startWorker("./policy_trainer.ts"), crash),
    settings,
    batchEpisodes: options.batchEpisodes,
    updates: options.updates,
    seed: options.seed,
    now: Date.now,
    warn,
  });
  const app = policyApp({ service, token, warn });
  Deno.serve({
    hostname: "127.0.0.1",
    port: options.port,
    onListen: ({ port }) => say({ port }),
  }, app.fetch);
}

try {
  await main();
} catch (error) {
  const { code, hint } = error instanceof VivariumError
    ? error
    : { code: "internal", hint: undefined };
  say({ error: { code, message: messageOf(error), hint } });
  Deno.exit(2);
}
