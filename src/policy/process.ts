import { z } from "zod";
import { errorCodes, messageOf, VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";
import { PolicyClient } from "./client.ts";

/** How a policy process is started. */
export interface PolicyProcessOptions {
  /** Where its episodes and versions lie; made if it is not there. */
  readonly dir: string;
  /** Version 0. @default the shipped one, assets/policy */
  readonly checkpoint?: string;
  /** Seed of random weights, and of training. @default 1 */
  readonly seed?: number;
  /** @default "pretrained" */
  readonly kind?: "pretrained" | "random";
  /** @default true */
  readonly train?: boolean;
  /** Episodes of one update. @default 8 */
  readonly batchEpisodes?: number;
  /** Whether an update is made as soon as enough episodes wait, or only when asked. @default "due" */
  readonly updates?: "due" | "asked";
  /** Lives of a group, which an update takes together. @default 1 */
  readonly groupSize?: number;
  /** The trainer's settings, where they differ from its defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** How long it may take to be ready. @default 30000 */
  readonly readyTimeoutMs?: number;
  /** Told of each line that it writes to its standard error. */
  readonly onLog?: (line: string) => void;
}

/** How a policy process ended. One that was asked to end does so by SIGKILL, by its own hand. */
export interface PolicyExit {
  readonly code: number;
  readonly signal: string | null;
  /** The end of its standard error, printable. */
  readonly stderr: string;
}

/** A policy process that is ready. */
export interface PolicyProcess {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly client: PolicyClient;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<PolicyExit>;
  /** Asks it to end, by the end of its standard input; kills it if it does not. Idempotent. */
  stop(): Promise<PolicyExit>;
}

const helloSchema = z.union([
  z.strictObject({ port: z.int().min(1) }),
  z.strictObject({
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      hint: z.string().optional(),
    }),
  }),
]);

/** How long a process that was asked to end may take. */
const stopMs = 3000;
const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

/**
 * Starts the policy process and waits until it is ready.
 *
 * @throws {VivariumError} what the process says it is: `checkpoint` for one that is damaged; `timeout`
 * if it is not ready in time; `unavailable` if it ends before
 */
export async function startPolicyProcess(options: PolicyProcessOptions): Promise<PolicyProcess> {
  const { readyTimeoutMs = 30_000, onLog = () => {} } = options;
  await Deno.mkdir(options.dir, { recursive: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: await commandLine(options),
    // Nothing of ours but what Deno needs to find its cache.
    clearEnv: true,
    env: environment(),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // In a session of its own: a terminal's Ctrl-C is for the house, which needs it to the end.
    detached: true,
  }).spawn();
  const log = collectLog(child.stderr, onLog);
  const input = child.stdin.getWriter();
  const exited = child.status.then(async ({ code, signal }): Promise<PolicyExit> => {
    // Nobody reads it any more: without this each death would leave a pipe open.
    await input.abort().catch(() => {});
    return { code, signal, stderr: await log };
  });
  const token = newToken();
  let stopping: Promise<PolicyExit> | undefined;
  const stop = (): Promise<PolicyExit> =>
    stopping ??= (async () => {
      await input.close().catch(() => {});
      const timer = setTimeout(() => kill(child), stopMs);
      return await exited.finally(() => clearTimeout(timer));
    })();
  try {
    await input.write(new TextEncoder().encode(`${token}\n`)).catch(() => {});
    const port = await hello(child.stdout, exited, readyTimeoutMs);
    const url = `http://127.0.0.1:${port}`;
    return { url, token, pid: child.pid, client: new PolicyClient({ url, token }), exited, stop };
  } catch (error) {
    kill(child);
    await stop();
    throw error;
  }
}

async function commandLine(options: PolicyProcessOptions): Promise<string[]> {
  const dir = await Deno.realPath(options.dir);
  const checkpoint = options.checkpoint ?? `${root}/assets/policy`;
  for (const path of [root, dir, checkpoint]) {
    // Deno's permissions are lists with commas between their paths, and know no escape.
    if (!path.includes(",")) continue;
    throw new VivariumError("bad-usage", `cannot start the policy: '${path}' has a comma in it`, {
      hint: "use a path without one",
    });
  }
  return [
    "run",
    "--quiet",
    "--no-prompt",
    `--config=${root}/deno.json`,
    `--allow-read=${[root, dir, checkpoint].join(",")}`,
    `--allow-write=${dir}`,
    `--allow-ffi=${root}/node_modules`,
    "--allow-net=127.0.0.1",
    "--allow-env",
    `${root}/workers/policy.ts`,
    "--dir",
    dir,
    "--checkpoint",
    checkpoint,
    "--seed",
    String(options.seed ?? 1),
    "--kind",
    options.kind ?? "pretrained",
    "--train",
    options.train ?? true ? "on" : "off",
    "--updates",
    options.updates ?? "due",
    "--batch-episodes",
    String(options.batchEpisodes ?? 8),
    "--group",
    String(options.groupSize ?? 1),
    "--settings",
    JSON.stringify(options.settings ?? {}),
  ];
}

function environment(): Record<string, string> {
  const kept = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "LANG"];
  const entries = kept.map((name) => [name, Deno.env.get(name)] as const);
  const found = entries.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
  return { ...Object.fromEntries(found), NO_COLOR: "1" };
}

function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toHex();
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The port that the process names, in its first line. */
async function hello(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  exited: Promise<PolicyExit>,
  timeoutMs: number,
): Promise<number> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new VivariumError("timeout", `the policy is not ready after ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    const line = await Promise.race([firstLine(stdout), late]);
    if (line === undefined) {
      const { code, stderr } = await exited;
      throw new VivariumError(
        "unavailable",
        `the policy process ended before it was ready: exit code ${code}: ${
          stderr || "it said nothing"
        }`,
      );
    }
    const said = helloSchema.parse(JSON.parse(line));
    if ("port" in said) return said.port;
    const { code, message, hint } = said.error;
    throw new VivariumError(code, message, hint === undefined ? {} : { hint });
  } catch (error) {
    if (error instanceof VivariumError) throw error;
    throw new VivariumError("internal", `the policy process speaks oddly: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** The first line; whatever follows is read and thrown away, so that the pipe never fills. */
async function firstLine(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string | undefined> {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) return undefined;
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })().catch(() => {});
  return text.slice(0, text.indexOf("\n"));
}

async function collectLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLog: (line: string) => void,
): Promise<string> {
  let [rest, tail] = ["", ""];
  try {
    for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(-10_000);
      for (const line of lines) onLog(printable(line, 1000));
      tail = (tail + text).slice(-2000);
    }
  } catch {
    // The pipe broke with the process.
  }
  return printable(tail.trim(), 2000);
}
