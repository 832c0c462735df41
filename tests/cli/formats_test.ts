import { assertEquals } from "@std/assert";
import type { LivedEpisode, LivedStep } from "../../src/cli/export/episodes.ts";
import { type EpisodeFormat, inFormat } from "../../src/cli/export/formats.ts";

const step = (number: number, lived: boolean, ...said: readonly string[]): LivedStep => ({
  step: number,
  lived,
  seed: 1,
  rewards: [],
  reward: 0,
  return: 0,
  completions: said.map((text) => {
    const [prompt = "", response = ""] = text.split(">");
    return { prompt, response, model: "m", seed: 1 };
  }),
});

const life = (
  number: number,
  owner: LivedEpisode["owner"],
  ...steps: readonly LivedStep[]
): LivedEpisode => ({
  id: `ada/${number}`,
  agent: "ada",
  life: number,
  end: owner === null ? "truncated" : "death",
  cause: owner,
  owner,
  steps,
});

const lives = [
  life(1, "agent", step(1, true, "p>good"), step(2, false, "q>inner", "p>bad")),
  life(2, "agent", step(1, false, "p>worse")),
  life(3, "infrastructure", step(1, true, "p>better"), step(2, false, "p>unlucky")),
  life(4, "agent", step(1, true, "p>both"), step(2, false, "p>both")),
];

async function all(format: EpisodeFormat): Promise<unknown[]> {
  async function* given(): AsyncGenerator<LivedEpisode> {
    yield* lives;
  }
  return await Array.fromAsync(inFormat(format, given()));
}

Deno.test("trl-kto labels what was survived and what killed, and nothing that others ended", async () => {
  assertEquals(await all("trl-kto"), [
    { prompt: "p", completion: "good", label: true },
    { prompt: "p", completion: "bad", label: false },
    { prompt: "p", completion: "worse", label: false },
    { prompt: "p", completion: "better", label: true },
    { prompt: "p", completion: "both", label: true },
    { prompt: "p", completion: "both", label: false },
  ]);
});

Deno.test("trl-dpo puts each deadly answer beside another good one; what did both is in no pair", async () => {
  assertEquals(await all("trl-dpo"), [
    { prompt: "p", chosen: "good", rejected: "bad" },
    { prompt: "p", chosen: "better", rejected: "worse" },
  ]);
});

Deno.test("trl-sft and trl-prompt hold what was survived, and each prompt once", async () => {
  assertEquals(await all("trl-sft"), [
    { prompt: "p", completion: "good" },
    { prompt: "p", completion: "better" },
    { prompt: "p", completion: "both" },
  ]);
  assertEquals(await all("trl-prompt"), [{ prompt: "p" }, { prompt: "q" }]);
});

Deno.test("the OpenAI formats put the prompt after the system's, and end as each method asks", async () => {
  const shape = (messages: readonly { role: string }[]) => messages.map(({ role }) => role);
  const [sft] = await all("openai-sft") as { messages: { role: string; content: string }[] }[];
  assertEquals(shape(sft?.messages ?? []), ["system", "user", "assistant"]);
  assertEquals(sft?.messages.at(-1)?.content, "good");
  const [dpo] = await all("openai-dpo") as {
    input: { messages: { role: string }[] };
    preferred_output: unknown;
    non_preferred_output: unknown;
  }[];
  assertEquals(shape(dpo?.input.messages ?? []), ["system", "user"]);
  assertEquals(dpo?.preferred_output, [{ role: "assistant", content: "good" }]);
  assertEquals(dpo?.non_preferred_output, [{ role: "assistant", content: "bad" }]);
  const rft = await all("openai-rft") as {
    messages: { role: string }[];
    reference_response: string;
  }[];
  assertEquals(rft.map(({ messages }) => shape(messages)), [["system", "user"]]);
  assertEquals(rft[0]?.reference_response, "good");
});
