import { assertEquals } from "@std/assert";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { type ApiServer, serveApi } from "../../src/api/mod.ts";
import { type HouseOptions, type OpenHouse, openHouse } from "../../src/house/mod.ts";

/** Debian's Chromium. */
const executablePath = "/usr/bin/chromium";

/** No sandbox, as in a container without rights; and nothing that calls home. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser to test with. */
export const hasChromium = await Deno.stat(executablePath).then(() => true, () => false);
if (!hasChromium) console.log(`skipped: there is no ${executablePath} to show the dashboard with`);

/** Starts a browser. */
export async function launch(): Promise<Browser> {
  return await chromium.launch({ executablePath, args: flags });
}

/** A page of a running house, and what it did that it must not. */
export interface Visit {
  readonly house: OpenHouse;
  readonly api: ApiServer;
  readonly page: Page;
  /** Goes to a hash route. */
  go(route: string): Promise<void>;
  /** Fails where axe-core finds what is serious or worse for who cannot see or point. */
  accessible(): Promise<void>;
}

/** How a house is visited. */
export interface VisitOptions extends Partial<HouseOptions> {
  /** What a scripted model says. */
  readonly script?: readonly { readonly agent: string; readonly response: string }[];
  readonly token?: string;
}

/**
 * Opens a real house with its API, and the dashboard in a real browser, before anyone lives in it. In
 * the end the page must have logged no error, and asked nobody but the house.
 */
export async function visit(
  { script = [], token, ...options }: VisitOptions,
  test: (visit: Visit) => Promise<void>,
): Promise<void> {
  await using undo = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "vivarium-face-" });
  undo.defer(() => Deno.remove(folder, { recursive: true }));
  const file = `${folder}/script.jsonl`;
  await Deno.writeTextFile(file, script.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const house = await openHouse({
    db: `${folder}/house.db`,
    llm: `scripted:${file}`,
    seed: 1,
    profile: "portable",
    warmCells: 1,
    ...(script.length === 0 ? {} : { names: [...new Set(script.map(({ agent }) => agent))] }),
    ...options,
  });
  undo.defer(async () => void await house.stop());
  const api = serveApi(house, { port: 0, ...(token === undefined ? {} : { token }) });
  undo.defer(() => api.shutdown());
  const browser = await launch();
  undo.defer(() => browser.close());
  const page = await browser.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${api.url}/`)) wrong.push(`asked ${request.url()}`);
  });
  await test({
    house,
    api,
    page,
    go: async (route) => void await page.goto(`${api.url}/${route}`),
    accessible: () => assertAccessible(page),
  });
  assertEquals(wrong, token === undefined ? [] : wrong.filter((line) => /401/.test(line)));
}

async function assertAccessible(page: Page): Promise<void> {
  // By the debugger's door: the page's own policy lets no string become a script.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Finding[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
    }));
  });
  assertEquals(found.filter(({ impact }) => impact === "serious" || impact === "critical"), []);
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}
