import { assert, assertEquals } from "@std/assert";
import { bestPerRow, fold } from "../../src/api/dashboard/page/tree/fold.js";
import { layout } from "../../src/api/dashboard/page/tree/layout.js";
import { neighbour } from "../../src/api/dashboard/page/tree/steps.js";
import fc from "fast-check";

interface Item {
  readonly hash: string;
  readonly parent: string | null;
  readonly deaths: { readonly id: number; readonly cause: string }[];
}

function item(hash: string, parent: string | null, ...causes: string[]): Item {
  return { hash, parent, deaths: causes.map((cause, id) => ({ id, cause })) };
}

/** Any forest: each genome comes of one before it, or of none. */
const forests = fc.array(
  fc.record({ back: fc.nat(6), deaths: fc.array(fc.constantFrom("hang", "harm", "exit")) }),
  { minLength: 1, maxLength: 120 },
).map((drawn) =>
  drawn.map(({ back, deaths }, n) =>
    item(`g${n}`, back === 0 || n === 0 ? null : `g${Math.max(0, n - back)}`, ...deaths)
  )
);

Deno.test("layout() puts no two nodes of one column on one another, nor lets lines cross", () => {
  fc.assert(fc.property(forests, (items) => {
    const { nodes } = layout(items);
    const columns = Map.groupBy(nodes, ({ depth }) => depth);
    for (const column of columns.values()) {
      const sorted = column.toSorted((a, b) => a.y - b.y);
      for (const [n, node] of sorted.entries()) {
        const next = sorted[n + 1];
        if (next === undefined) continue;
        assert(next.y - node.y >= 1, `${node.id} and ${next.id} are too near`);
        // Whose children are below are below themselves: else their lines would cross.
        assert((node.parent?.y ?? node.y) <= (next.parent?.y ?? next.y));
      }
    }
    assertEquals(
      nodes.length,
      items.length +
        items.reduce((n, { deaths }) => n + new Set(deaths.map((d) => d.cause)).size, 0),
    );
  }));
});

Deno.test("layout() keeps the deepest line straight, and marks the line to the present", () => {
  const { nodes } = layout([
    item("a", null),
    item("b", "a", "hang", "hang"),
    item("c", "b"),
    item("d", "c"),
    item("e", "a"),
  ], "e");
  const at = new Map(nodes.map((node) => [node.id, node]));
  assertEquals(["a", "b", "c", "d"].map((id) => at.get(id)?.y), [0, 0, 0, 0]);
  assert(at.get("e")?.y !== 0);
  assertEquals(nodes.filter(({ main }) => main).map(({ id }) => id), ["a", "e"]);
  assertEquals(at.get("b/hang")?.deaths.length, 2);
});

Deno.test("layout() takes a line of 10,000 genomes without running out of stack", () => {
  const items = Array.from(
    { length: 10_000 },
    (_, n) => item(`g${n}`, n === 0 ? null : `g${n - 1}`, ...(n % 3 === 0 ? ["hang"] : [])),
  );
  const { depth, bottom, top } = layout(items);
  assertEquals(depth, 10_000);
  assert(bottom - top <= 2);
});

Deno.test("fold() sends a long line back and forth, and keeps rows apart", () => {
  const tree = layout(
    Array.from({ length: 10 }, (_, n) => item(`g${n}`, n === 0 ? null : `g${n - 1}`)),
  );
  fold(tree, 4);
  const places = tree.nodes.map(({ px, row }) => [px / 26, row]);
  assertEquals(places, [
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [3, 1],
    [2, 1],
    [1, 1],
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
  const rows = Map.groupBy(tree.nodes, ({ row }) => row);
  const [first, second] = [rows.get(0), rows.get(1)];
  assert(
    Math.max(...(first ?? []).map(({ py }) => py)) <
      Math.min(...(second ?? []).map(({ py }) => py)),
  );
});

Deno.test("bestPerRow() folds what is long, and leaves what is short", () => {
  const long = layout(
    Array.from({ length: 400 }, (_, n) => item(`g${n}`, n === 0 ? null : `g${n - 1}`)),
  );
  assert(bestPerRow(long, 1000, 500) < 100);
  const short = layout([item("a", null), item("b", "a")]);
  assertEquals(bestPerRow(short, 1000, 500), 2);
});

Deno.test("neighbour() goes to the parent, the heir, and along the column", () => {
  const { nodes } = layout([item("a", null), item("b", "a"), item("c", "a"), item("d", "b")]);
  const at = (id: string): typeof nodes[number] => {
    const node = nodes.find((each) => each.id === id);
    if (node === undefined) throw new Error(id);
    return node;
  };
  assertEquals(neighbour(nodes, at("b"), "ArrowLeft")?.id, "a");
  assertEquals(neighbour(nodes, at("a"), "ArrowRight")?.id, "b");
  const sideways = [neighbour(nodes, at("b"), "ArrowUp"), neighbour(nodes, at("b"), "ArrowDown")];
  assertEquals(sideways.map((each) => each?.id).filter(Boolean), ["c"]);
  assertEquals(neighbour(nodes, at("a"), "ArrowLeft"), null);
});
