import { erlangOf, type Schedule } from "./schedule.ts";

const fixture = new URL("traces.txt.gz", import.meta.url);
const program = new URL("trace.escript", import.meta.url).pathname;

/** What OTP's own supervisor does on these schedules, a line each; undefined where OTP is missing. */
export async function liveTraces(
  schedules: readonly Schedule[],
): Promise<readonly string[] | undefined> {
  const file = await Deno.makeTempFile({ suffix: ".terms" });
  try {
    await Deno.writeTextFile(file, schedules.map(erlangOf).join("\n"));
    const { code, stdout, stderr } = await new Deno.Command("escript", { args: [program, file] })
      .output();
    if (code !== 0) throw new Error(`escript: ${new TextDecoder().decode(stderr)}`);
    return linesOf(new TextDecoder().decode(stdout));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await Deno.remove(file);
  }
}

/** What OTP's own supervisor did when the traces were recorded. */
export async function recordedTraces(): Promise<readonly string[]> {
  const { body } = await fetch(fixture);
  if (body === null) throw new Error("there are no recorded traces");
  return linesOf(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).text());
}

/** Records traces, to stand in where OTP is missing. */
export async function recordTraces(traces: readonly string[]): Promise<void> {
  const text = new Blob([traces.map((line) => `${line}\n`).join("")]);
  const packed = text.stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(fixture, packed);
}

/** A pool's members are stopped at once, in no order: here by name. */
export function canonical(trace: string): string {
  return trace.trimEnd().replace(
    /[-x]p\d+(?: [-x]p\d+)+/g,
    (run) => run.split(" ").sort().join(" "),
  );
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}
