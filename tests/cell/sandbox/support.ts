import {
  defaultSandboxLimits,
  detectLayers,
  exitOf,
  type Layers,
  type Profile,
  type SandboxLimits,
  withoutLayers,
  wrapCommand,
} from "../../../src/cell/sandbox/mod.ts";

/** What this machine has. */
export const layers: Layers = await detectLayers();

/** Only these of the layers; the rest are off. */
export function only(...names: readonly ("bubblewrap" | "prlimit" | "seccomp")[]): Layers {
  const none = { ...withoutLayers("left out by a test"), shell: layers.shell };
  return names.reduce<Layers>((some, name) => ({ ...some, [name]: layers[name] }), none);
}

/** For `ignore:` of a test; says why, once a test is left out. */
export function lacking(...names: readonly ("bubblewrap" | "prlimit" | "seccomp")[]): boolean {
  const off = names.map((name) => layers[name]).find((layer) => !layer.on);
  if (off !== undefined) console.log(`left out: ${off.statement}`);
  return off !== undefined;
}

/** A program to run under the layers. */
export interface Inside {
  readonly program: string;
  readonly layers: Layers;
  /** @default strict */
  readonly profile?: Profile;
  readonly limits?: Partial<SandboxLimits>;
  /** Deno's own flags. @default `-A`: as if all that Deno forbids had fallen */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it; the file it is in goes away with `dispose`. */
export async function startInside(
  { program, layers, profile = "strict", limits = {}, flags = ["-A"], env = {} }: Inside,
): Promise<AsyncDisposable & { readonly child: Deno.ChildProcess }> {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(file, program);
  const offline = ["--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm"];
  const cell = {
    command: Deno.execPath(),
    args: ["run", "--v8-flags=--max-old-space-size=64", ...offline, ...flags, file],
    env: {
      DENO_DIR: "/dev/null/x",
      HOME: "/nonexistent",
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1", // it would open a socket, and seccomp would kill for it
      ...env,
    },
    files: [file],
  };
  const line = wrapCommand(cell, layers, profile, { ...defaultSandboxLimits, ...limits });
  const child = new Deno.Command(line.command, {
    args: [...line.args],
    env: line.env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { child, [Symbol.asyncDispose]: () => Deno.remove(file) };
}

/** Runs it to its end: what it printed, and how it ended. */
export async function runInside(inside: Inside): Promise<{
  readonly out: string;
  readonly error: string;
  readonly code: number;
  readonly signal: string | null;
}> {
  await using started = await startInside(inside);
  const [out, error, status] = await Promise.all([
    new Response(started.child.stdout).text(),
    new Response(started.child.stderr).text(),
    started.child.status,
  ]);
  return { out: out.trim(), error, ...exitOf(status, inside.layers.bubblewrap.on) };
}

/** A program that prints what a power gave, or the name of the error it gave instead. */
export function reach(code: string): string {
  return `try { console.log("got", await (async () => { ${code} })()) }
    catch (error) { console.log(error.name) }`;
}
