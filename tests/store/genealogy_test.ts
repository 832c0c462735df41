import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { GenomeHash } from "../../src/core/ids.ts";
import type { Commit } from "../../src/store/mod.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow, withStore } from "./support.ts";

const b = genomeRow("b", first.hash);
const c = genomeRow("c", b.hash);

/** ada: first → b (life 1, step 2), dies; born from first again → c (life 2, step 1). */
function lived(store: Store): void {
  store.commit({
    genomes: [first, b, c],
    agents: [agentRow("ada"), agentRow("bob")],
    lives: [lifeRow("ada", 1, { startedAtMs: 10 }), lifeRow("ada", 2, { startedAtMs: 20 })],
    steps: [
      stepRow("ada", 1, 1, { atMs: 11 }),
      stepRow("ada", 1, 2, { atMs: 12, genome: b.hash }),
      stepRow("ada", 1, 3, { atMs: 13, genome: b.hash, lived: false }),
      stepRow("ada", 2, 1, { atMs: 21, genome: c.hash }),
    ],
    deaths: [deathRow("ada", 1, "hang", { genomeBefore: b.hash })],
  });
}

Deno.test("genomesOf() gives each genome once, where it first stood, with its parent and deaths", async () => {
  await withStore((store) => {
    lived(store);
    const tree = store.genomesOf("ada");
    assertEquals(tree, {
      items: [
        { agent: "ada", hash: first.hash, life: 1, step: 0, parent: null, atMs: 10, deaths: [] },
        {
          agent: "ada",
          hash: b.hash,
          life: 1,
          step: 2,
          parent: first.hash,
          atMs: 12,
          deaths: [{ id: 1, cause: "hang" }],
        },
        // Its first parent in the ledger is b; ada came to it from what it was reborn as.
        { agent: "ada", hash: c.hash, life: 2, step: 1, parent: first.hash, atMs: 21, deaths: [] },
      ],
      next: null,
    });
    assertEquals(store.genomesOf("bob"), { items: [], next: null });
    store.removeAgent("ada");
    assertEquals(store.genomesOf("ada"), tree);
  });
});

Deno.test("origin() is the first place of a genome over all agents, birth included", async () => {
  await withStore((store) => {
    lived(store);
    assertEquals(store.origin(first.hash), { agent: "ada", life: 1, step: 0, atMs: 10 });
    assertEquals(store.origin(b.hash), { agent: "ada", life: 1, step: 2, atMs: 12 });
    // A fork: bob is born with what ada became.
    store.commit({
      lives: [lifeRow("bob", 1, { bornFrom: b.hash, startedAtMs: 30 })],
      steps: [stepRow("bob", 1, 1, { genome: b.hash, atMs: 31 })],
    });
    assertEquals(store.origin(b.hash)?.agent, "ada");
    assertEquals(store.genomesOf("bob").items.map(({ hash, parent }) => [hash, parent]), [
      [b.hash, null],
    ]);
    const unborn = genomeRow("never");
    store.commit({ genomes: [unborn] });
    assertEquals([store.origin(unborn.hash), store.origin("0".repeat(64))], [undefined, undefined]);
  });
});

Deno.test("genomesOf() is a tree whose pages join, whatever was lived", () => {
  const genomes = Array.from({ length: 6 }, (_, n) => genomeRow(n));
  const hashOf = (n: number): GenomeHash => genomes[n]!.hash;
  const life = fc.record({
    bornFrom: fc.nat({ max: 5 }),
    steps: fc.array(fc.nat({ max: 5 }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }), (
      lives,
      limit,
    ) => {
      const store = openStore(":memory:");
      try {
        const commit: Required<Pick<Commit, "lives" | "steps">> = {
          lives: lives.map(({ bornFrom }, at) =>
            lifeRow("ada", at + 1, { bornFrom: hashOf(bornFrom) })
          ),
          steps: lives.flatMap(({ steps }, at) =>
            steps.map((genome, n) => stepRow("ada", at + 1, n + 1, { genome: hashOf(genome) }))
          ),
        };
        store.commit({ genomes, agents: [agentRow("ada", { genome: hashOf(0) })], ...commit });
        const wanted: { hash: string; parent: string | null; life: number; step: number }[] = [];
        for (const [at, { bornFrom, steps }] of lives.entries()) {
          [bornFrom, ...steps].forEach((genome, step, all) => {
            if (wanted.some(({ hash }) => hash === hashOf(genome))) return;
            const parent = step === 0 ? null : hashOf(all[step - 1]!);
            wanted.push({ hash: hashOf(genome), parent, life: at + 1, step });
          });
        }
        const seen: typeof wanted = [];
        let page: ReturnType<Store["genomesOf"]> | undefined;
        do {
          const cursor = page?.next ?? undefined;
          page = store.genomesOf("ada", { limit, ...(cursor === undefined ? {} : { cursor }) });
          for (const { hash, parent, life, step } of page.items) {
            seen.push({ hash, parent, life, step });
          }
        } while (page.next !== null);
        assertEquals(seen, wanted);
      } finally {
        store.close();
      }
    }),
    { numRuns: 100 },
  );
});
