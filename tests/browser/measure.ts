/**
 * What the dashboard costs: its size, its first paint, and a lineage of 10,000 genomes laid out, drawn
 * and dragged, in Debian's Chromium without a graphics card. Figures, not a test:
 *
 *     deno run --no-prompt -P=test tests/browser/measure.ts
 */
import type { Page } from "playwright-core";
import { createApi } from "../../src/api/mod.ts";
import { causeNames } from "../../src/death/mod.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { Commit, GenomeRow } from "../../src/store/mod.ts";
import { FakeHouse } from "../api/support.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow } from "../store/support.ts";
import { launch } from "./support.ts";

const genomes = 10_000;

/** Lives of 1 to 40 edits, each begun a little before where the last one ended. */
function grow(house: FakeHouse): void {
  const random = seededRandom(7);
  const line: GenomeRow[] = [first];
  const parts = { genomes: [first], lives: [], steps: [], deaths: [] } as {
    -readonly [Key in "genomes" | "lives" | "steps" | "deaths"]: NonNullable<Commit[Key]>[number][];
  };
  let life = 0;
  while (parts.genomes.length < genomes) {
    life++;
    line.length = Math.max(1, line.length - Math.floor(random.next() * 12));
    const born = line.at(-1) ?? first;
    const length = Math.min(genomes - parts.genomes.length, 1 + Math.floor(random.next() * 40));
    for (let step = 1; step <= length; step++) {
      const genome = genomeRow({ n: parts.genomes.length }, line.at(-1)?.hash ?? null);
      line.push(genome);
      parts.genomes.push(genome);
      parts.steps.push(stepRow("ada", life, step, { genome: genome.hash, edited: ["state"] }));
    }
    const cause = causeNames[Math.floor(random.next() * 15)] ?? "hang";
    const genomeBefore = line.at(-1)?.hash ?? first.hash;
    parts.lives.push(
      lifeRow("ada", life, { bornFrom: born.hash, steps: length, end: "death", endedAtMs: 3000 }),
    );
    parts.deaths.push(deathRow("ada", life, cause, { step: length + 1, genomeBefore }));
  }
  const genome = line.at(-1)?.hash ?? first.hash;
  const agents = [agentRow("ada", { life, steps: genomes, genome })];
  house.store.commit({ ...parts, agents });
}

/** Milliseconds between frames while something goes on: median, 95th percentile, worst. */
async function frames(page: Page, act: () => Promise<void>): Promise<string> {
  await page.evaluate(`{
    globalThis.kept = [];
    let last = performance.now();
    const tick = (now) => {
      kept.push(now - last);
      last = now;
      globalThis.next = requestAnimationFrame(tick);
    };
    globalThis.next = requestAnimationFrame(tick);
  }`);
  await act();
  const kept: number[] = await page.evaluate(
    "cancelAnimationFrame(next), kept.slice(2).sort((a, b) => a - b)",
  );
  const at = (share: number): string =>
    (kept[Math.min(kept.length - 1, Math.floor(kept.length * share))] ?? 0).toFixed(1);
  return `${kept.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`;
}

/** Since navigation, in milliseconds; and what came over the wire. */
async function loading(page: Page): Promise<string> {
  const files: readonly [string, number][] = await page.evaluate(
    `["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
      .filter(({ name, entryType }) => entryType === "navigation" || name.includes("/assets/"))
      .map(({ name, transferSize }) => [name, transferSize])`,
  );
  const paint: number = await page.evaluate(
    'performance.getEntriesByName("first-contentful-paint")[0].startTime',
  );
  const size = (wanted: RegExp): string => {
    const bytes = files.filter(([name]) => wanted.test(name)).reduce((sum, [, of]) => sum + of, 0);
    return `${(bytes / 1024).toFixed(0)} KB`;
  };
  return `first contentful paint ${paint.toFixed(0)} ms; ${files.length} files, ` +
    `${size(/./)} over the wire, of that fonts ${size(/woff2$/)}`;
}

using house = new FakeHouse();
grow(house);
const app = createApi(house);
const server = Deno.serve({ port: 0, onListen: () => {} }, (request) => app.fetch(request));
const url = `http://127.0.0.1:${server.addr.port}/`;
await (await fetch(url)).body?.cancel();
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
await page.goto(url);
await page.getByRole("link", { name: /ada/ }).first().waitFor();
console.log(`now, first visit:   ${await loading(page)}`);
await page.reload();
await page.getByRole("link", { name: /ada/ }).first().waitFor();
console.log(`now, again:         ${await loading(page)}`);

const before = performance.now();
await page.goto(`${url}#/lineage?agent=ada`);
await page.getByRole("application").waitFor();
console.log(
  `lineage of ${genomes}:   ${(performance.now() - before).toFixed(0)} ms until it stands`,
);
const { x = 0, y = 0, width = 0, height = 0 } = await page.getByRole("application").boundingBox() ??
  {};
const [middleX, middleY] = [x + width / 2, y + height / 2];
const drag = async (): Promise<void> => {
  await page.mouse.move(middleX, middleY);
  await page.mouse.down();
  for (let n = 1; n <= 120; n++) {
    await page.mouse.move(
      middleX + 200 * Math.sin(n / 12),
      middleY + 120 * Math.cos(n / 9),
    );
  }
  await page.mouse.up();
};
await page.waitForTimeout(500);
console.log(`at rest:            ${await frames(page, () => page.waitForTimeout(1000))}`);
console.log(`dragged, all seen:  ${await frames(page, drag)}`);
console.log(
  `zoomed:             ${await frames(page, async () => {
    await page.mouse.move(middleX, middleY);
    for (let n = 0; n < 60; n++) await page.mouse.wheel(0, -20);
  })}`,
);
console.log(`dragged, closer:    ${await frames(page, drag)}`);
await page.screenshot({ path: Deno.args[0] ?? "/tmp/lineage.png" });
await browser.close();
await server.shutdown();
Deno.exit(0);
