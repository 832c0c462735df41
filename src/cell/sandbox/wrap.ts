import type { CellCommand, CommandLine, Layers, Profile, SandboxLimits } from "./types.ts";

/** Where Deno lies inside a cell. */
export const denoInside = "/deno";
/** The folder of the cell's own files inside. */
const filesInside = "/cell";
/** Nobody's user and group, inside the cell's own user namespace. */
const nobody = "65534";

/** The descriptor on which bubblewrap reads the filter; `sh` opens it. */
const filterDescriptor = 9;

/** Everything that bubblewrap takes away, whatever else is said. */
const isolation = [
  "--unshare-all",
  "--unshare-user",
  ...["--uid", nobody, "--gid", nobody],
  ...["--hostname", "cell"],
  "--die-with-parent",
  "--new-session",
  ...["--cap-drop", "ALL"],
  "--clearenv",
] as const;

/** The path inside a cell of one of its files. */
function inside(file: string): string {
  return `${filesInside}/${file.slice(file.lastIndexOf("/") + 1)}`;
}

/** Adds V8 flags to a `deno run` command line, beside those that are there. */
function withV8Flags(args: readonly string[], flags: string): string[] {
  const there = args.findIndex((arg) => arg.startsWith("--v8-flags="));
  if (there >= 0) return args.with(there, `${args[there]},${flags}`);
  return args.toSpliced(1, 0, `--v8-flags=${flags}`);
}

function withPrlimit(line: CommandLine, path: string, profile: Profile, limits: SandboxLimits) {
  const { dataMb, cpuSeconds, openFiles } = limits;
  const caps = [
    ...(profile === "strict" ? [`--data=${dataMb * 1024 * 1024}`] : []),
    `--cpu=${cpuSeconds}:${cpuSeconds}`,
    "--fsize=0",
    `--nofile=${openFiles}`,
    "--core=0",
  ];
  return { ...line, command: path, args: [...caps, "--", line.command, ...line.args] };
}

/** Runs a line through a shell that opens the filter and closes what the house inherited. */
function withShell(line: CommandLine, layers: Layers, filter: string | undefined): CommandLine {
  const { path, close } = layers.shell;
  const steps = close.map((descriptor) => `exec ${descriptor}>&-`);
  if (filter !== undefined) steps.push(`exec ${filterDescriptor}<"$0"`);
  if (steps.length === 0) return line;
  const script = [...steps, 'exec "$@"'].join("; ");
  return {
    command: path,
    args: ["-c", script, filter ?? "cell", line.command, ...line.args],
    env: line.env,
  };
}

/**
 * Wraps the command line of a cell in the layers that are on. Pure: the same arguments always give
 * the same line. What it leaves to the caller: `clearEnv: true`, pipes for stdin, stdout and stderr
 * (a file would meet the limit on file size), SIGKILL to the process it started, which takes the
 * inside with it. The inside is another process: see `innerPid` and `exitOf`.
 *
 * @param cell Deno's own command line, as it would run on the host
 * @param layers what `detectLayers` found
 * @param profile the agent's choice
 * @param limits caps of the kernel
 * @returns the line to start
 * @throws RangeError if a file's path is not absolute or two files have one base name
 */
export function wrapCommand(
  cell: CellCommand,
  layers: Layers,
  profile: Profile,
  limits: SandboxLimits,
): CommandLine {
  checkFiles(cell.files);
  const args = profile === "fast" ? [...cell.args] : withV8Flags(cell.args, "--jitless");
  const { command, env } = cell;
  if (profile === "portable") return { command, args, env };
  const { bubblewrap, prlimit, seccomp } = layers;
  let line: CommandLine = { command, args, env };
  let filter: string | undefined;
  if (bubblewrap.on) {
    const binds = [...bubblewrap.binds, ...cell.files.map((from) => ({ from, to: inside(from) }))];
    if (seccomp.on) filter = seccomp.filters[profile];
    line = {
      command: bubblewrap.path,
      args: [
        ...isolation,
        ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
        ...binds.flatMap(({ from, to }) => ["--ro-bind", from, to]),
        ...["--remount-ro", "/", "--chdir", "/"],
        ...(filter === undefined ? [] : ["--seccomp", String(filterDescriptor)]),
        ...["--", denoInside],
        ...args.map((arg) => cell.files.reduce((text, f) => text.replaceAll(f, inside(f)), arg)),
      ],
      env: {},
    };
  }
  if (prlimit.on) line = withPrlimit(line, prlimit.path, profile, limits);
  return withShell(line, layers, filter);
}

function checkFiles(files: readonly string[]): void {
  for (const file of files) {
    if (!file.startsWith("/")) {
      throw new RangeError(`cannot show a cell the file '${file}': its path must be absolute`);
    }
  }
  if (new Set(files.map(inside)).size !== files.length) {
    throw new RangeError(`cannot show a cell two files of one name: ${files.join(", ")}`);
  }
}
