import { assert, assertEquals, assertLess, assertMatch, assertThrows } from "@std/assert";
import { type ApiServer, serveApi, type ServeOptions } from "../../src/api/mod.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import type { Json } from "../../src/core/json.ts";
import { type FakeHouse, livedIn, problemOf } from "./support.ts";

/** Runs a test against a house that listens. */
async function served(
  test: (house: FakeHouse, server: ApiServer) => Promise<void>,
  options: Partial<ServeOptions> = {},
): Promise<void> {
  using house = livedIn();
  const server = serveApi(house, { port: 0, ...options });
  try {
    await test(house, server);
  } finally {
    await server.shutdown();
  }
}

/** A client of the stream, as a browser's EventSource is one. */
class EventReader {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  private constructor(response: Response, body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.response = response;
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(url: string, lastId?: number): Promise<EventReader> {
    const headers: Record<string, string> = lastId === undefined
      ? {}
      : { "last-event-id": String(lastId) };
    const response = await fetch(url, { headers });
    assertEquals(response.status, 200);
    assert(response.body !== null);
    return new EventReader(response, response.body);
  }

  /** Whether something came that was not read. */
  get hasMore(): boolean {
    return this.#rest !== "";
  }

  /** The next block of lines; undefined at the end of the stream. */
  async block(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }

  /** The next event. */
  async event(): Promise<HouseEvent> {
    for (;;) {
      const block = await this.block();
      assert(block !== undefined, "the stream has ended");
      const [, id, data] = block.match(/^id: (\d+)\ndata: ([^\n]*)$/) ?? [];
      if (data === undefined) continue;
      const event = JSON.parse(data) as HouseEvent;
      assertEquals(String(event.id), id);
      return event;
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

const step = {
  kind: "step.committed",
  agent: "ada",
  life: 3,
  data: { text: "a\nb\r\n\u2028" },
} as const;

Deno.test("serveApi() serves on loopback, on a free port, and ends", async () => {
  using house = livedIn();
  const server = serveApi(house, { port: 0 });
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${server.url}/v1/agents`);
  assertEquals((await response.json()).items.length, 2);
  await Promise.all([server.shutdown(), server.shutdown()]);
  const again = serveApi(house, { port: server.port });
  await again.shutdown();
});

Deno.test("serveApi() says that a port is in use, and which option to use", async () => {
  await served((house, { port }) => {
    const error = assertThrows(() => serveApi(house, { port }), VivariumError, String(port));
    assertEquals(error.code, "port-in-use");
    assertMatch(error.hint ?? "", /--port/);
    return Promise.resolve();
  });
});

const refusals: { name: string; options: Partial<ServeOptions>; says: RegExp }[] = [
  {
    name: "all addresses without a token",
    options: { hostname: "0.0.0.0" },
    says: /without a token/,
  },
  { name: "another address without a token", options: { hostname: "::" }, says: /without a token/ },
  {
    name: "a name that looks like loopback",
    options: { hostname: "127.0.0.1.example.org" },
    says: /without a token/,
  },
  { name: "a short token", options: { token: "secret" }, says: /token/ },
  { name: "a token with spaces", options: { token: "0123456789 abcdefgh" }, says: /token/ },
  {
    name: "an address that is not this machine's",
    options: { hostname: "192.0.2.1", token: "0123456789abcdef" },
    says: /192\.0\.2\.1/,
  },
];

Deno.test.each(refusals)("serveApi() refuses $name", ({ options, says }) => {
  using house = livedIn();
  const error = assertThrows(() => serveApi(house, { port: 0, ...options }), VivariumError);
  assertEquals(error.code, "bad-usage");
  assertMatch(error.message, says);
  assertMatch(error.hint ?? "", /\S/);
  assert(!`${error.message}${error.hint}`.includes(options.token ?? "no token"));
});

Deno.test("beyond loopback any host name is taken, with the token", async () => {
  await served(async (_, { port }) => {
    const url = `http://127.0.0.1:${port}/v1/agents`;
    const headers = { host: "garden.example" };
    const refused = await fetch(url, { headers });
    assertEquals(refused.status, 401);
    await problemOf(refused);
    const taken = await fetch(url, {
      headers: { ...headers, authorization: "Bearer 0123456789abcdef" },
    });
    assertEquals(taken.status, 200);
    await taken.body?.cancel();
  }, { hostname: "0.0.0.0", token: "0123456789abcdef" });
});

Deno.test("beyond loopback an address that asks too fast is held back", async () => {
  await served(async (_, { port }) => {
    const headers = { authorization: "Bearer 0123456789abcdef" };
    const url = `http://127.0.0.1:${port}/v1/agents/ada`;
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) {
      const response = await fetch(url, { headers });
      statuses.push(response.status);
      await response.body?.cancel();
    }
    assertEquals(statuses, [200, 200, 429]);
  }, {
    hostname: "0.0.0.0",
    token: "0123456789abcdef",
    rate: { perSecond: 0.001, burst: 2 },
  });
});

Deno.test("what is large is compressed for those who take it; a stream never is", async () => {
  await served(async (house, { url }) => {
    const headers = { "accept-encoding": "br, gzip" };
    const list = await fetch(`${url}/openapi.json`, { headers });
    // fetch() takes the encoding off; what is left of it is the header.
    assertEquals(list.headers.get("vary"), "Accept-Encoding");
    await list.body?.cancel();
    const plain = await fetch(`${url}/openapi.json`, {
      headers: { "accept-encoding": "identity" },
    });
    assertEquals(plain.headers.get("content-encoding"), null);
    await plain.body?.cancel();
    const stream = await fetch(`${url}/v1/events`, { headers });
    assertEquals(
      [stream.headers.get("content-encoding"), stream.headers.get("vary")],
      [null, null],
    );
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals((await reader?.read())?.value, "retry: 1000\n\n");
    house.happen(step);
    assertMatch((await reader?.read())?.value ?? "", /^id: 1\n/);
    await reader?.cancel();
  });
});

// Deno keeps the body of a request that was answered before it was read to its end.
Deno.test("a body without a length is limited too", { sanitizeResources: false }, async () => {
  await served(async (_, { url }) => {
    const chunk = new TextEncoder().encode(" ".repeat(64 * 1024));
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (chunks++ > 40) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/v1/agents`, { method: "POST", headers, body });
    assertEquals(response.status, 413);
    assertEquals((await problemOf(response))["code"], "too-large");
  });
});

Deno.test("the stream begins now, and carries what happens as it happens", async () => {
  await served(async (house, { url }) => {
    house.happen({ kind: "house.started", data: {} });
    const reader = await EventReader.open(`${url}/v1/events`);
    assertEquals(
      reader.response.headers.get("content-type"),
      "text/event-stream; charset=utf-8",
    );
    assertEquals(await reader.block(), "retry: 1000");
    house.happen(step);
    const event = await reader.event();
    assertEquals<unknown>(event, house.store.events({ after: 1 })[0]);
    await reader.close();
  });
});

Deno.test("the stream is filtered by agent, kind and cause", async () => {
  await served(async (house, { url }) => {
    house.happen(
      step,
      { ...step, agent: "bob" },
      { kind: "life.died", agent: "bob", life: 1, cause: "hang", data: {} },
      { kind: "life.died", agent: "ada", life: 3, cause: "harm", data: {} },
    );
    const first = async (query: string): Promise<number> => {
      const reader = await EventReader.open(`${url}/v1/events?after=0&${query}`);
      const { id } = await reader.event();
      await reader.close();
      return id;
    };
    assertEquals(await first("agent=bob"), 2);
    assertEquals(await first("kind=life.died,life.started"), 3);
    assertEquals(await first("kind=life.died&agent=ada"), 4);
    assertEquals(await first("cause=harm"), 4);
  });
});

Deno.test("a reader who is cut 50 times at random misses no event and sees none twice", async () => {
  await served(async (house, { url }) => {
    let happened = 0;
    const writer = setInterval(() => {
      for (let n = happened % 4; n < 4; n++) {
        happened++;
        house.happen(step);
      }
    }, 1);
    const random = seededRandom(20261123);
    const ids: number[] = [];
    let inside = 0;
    try {
      for (let cuts = 0; cuts < 50; cuts++) {
        const reader = await EventReader.open(`${url}/v1/events`, ids.at(-1) ?? 0);
        const most = Math.floor(random.next() * 20);
        for (let n = 0; n < most; n++) ids.push((await reader.event()).id);
        if (reader.hasMore) inside++;
        await reader.close();
      }
    } finally {
      clearInterval(writer);
    }
    const reader = await EventReader.open(`${url}/v1/events`, ids.at(-1) ?? 0);
    while (ids.length < happened) ids.push((await reader.event()).id);
    await reader.close();
    assert(inside > 5, `${inside} cuts while more was on its way`);
    assertEquals(ids, Array.from({ length: happened }, (_, index) => index + 1));
  });
});

Deno.test("an id that is still to come was another ledger's: the reader begins now", async () => {
  await served(async (house, { url }) => {
    house.happen(step, step);
    const reader = await EventReader.open(`${url}/v1/events`, 1_000_000);
    await reader.block();
    house.happen(step);
    assertEquals((await reader.event()).id, 3);
    await reader.close();
  });
});

Deno.test("HEAD of the stream answers and holds nothing", async () => {
  await served(async (house, { url }) => {
    let listeners = 0;
    const { bus } = house;
    const subscribe = bus.subscribe.bind(bus);
    bus.subscribe = (listener) => {
      listeners++;
      return subscribe(listener);
    };
    const response = await fetch(`${url}/v1/events`, { method: "HEAD" });
    assertEquals([response.status, listeners], [200, 0]);
  });
});

Deno.test("a reader who falls behind is told so once, and misses nothing", async () => {
  using house = livedIn();
  const { Caller } = await import("./support.ts");
  const { body } = await new Caller(house).send("GET", "/v1/events");
  assert(body !== null);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<string> => (await reader.read()).value ?? "";
  await read();
  const first = read();
  house.happen(step);
  assertMatch(await first, /^id: 1\n/);
  house.happen(...Array.from({ length: 300 }, () => step));
  const late = await read() + await read() + await read();
  assertMatch(late, /^event: lagged\ndata: \{"behind":\d+\}\n\nid: 2\n/);
  assertEquals(late.match(/^event: lagged/gm)?.length, 1);
  assertEquals(
    [...late.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)),
    Array.from({ length: 300 }, (_, n) => n + 2),
  );
  await reader.cancel();
});

Deno.test("an idle stream says that it is alive, and lets go of a reader who is gone", async () => {
  using house = livedIn();
  const { Caller } = await import("./support.ts");
  const api = new Caller(house, { heartbeatMs: 10 });
  let unsubscribed = 0;
  const { bus } = house;
  const subscribe = bus.subscribe.bind(bus);
  bus.subscribe = (listener) => {
    const end = subscribe(listener);
    return () => {
      unsubscribed++;
      end();
    };
  };
  const { body } = await api.send("GET", "/v1/events");
  assert(body !== null);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<string | undefined> => (await reader.read()).value;
  assertEquals([await read(), await read(), await read()], [
    "retry: 1000\n\n",
    ": heartbeat\n\n",
    ": heartbeat\n\n",
  ]);
  await reader.cancel();
  assertEquals(unsubscribed, 1);
});

Deno.test("shutdown() ends open streams and waits at once", async () => {
  using house = livedIn();
  const server = serveApi(house, { port: 0 });
  house.supervisor.answer = new Promise<Json>(() => {});
  const readers = await Promise.all(
    Array.from({ length: 5 }, () => EventReader.open(`${server.url}/v1/events`)),
  );
  for (const reader of readers) await reader.block();
  const asked = fetch(`${server.url}/v1/agents/bob/messages?wait=100`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ body: "well?" }),
  });
  while (house.supervisor.orders.length === 0) await new Promise((done) => setTimeout(done, 5));
  const start = performance.now();
  await server.shutdown();
  assertLess(performance.now() - start, 2000);
  for (const reader of readers) assertEquals(await reader.block(), undefined);
  const response = await asked;
  assertEquals(response.status, 503);
  assertEquals((await problemOf(response))["code"], "unavailable");
});
