import { assert, assertEquals } from "@std/assert";
import type { HouseEvent } from "../../src/core/events.ts";
import { endedHouse } from "./houses.ts";
import { invoke } from "./support.ts";

Deno.test("logs --since tells of all from a time on, wherever the time falls", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-cli-since-" });
  try {
    const db = await endedHouse(folder);
    const read = async (...which: string[]): Promise<readonly HouseEvent[]> => {
      const { out } = await invoke(["logs", "--db", db, "--json", ...which]);
      return out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    };
    const all = await read("--after", "0");
    const times = new Set(all.flatMap(({ atMs }) => [atMs, atMs + 1]));
    assert(times.size > 10);
    for (const time of times) {
      const expected = all.filter(({ atMs }) => atMs >= time);
      assertEquals(await read("--since", new Date(time).toISOString()), expected);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
