import { assertEquals, assertGreater } from "@std/assert";
import { serveApi } from "../../src/api/mod.ts";
import { openHouse } from "../../src/house/mod.ts";
import { defaultRewardWeights } from "../../src/reward/mod.ts";
import { root } from "../support/command.ts";
import { runPage } from "./pages.ts";

Deno.test("docs/how-to/write-a-reward.md says what each term is worth", async () => {
  const page = await Deno.readTextFile(`${root}/docs/how-to/write-a-reward.md`);
  const rows = [...page.matchAll(/^\| `(\w+)` .*\| +(\S+) \|$/gm)];
  const said = Object.fromEntries(
    rows.map(([, term = "", worth = ""]) => [term, Number(worth.replace("−", "-"))]),
  );
  assertEquals<unknown>(said, { ...defaultRewardWeights });
});

Deno.test.each([
  "bring-openai",
  "lend-a-power",
  "read-an-autopsy",
  "run-an-experiment",
  "trace-a-house",
  "write-a-reward",
])("every block of docs/how-to/%s.md does what the page shows", async (name) => {
  assertGreater(await runPage(`docs/how-to/${name}.md`), 1);
});

Deno.test("every block of docs/how-to/bring-ollama.md does what the page shows", async () => {
  // No Ollama is to be had here: another house speaks its protocol.
  const folder = await Deno.makeTempDir({ prefix: "vivarium-docs-ollama-" });
  const house = await openHouse({ db: `${folder}/house.db`, names: [], train: false });
  const server = serveApi(house, { port: 0 });
  try {
    assertGreater(
      await runPage("docs/how-to/bring-ollama.md", {
        env: { OLLAMA_HOST: server.url },
        replace: { "ollama:qwen3:4b": "ollama:policy" },
      }),
      1,
    );
  } finally {
    await server.shutdown();
    await house.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
