import { assert, assertEquals, assertMatch } from "@std/assert";
import { lethalFixtures } from "./deaths_fixture.ts";
import { runScript } from "./support.ts";

Deno.test("every cause that an agent can bring about is seen, named and survived by its next life", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/keep.txt`, "kept");
  const lines = lethalFixtures.flatMap((fixture) => {
    const say = (response: string): { agent: string; response: string } => ({
      agent: fixture.name,
      response: response.replaceAll("{{DIR}}", folder),
    });
    return [
      say("this.state.before = 1;"),
      say(fixture.response),
      ...(fixture.later === true ? [say("return 'set off';")] : []),
      // A broken genome may take a life more to get rid of, and a flood of model calls uses lines up;
      // the last words are the proof of life.
      ...Array.from({ length: 12 }, () => say("return 'alive again';")),
    ];
  });
  const witness = Array.from({ length: 40 }, (_, index) => ({
    agent: "witness",
    response: `this.state.count = ${
      index + 1
    };\nawait new Promise((done) => setTimeout(done, 50));`,
  }));
  await runScript(
    [...lines, ...witness],
    { limits: { stepMs: 4000 } },
    ({ deaths, steps, house }) => {
      for (const fixture of lethalFixtures) {
        const [first] = deaths.filter((death) => death.agent === fixture.name)
          .sort((a, b) => a.id - b.id);
        assert(first !== undefined, `${fixture.name} did not die`);
        const told = `${fixture.name}: ${first.cause}, ${JSON.stringify(first.evidence)}`;
        assertEquals(first.cause, fixture.cause, told);
        assertEquals(first.owner, "agent", told);
        assertEquals(first.life, 1, told);
        if (fixture.evidence !== undefined) {
          assertMatch(`${first.reason} ${JSON.stringify(first.evidence)}`, fixture.evidence, told);
        }
        assert(first.detectedMs >= 0, told);
        const last = steps(fixture.name).filter((step) => step.lived).at(-1);
        assertEquals(last?.returned, "alive again", told);
        assert((last?.life ?? 0) > first.life, told);
      }
      // The siblings went on undisturbed.
      assertEquals(deaths.filter((death) => death.agent === "witness"), []);
      const witnessed = steps("witness").at(-1);
      assertEquals(house.store.genome(witnessed?.genome ?? "")?.genome.state, { count: 40 });
    },
  );
  assertEquals(await Deno.readTextFile(`${folder}/keep.txt`), "kept");
  await Deno.remove(folder, { recursive: true });
});
