/**
 * Whether readers of the event stream slow a house down: its step rate without readers, and with many,
 * one of which never reads. In turns, since the machines are noisy.
 *
 *     deno run -P=test scripts/bench/event_streams.ts --clients 500 --seconds 6 --rounds 2
 *
 * The clients are a process of their own. The model answers after `--think` milliseconds, as one does.
 */
import process from "node:process";
import { Command } from "commander";
import { connectAll } from "./stream_clients.ts";
import { openHouse, serve } from "../../mod.ts";

interface Options {
  readonly clients: string;
  readonly seconds: string;
  readonly rounds: string;
  readonly agents: string;
  readonly think: string;
}

const options = new Command("event_streams")
  .description("What readers of the event stream cost a house.")
  .option("--clients <n>", "readers, one of which never reads", "500")
  .option("--seconds <n>", "how long each measurement takes", "6")
  .option("--rounds <n>", "measurements of each kind", "2")
  .option("--agents <n>", "agents that live", "4")
  .option("--think <ms>", "what the model takes", "100")
  .parse(Deno.args, { from: "user" }).opts<Options>();

const folder = await Deno.makeTempDir({ prefix: "vivarium-streams-" });
const house = await openHouse({
  db: `${folder}/house.db`,
  agents: Number(options.agents),
  horizon: 10_000,
  llm: {
    spec: "thinker",
    async complete() {
      await new Promise((resolve) => setTimeout(resolve, Number(options.think)));
      const text = "this.state.n = (this.state.n ?? 0) + 1;";
      return { text, model: "thinker@1", tokens: { prompt: 1, completion: 1 } };
    },
    close: () => Promise.resolve(),
  },
});
let steps = 0;
house.subscribe(({ kind }) => {
  if (kind === "step.committed") steps++;
});
const server = serve(house, { port: 0 });
house.begin();
await pause(3);

const rates: Record<"alone" | "watched", number[]> = { alone: [], watched: [] };
/** Processor time of the house's own process, in shares of one core. */
const busy: Record<"alone" | "watched", number[]> = { alone: [], watched: [] };
let heard = 0;
for (let round = 0; round < Number(options.rounds); round++) {
  await measure("alone");
  const readers = await connectAll(server.url, Number(options.clients));
  await measure("watched");
  heard += await readers.leave();
}
await server.shutdown();
await house.stop();
await Deno.remove(folder, { recursive: true });

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const [alone, watched] = [mean(rates.alone), mean(rates.watched)];
console.log(`steps a second alone:     ${alone.toFixed(1)}  (${shown(rates.alone)})`);
console.log(
  `with ${options.clients} readers:        ${watched.toFixed(1)}  (${shown(rates.watched)})`,
);
console.log(`kept:                     ${(watched / alone * 100).toFixed(1)} %`);
console.log(
  `the house's core:         ${percent(mean(busy.alone))} alone, ${
    percent(mean(busy.watched))
  } with`,
);
console.log(`events that readers heard: ${heard}`);

async function measure(kind: "alone" | "watched"): Promise<void> {
  const before = steps;
  const used = process.cpuUsage();
  const start = performance.now();
  await pause(Number(options.seconds));
  const tookMs = performance.now() - start;
  rates[kind].push((steps - before) * 1000 / tookMs);
  const { user, system } = process.cpuUsage(used);
  busy[kind].push((user + system) / 1000 / tookMs);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function shown(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(", ");
}
