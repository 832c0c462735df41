/** What a command may know of, and do to, where it runs. Tests give one of their own. */
export interface Terminal {
  /** Writes lines to standard output. */
  out(text: string): void;
  /** Writes lines to standard error. */
  err(text: string): void;
  /** Columns of standard output; null where it is no terminal, and nothing need be made to fit. */
  readonly columns: number | null;
  /** Whether standard output takes ANSI colours. */
  readonly color: boolean;
  /** Whether a progress bar may be drawn on standard error. */
  readonly progress: boolean;
  /** All of standard input. */
  input(): Promise<string>;
  /** An environment variable; undefined where it is not set, or empty. */
  env(name: string): string | undefined;
  /** Aborted when a command that goes on for ever (`logs -f`) is to end. */
  readonly ending: AbortSignal;
}

/** The terminal that the program really runs in. */
export function systemTerminal(): Terminal {
  const env = (name: string): string | undefined => Deno.env.get(name) || undefined;
  const tty = Deno.stdout.isTerminal();
  const dumb = env("TERM") === "dumb";
  return {
    out: (text) => writeAll(Deno.stdout, `${text}\n`),
    err: (text) => writeAll(Deno.stderr, `${text}\n`),
    columns: tty ? consoleColumns() : null,
    color: env("NO_COLOR") === undefined && !dumb && (tty || env("FORCE_COLOR") !== undefined),
    progress: Deno.stderr.isTerminal() && !dumb,
    input: () => new Response(Deno.stdin.readable).text(),
    env,
    ending: new AbortController().signal,
  };
}

/** Writes everything; a reader that has gone (`| head`) is the end of the command, not a failure. */
function writeAll(stream: typeof Deno.stdout, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    Deno.exit(0);
  }
}

function consoleColumns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
