import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Bonds, type Down } from "../../src/actor/mod.ts";
import { requirement } from "../supervisor/requirement.ts";

Deno.test(requirement(19, "Bonds.monitor() tells once, of the life that it saw"), () => {
  const bonds = new Bonds();
  const downs: Down[] = [];
  bonds.began("ada", 3);
  bonds.monitor("ada", (down) => downs.push(down));
  bonds.ended("ada", 3, "exception");
  bonds.began("ada", 4);
  bonds.ended("ada", 4, "hang");
  assertEquals(downs, [{ target: "ada", life: 3, reason: "exception" }]);
  assertEquals(bonds.watching, 0);
});

Deno.test(
  requirement(19, "Bonds.monitor() tells at once of one that is dead, and not after it was ended"),
  () => {
    const bonds = new Bonds();
    const downs: Down[] = [];
    bonds.monitor("ada", (down) => downs.push(down));
    assertEquals(downs, [{ target: "ada", life: 0, reason: "noproc" }]);
    bonds.began("ada", 1);
    const end = bonds.monitor("ada", (down) => downs.push(down));
    end();
    end();
    bonds.ended("ada", 1, "exception");
    assertEquals(downs.length, 1);
  },
);

Deno.test(
  requirement(19, "a link is gone with the first death, and binds anew when both are alive"),
  () => {
    const bonds = new Bonds();
    bonds.link("ada", "bob");
    bonds.began("ada", 1);
    assertEquals(bonds.ended("ada", 1, "exception"), []);
    bonds.began("ada", 2);
    bonds.began("bob", 1);
    const down = { target: "ada", life: 2, reason: "hang" };
    assertEquals(bonds.ended("ada", 2, "hang"), [{ survivor: "bob", dies: true, down }]);
    // bob dies of it: ada's next life, though it began before, is not to die of that in turn.
    bonds.began("ada", 3);
    assertEquals(bonds.ended("bob", 1, "shutdown"), []);
    bonds.began("bob", 2);
    assertEquals(bonds.ended("bob", 2, "hang").map(({ survivor }) => survivor), ["ada"]);
  },
);

Deno.test(
  requirement(19, "one that traps exits is told, lives on, and is linked to the next life"),
  () => {
    const bonds = new Bonds();
    bonds.trapExit("bob");
    bonds.link("ada", "bob");
    bonds.began("bob", 1);
    for (const [life, reason] of [[1, "hang"], [2, "normal"]] as const) {
      bonds.began("ada", life);
      const down = { target: "ada", life, reason };
      assertEquals(bonds.ended("ada", life, reason), [{ survivor: "bob", dies: false, down }]);
    }
  },
);

Deno.test(requirement(19, "a normal end is no reason to die of"), () => {
  const bonds = new Bonds();
  bonds.link("ada", "bob");
  bonds.began("ada", 1);
  bonds.began("bob", 1);
  assertEquals(bonds.ended("ada", 1, "normal"), []);
});

const names = ["a", "b", "c"];
const act = fc.record({
  kind: fc.constantFrom("began", "ended", "monitor", "demonitor", "link", "unlink"),
  one: fc.nat(2),
  other: fc.nat(2),
});

Deno.test(
  requirement(
    19,
    "whatever begins and ends, each monitor tells exactly once, of the first end after it",
  ),
  () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const bonds = new Bonds();
        // The model: plain lists, searched from the start each time.
        const lives = new Map<string, number>();
        const watches: {
          target: string;
          life: number;
          told: Down[];
          ended: boolean;
          end(): void;
        }[] = [];
        let life = 0;
        for (const { kind, one, other } of acts) {
          const name = names[one]!;
          if (kind === "began" && !lives.has(name)) {
            lives.set(name, ++life);
            bonds.began(name, life);
          } else if (kind === "ended") {
            const known = lives.get(name);
            lives.delete(name);
            const survivors = bonds.ended(name, known ?? 99, "x").map(({ survivor }) => survivor);
            for (const survivor of survivors) assertEquals(lives.has(survivor), true);
            assertEquals(new Set(survivors).size, survivors.length);
          } else if (kind === "monitor") {
            const told: Down[] = [];
            const end = bonds.monitor(name, (down) => told.push(down));
            watches.push({ target: name, life: lives.get(name) ?? 0, told, ended: false, end });
          } else if (kind === "demonitor") {
            const watch = watches[other % Math.max(1, watches.length)];
            if (watch === undefined) continue;
            if (watch.told.length === 0) watch.ended = true;
            watch.end();
          } else if (kind === "link") bonds.link(name, names[other]!);
          else if (kind === "unlink") bonds.unlink(name, names[other]!);
          for (const watch of watches) {
            const over = watch.life === 0 || lives.get(watch.target) !== watch.life;
            const expected = over && !watch.ended ? [watch.life] : [];
            assertEquals(watch.told.map((down) => down.life), expected);
          }
        }
      }),
      { numRuns: 500 },
    );
  },
);
