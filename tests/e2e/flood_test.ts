import { assert, assertEquals } from "@std/assert";
import { requirement } from "../supervisor/requirement.ts";
import { flood } from "./flood.ts";

// A million through a mailbox alone are in the test of it; through a house they take minutes, most of it
// SQLite's: scripts/flood.ts.
const tells = 50_000;

/** What the house may hold more at the end than in the beginning: a tenth of what the letters come to. */
const slackBytes = 2 * 1024 * 1024;

Deno.test.each(["fail", "dropHead"] as const)(
  requirement(16, "a flood of tells to a living agent fills its mailbox and nothing else: %s"),
  async (overflow) => {
    const { memory, handled, most, findings } = await flood({ tells, overflow });
    assertEquals(findings, []);
    assertEquals(most, 1000);
    assert(handled > 0);
    const [first, last] = [memory.at(1)?.heapBytes ?? 0, memory.at(-1)?.heapBytes ?? Infinity];
    assert(last - first < slackBytes, `${first} bytes were held, then ${last}`);
  },
);
