import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { fetchPower } from "../../src/powers/mod.ts";

const by = { agent: "ada", signal: new AbortController().signal };

Deno.test("fetchPower() asks the named hosts, by the named methods, and no other", async (t) => {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname}`);
    if (pathname === "/away") return Response.redirect("http://127.0.0.2/");
    if (pathname === "/big") return new Response("x".repeat(200_000));
    return Response.json({ agent: request.headers.get("x-agent") }, {
      headers: { "set-cookie": "a=b" },
    });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const power = fetchPower({ hosts: [host] });
  try {
    const answer = await power.use(
      { url: `http://${host}/a?b=1`, headers: { "x-agent": "ada" } },
      by,
    );
    assertEquals(answer, {
      status: 200,
      headers: { "content-type": "application/json" },
      text: '{"agent":"ada"}',
    });
    const away = await power.use({ url: `http://${host}/away` }, by);
    assertEquals((away as { status: number }).status, 302);
    asked.length = 0;
    const wrong: readonly { readonly input: Json; readonly code: string }[] = [
      { input: { url: "http://127.0.0.1:1/" }, code: "forbidden" },
      { input: { url: `http://localhost:${server.addr.port}/` }, code: "forbidden" },
      { input: { url: `http://${host}@evil.test/` }, code: "forbidden" },
      { input: { url: `http://a:b@${host}/` }, code: "forbidden" },
      { input: { url: "file:///etc/passwd" }, code: "forbidden" },
      { input: { url: "data:text/plain,x" }, code: "forbidden" },
      { input: { url: `http://${host}/`, method: "post" }, code: "forbidden" },
      { input: { url: `http://${host}/`, headers: { Host: "evil.test" } }, code: "forbidden" },
      { input: { url: `http://${host}/`, headers: { authorization: "x" } }, code: "forbidden" },
      { input: { url: "not a url" }, code: "bad-request" },
      { input: { url: `http://${host}/`, redirect: "follow" }, code: "bad-request" },
    ];
    for (const { input, code } of wrong) {
      await t.step(`${JSON.stringify(input).replace(host, "HOST")} is ${code}`, async () => {
        const error = await assertRejects(() => power.use(input, by), VivariumError);
        assertEquals([error.code, asked], [code, []]);
      });
    }
    const big = await assertRejects(
      () => power.use({ url: `http://${host}/big` }, by),
      VivariumError,
    );
    assertEquals(big.code, "too-large");
  } finally {
    await server.shutdown();
  }
});
