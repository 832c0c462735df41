import { assert, assertEquals, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { forkSpec } from "../../src/supervisor/mod.ts";
import { runScript } from "../e2e/support.ts";

Deno.test("forkSpec() goes on from a genome, a step or a birth with state and query, and is spawned like any agent", async () => {
  const lines = [
    "this.state.count = 1;",
    "this.state.count = 2; function twice(n) { return 2 * n; }",
    "null.x",
    "this.state.count = 3;",
  ].map((response) => ({ agent: "ada", response }));
  await runScript(lines, {}, ({ house, steps }) => {
    const { store, supervisor } = house;
    const [one, two] = steps("ada");
    const first = store.life("ada", 1);
    assert(one !== undefined && two !== undefined && first !== null);
    const fork = (name: string, from?: Parameters<typeof forkSpec>[3]) => {
      const { name: made } = supervisor.spawn(forkSpec(store, "ada", name, from));
      const row = store.agent(made);
      return {
        hash: row?.genome,
        query: row?.query,
        state: store.genome(row?.genome ?? "")?.genome.state,
      };
    };
    assertEquals(fork("at-step", { life: 1, step: 1 }), {
      hash: one.genome,
      query: one.query,
      state: { count: 1 },
    });
    assertEquals(fork("at-genome", { genome: two.genome }), {
      hash: two.genome,
      query: two.query,
      state: { count: 2 },
    });
    assertEquals(fork("at-birth", { life: 1 }).state, {});
    // The lethal step left what was before it.
    assertEquals(fork("at-death", { life: 1, step: 3 }).state, { count: 2 });
    assertEquals(fork("now").state, { count: 3 });
    assertEquals(supervisor.look("at-step").spec, {
      ...supervisor.look("ada").spec as object,
      name: "at-step",
      firstQuery: one.query,
      firstGenome: one.genome,
    });

    const refused = (code: string, parent: string, from: Parameters<typeof forkSpec>[3]): void => {
      const error = assertThrows(() => forkSpec(store, parent, "x", from), VivariumError);
      assertEquals(error.code, code);
    };
    refused("not-found", "nobody", {});
    refused("not-found", "ada", { genome: "0".repeat(64) });
    refused("not-found", "ada", { life: 1, step: 99 });
    refused("not-found", "ada", { life: 99 });
    refused("bad-request", "ada", { step: 1 });
    refused("bad-request", "ada", { genome: one.genome, life: 1 });
    assertThrows(() => fork("ada"), VivariumError, "taken");
  });
});
