import { assert, assertEquals } from "@std/assert";
import type { Episode } from "../../src/core/episode.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import { seededRandom } from "../../src/core/random.ts";
import { initParameters, parseConfig } from "../../src/policy/llama/mod.ts";
import { trainerCalls } from "../../src/trainer/mod.ts";
import { folder, referencePages } from "../../scripts/reference.ts";
import { eventWords } from "../../scripts/reference/events.ts";
import { messagesIn } from "../../scripts/reference/messages.ts";
import { updateMetrics } from "../../scripts/reference/update_metrics.ts";
import { runScript } from "../e2e/support.ts";

Deno.test("docs/reference is what `deno task reference` writes", async () => {
  const pages = await referencePages();
  const present = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assertEquals(present, Object.keys(pages).sort());
  for (const [name, text] of Object.entries(pages)) {
    const written = await Deno.readTextFile(`${folder}/${name}`);
    assert(written === text, `docs/reference/${name} is stale: deno task reference`);
  }
});

Deno.test("messagesIn() finds every error that a source makes, with what it chooses from", () => {
  const source = `
    export function f(name: string): VivariumError {
      if (name === "") throw new VivariumError("bad-usage", "no name", { hint: "give one" });
      return new VivariumError(
        name.length > 9 ? "too-large" : "not-found",
        \`'\${name}' is \` + (name.length > 9 ? "long" : "nowhere"),
        { data: { name }, hint: \`see \${name}\` },
      );
    }
    const other = new Error("not ours"), unknown = new VivariumError(code, "who knows");`;
  assertEquals(
    messagesIn(source).map(({ code, message, hint }) => [code, message, hint]),
    [
      ["bad-usage", "no name", "give one"],
      ["too-large", "'…' is long", "see …"],
      ["too-large", "'…' is nowhere", "see …"],
      ["not-found", "'…' is long", "see …"],
      ["not-found", "'…' is nowhere", "see …"],
    ],
  );
});

Deno.test("the metrics of an update are those of the reference, and no others", async () => {
  const config = parseConfig({
    vocab_size: 16,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    intermediate_size: 16,
    max_position_embeddings: 32,
  });
  const parameters = initParameters(config, seededRandom(1));
  const zeros = () => new Float32Array(parameters.length);
  const calls = trainerCalls();
  await calls.load({
    config,
    reference: parameters,
    state: { parameters, m: zeros(), v: zeros(), updates: 0 },
    memory: {},
    settings: {},
  });
  const lives = [1, -10].map((reward, index): Episode => ({
    id: `ada/${index + 1}`,
    agent: "ada",
    life: index + 1,
    end: "truncated",
    steps: [{
      step: 1,
      reward,
      completions: [{ version: 0, promptIds: [1, 2], ids: [3, 4], logps: [-2, -2] }],
    }],
  }));
  const { updated, metrics } = await calls.update({ episodes: lives, seed: 1 });
  assert(updated);
  assertEquals(Object.keys(metrics).sort(), Object.keys(updateMetrics).sort());
});

Deno.test("events carry the fields of the reference, and no others", async () => {
  const lines = ["this.state.n = 1;", "throw new Error('x');", "return 1;"]
    .map((response) => ({ agent: "ada", response }));
  await runScript(lines, { limits: { stepMs: 20_000 } }, async ({ house, events }) => {
    await house.supervisor.delete("ada");
    const seen = new Set(events.map(({ kind }) => kind));
    for (
      const kind of ["house.started", "agent.spawned", "life.started", "step.committed"] as const
    ) assert(seen.has(kind), kind);
    for (const kind of ["life.died", "agent.restarting", "agent.stopped"] as const) {
      assert(seen.has(kind), kind);
    }
    for (const event of events) assertFields(event);
  });
});

function assertFields({ kind, data }: HouseEvent): void {
  const named = Object.keys(eventWords[kind].data);
  const always = named.filter((name) => !name.endsWith("?"));
  const all = named.map((name) => name.replace("?", ""));
  const fields = Object.keys(data);
  assertEquals(always.filter((name) => !fields.includes(name)), [], `${kind} lacks fields`);
  assertEquals(fields.filter((name) => !all.includes(name)), [], `${kind} has unknown fields`);
}
