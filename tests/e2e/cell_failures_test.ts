import { assertEquals, assertGreater } from "@std/assert";
import { requirement } from "../supervisor/requirement.ts";
import { failCells, responses, signals } from "./cell_failures.ts";

Deno.test(
  requirement(
    25,
    "cells that are killed or stopped from outside are each one death of nobody's making, and back",
  ),
  async () => {
    const { findings, answered, foundMs } = await failCells({
      agents: 5,
      failures: 20,
      everyMs: 150,
      thinkMs: 20,
      stepMs: 1000,
      kinds: signals,
      seed: 5,
    });
    assertEquals(findings, []);
    assertEquals(answered, 5);
    assertGreater(Object.keys(foundMs).length, 2);
  },
);

Deno.test(
  requirement(
    [9, 14],
    "cells that fail in all ways at once: each is one death of its cause, all alive answer, no orphan",
  ),
  async () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const { findings, answered } = await failCells({
      agents: 8,
      failures: 20,
      everyMs: 100,
      thinkMs: 20,
      kinds: [...signals, ...responses],
      seed,
    });
    assertEquals(findings, [], `with the seed ${seed}`);
    assertEquals(answered, 8);
  },
);
