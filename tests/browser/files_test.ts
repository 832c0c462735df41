import { assert, assertEquals, assertMatch } from "@std/assert";
import { Caller, FakeHouse } from "../api/support.ts";

const token = "a-token-of-the-house";

Deno.test("the page may load nothing but the house's own files, and run nothing inline", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const response = await api.send("GET", "/");
  const html = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  assertMatch(policy, /default-src 'none'/);
  assertMatch(policy, /script-src 'self'; style-src 'self'/);
  assertMatch(policy, /require-trusted-types-for 'script'; trusted-types 'none'/);
  assert(!/unsafe|https?:|data:|\*/.test(policy), policy);
  assert(!/\son\w+=|<style|style=|<script(?![^>]*\ssrc=)/.test(html), "something is inline");
  const loaded = [...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+)"/g)];
  assert(loaded.length > 10);
  for (const [, path] of loaded) {
    assert(path?.startsWith("/assets/"), path);
    const file = await api.send("GET", path ?? "");
    assertEquals(file.status, 200, path);
    await file.body?.cancel();
  }
});

Deno.test("every module that the page's modules import is served", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const html = await (await api.send("GET", "/")).text();
  const main = html.match(/src="([^"]+main\.js)"/)?.[1];
  const seen = new Set<string>();
  const waiting = [main ?? "no main.js"];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = await api.send("GET", path);
    assertEquals(file.status, 200, path);
    assertEquals(file.headers.get("content-type"), "text/javascript; charset=utf-8");
    const source = (await file.text()).replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, target] of source.matchAll(/(?:from\s*|import\()["'](\.{1,2}\/[^"']+)["']/g)) {
      waiting.push(new URL(target ?? "", `http://house${path}`).pathname);
    }
  }
  assert(seen.size > 30, `only ${seen.size} modules`);
});

Deno.test("a file is kept for ever under its revision, and the page is asked for again", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const first = await api.send("GET", "/");
  const etag = first.headers.get("etag") ?? "";
  assertEquals(first.headers.get("cache-control"), "no-cache");
  const path = (await first.text()).match(/\/assets\/[^"]+main\.js/)?.[0] ?? "";
  const again = await api.send("GET", "/", undefined, { "if-none-match": `"other", W/${etag}` });
  assertEquals([again.status, await again.text()], [304, ""]);
  const file = await api.send("GET", path, undefined, { "accept-encoding": "gzip, br" });
  assertMatch(file.headers.get("cache-control") ?? "", /immutable/);
  assertEquals(file.headers.get("content-encoding"), "gzip");
  const plain = await file.body?.pipeThrough(new DecompressionStream("gzip"));
  assertMatch(await new Response(plain).text(), /render/);
});

for (
  const path of [
    "/assets/0000000000000000/page/main.js",
    "/assets/../deno.json",
    "/assets/{revision}/page/../../dashboard.ts",
    "/assets/{revision}/page/%2e%2e/files.ts",
    "/assets/{revision}/page/index.html",
  ]
) {
  Deno.test(`nothing but the dashboard's files is served: ${path}`, async () => {
    using house = new FakeHouse();
    const api = new Caller(house);
    const html = await (await api.send("GET", "/")).text();
    const revision = html.match(/\/assets\/([0-9a-f]{16})\//)?.[1] ?? "";
    const { code } = await api.json(404, "GET", path.replace("{revision}", revision)) as {
      code: string;
    };
    assertEquals(code, "not-found");
  });
}

Deno.test("the page needs no token, and what it shows does", async () => {
  using house = new FakeHouse();
  const api = new Caller(house, { tokens: [{ token, scope: "admin" }] });
  const page = await api.send("GET", "/");
  assertEquals(page.status, 200);
  const path = (await page.text()).match(/\/assets\/[^"]+main\.js/)?.[0] ?? "";
  const file = await api.send("GET", path);
  assertEquals(file.status, 200);
  await file.body?.cancel();
  const agents = await api.send("GET", "/v1/agents");
  assertEquals(agents.status, 401);
  await agents.body?.cancel();
});
