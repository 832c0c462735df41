import { assertEquals } from "@std/assert";
import { requirement } from "../supervisor/requirement.ts";
import { dieTogether } from "./die_together.ts";

Deno.test(
  requirement(11, "agents whose cells all die at the same moment die once each, and are all back"),
  async () => {
    const { backMs, findings } = await dieTogether(20);
    assertEquals(findings, []);
    assertEquals(backMs.length, 20);
  },
);
