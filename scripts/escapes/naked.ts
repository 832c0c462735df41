import {
  type Cell,
  type CellLimits,
  denoSpawner,
  type Lived,
  type Outcome,
  type Spawner,
  type TurnPowers,
} from "../../src/cell/mod.ts";
import type { Json } from "../../src/core/json.ts";
import type { DeathFacts } from "../../src/death/mod.ts";
import { firstGenome } from "../../src/genome/mod.ts";

/** What evaluates the code: a Worker without permissions, and nothing else of a cell's insides. */
const worker = `onmessage = async ({ data }) => {
  try {
    const run = new (async () => {}).constructor("message", data);
    const returned = await run({ turn: 1 });
    postMessage({ returned: JSON.parse(JSON.stringify(returned ?? null) ?? "null") });
  } catch (error) {
    postMessage({ thrown: String(error?.message) });
  }
};`;

const main = `const worker = new Worker(
    "data:text/javascript," + encodeURIComponent(${JSON.stringify(worker)}),
    { type: "module", deno: { permissions: "none" } },
  );
  worker.onerror = (event) => { event.preventDefault(); console.log(JSON.stringify({ thrown: "" })); };
  worker.onmessage = ({ data }) => console.log(JSON.stringify(data));
  for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    worker.postMessage(JSON.parse(line));
  }`;

const flags = ["--quiet", "--no-prompt", "--no-remote", "--no-npm", "--no-config", "--no-lock"];

/**
 * A cell without an inside: a plain Worker with no permissions in a process with none. It shows what
 * the layers around a cell hold by themselves, and that the canaries sing where nothing holds.
 *
 * @param sandbox puts the layers around, told of the file that the process loads
 */
export async function launchNaked(
  sandbox: (spawn: Spawner, files: readonly string[]) => Spawner,
  limits: CellLimits,
): Promise<Cell> {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(file, main);
  const process = sandbox(denoSpawner, [file])({
    file: Deno.execPath(),
    args: ["run", ...flags, "--cached-only", "--unstable-worker-options", file],
    env: {
      DENO_DIR: "/dev/null/x",
      HOME: "/nonexistent",
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
    },
  });
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const complaint = new Response(process.stderr).text();
  let usable = true;

  const say = async (code: string): Promise<Answer | undefined> => {
    await writer.write(new TextEncoder().encode(JSON.stringify(code))).catch(() => {});
    const { value } = await reader.read();
    try {
      return value === undefined ? undefined : JSON.parse(value.split("\n")[0] ?? "");
    } catch {
      return { returned: `BREACH: a frame that is none: ${value?.slice(0, 80)}` };
    }
  };
  const end = async (): Promise<Partial<DeathFacts>> => {
    usable = false;
    const { code, signal } = await process.exit;
    return { exit: { code, signal }, stderr: (await complaint).slice(0, 4096) };
  };

  return {
    pid: process.pid,
    get usable() {
      return usable;
    },
    birth: () => Promise.resolve({ lived: true }),
    async turn(_turn, powers: TurnPowers): Promise<Outcome> {
      const code = await powers.llm("");
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<"late">((resolve) => {
        timer = setTimeout(() => resolve("late"), limits.stepMs);
      });
      const answer = await Promise.race([say(code), late]);
      clearTimeout(timer);
      if (answer === "late") {
        process.kill();
        return died({ ...await end(), kill: { rule: "deadline", deadlineMs: limits.stepMs } });
      }
      if (answer === undefined) return died(await end());
      if ("returned" in answer) return lived(answer.returned);
      return died({ fault: { kind: "exception", message: answer.thrown } });
    },
    onDeath: () => {},
    async kill() {
      process.kill();
      await process.exit;
      await Promise.allSettled([reader.cancel(), writer.abort(), complaint]);
      await Deno.remove(file).catch(() => {});
    },
  };
}

type Answer = { readonly returned: Json } | { readonly thrown: string };

const usage = { elapsedMs: 0, busyMs: 0, rssBytes: 0, printBytes: 0, messages: 0, modelCalls: 0 };
const said = { prints: [], attempts: [], usage };

function lived(returned: Json): Lived {
  const nothing = { edited: [], dropped: [], used: [], query: "" };
  return { lived: true, genome: firstGenome, returned, ...nothing, ...said };
}

function died(facts: Partial<DeathFacts>): Outcome {
  return { lived: false, facts: { phase: "turn", stderr: "", detectedMs: 0, ...facts }, ...said };
}
