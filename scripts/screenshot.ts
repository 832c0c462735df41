/**
 * Pictures of the dashboard for the README, from a run that is really going on: a house with the
 * embedded policy lives until enough has died and been learnt, then each picture is taken.
 *
 *     deno task screenshot [FOLDER] [--every]
 *
 * With `--every`: all pages instead, each in light, in dark and as on a phone, to be looked at.
 */
import { serveApi } from "../src/api/mod.ts";
import { openHouse } from "../src/house/mod.ts";
import { hasChromium, launch } from "../tests/browser/support.ts";

const every = Deno.args.includes("--every");
const folder = Deno.args.find((arg) => !arg.startsWith("--")) ?? "docs/images";
/** What must have happened before a picture is worth taking, and how long that may take. */
const deathsWanted = 150;
const mostMs = 180_000;

/** What is shown, as whom. */
const chosen = [
  { name: "dashboard-light", route: "#/", dark: false, width: 1280, height: 800, scale: 1.5 },
  { name: "dashboard-dark", route: "#/", dark: true, width: 1280, height: 800, scale: 1.5 },
  { name: "dashboard-phone", route: "#/", dark: false, width: 390, height: 844, scale: 2 },
  {
    name: "dashboard-lineage",
    route: "#/lineage?agent=ada",
    dark: false,
    width: 1280,
    height: 800,
    scale: 1,
  },
];
const pages = {
  now: "#/",
  agent: "#/agents/ada",
  death: "#/deaths/1",
  lineage: "#/lineage?agent=ada",
  survival: "#/survival",
  learning: "#/learning",
};
const pictures = every
  ? Object.entries(pages).flatMap(([page, route]) => [
    { name: `${page}-light`, route, dark: false, width: 1280, height: 800, scale: 1 },
    { name: `${page}-dark`, route, dark: true, width: 1280, height: 800, scale: 1 },
    { name: `${page}-phone`, route, dark: false, width: 390, height: 844, scale: 2 },
  ])
  : chosen;

if (!hasChromium) Deno.exit(1);
const run = await Deno.makeTempDir({ prefix: "vivarium-pictures-" });
let deaths = 0;
const house = await openHouse({
  db: `${run}/house.db`,
  agents: 4,
  seed: 7,
  onEvent: ({ kind }) => {
    if (kind === "life.died") deaths++;
  },
});
const api = serveApi(house, { port: 0 });
const browser = await launch();
try {
  house.begin();
  const from = Date.now();
  while (deaths < deathsWanted && Date.now() - from < mostMs) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log(`${deaths} deaths in ${((Date.now() - from) / 1000).toFixed(0)} s`);
  await Deno.mkdir(folder, { recursive: true });
  for (const { name, route, dark, width, height, scale } of pictures) {
    const page = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: scale,
      colorScheme: dark ? "dark" : "light",
    });
    await page.goto(`${api.url}/${route}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // Long enough for the statistics, the genomes and a few steps to come.
    await page.waitForTimeout(every ? 3000 : 7000);
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path, fullPage: every });
    const { size } = await Deno.stat(path);
    console.log(`${path}: ${(size / 1024).toFixed(0)} KB`);
    await page.close();
  }
} finally {
  await browser.close();
  await api.shutdown();
  await house.stop();
  await Deno.remove(run, { recursive: true });
}
