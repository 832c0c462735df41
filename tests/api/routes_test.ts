import { assert, assertEquals } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { firstGenome, genomeText } from "../../src/genome/mod.ts";
import { first } from "../store/support.ts";
import { defaultCellLimits } from "../../src/cell/mod.ts";
import type { HouseAbout } from "../../src/house/mod.ts";
import { Caller, FakeHouse, livedIn, problemOf } from "./support.ts";

Deno.test("agents are spawned, listed, looked at and deleted", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const response = await api.send("POST", "/v1/agents", { name: "ada", limits: { stepMs: 500 } });
  assertEquals(response.status, 201);
  assertEquals(response.headers.get("location"), "/v1/agents/ada");
  const ada = await response.json();
  assertEquals([ada.name, ada.status], ["ada", "running"]);
  assert(ada.firstQuery.length > 0);
  await api.json(201, "POST", "/v1/agents", {
    name: "bob",
    firstQuery: "Count.",
    genome: { ...firstGenome, state: { n: 1 } },
  });
  assertEquals(await api.json(200, "GET", "/v1/agents/ada"), ada);
  const page = await api.json(200, "GET", "/v1/agents?limit=1") as { items: []; next: string };
  assertEquals(page.items, [ada]);
  const rest = await api.json(200, "GET", `/v1/agents?limit=1&cursor=${page.next}`) as {
    items: { name: string }[];
  };
  assertEquals(rest.items.map(({ name }) => name), ["bob"]);
  assertEquals({ ...rest, items: [] }, { items: [], next: null });
  const gone = await api.send("DELETE", "/v1/agents/ada");
  assertEquals([gone.status, await gone.text()], [204, ""]);
  assertEquals((await api.send("GET", "/v1/agents/ada")).status, 404);
});

Deno.test("a message is told, or asked when the caller waits", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const letter = await api.json(202, "POST", "/v1/agents/bob/messages", { body: { n: [1, null] } });
  assertEquals(letter, {
    id: 1,
    to: "bob",
    from: "operator",
    kind: "tell",
    body: { n: [1, null] },
    atMs: 1,
  });
  assertEquals(house.supervisor.told, [{ to: "bob", body: { n: [1, null] } }]);
  await api.json(202, "POST", "/v1/agents/bob/messages", { body: null });
  assertEquals(
    await api.json(200, "POST", "/v1/agents/bob/messages?wait=2.5", { body: "well?" }),
    { answer: { fine: true } },
  );
  assertEquals(house.supervisor.orders, ["ask bob 2500"]);
});

Deno.test("agents are paused, resumed and killed", async () => {
  using house = livedIn();
  const api = new Caller(house);
  for (const act of ["pause", "resume", "kill"]) {
    const view = await api.json(200, "POST", `/v1/agents/bob/${act}`) as { name: string };
    assertEquals(view.name, "bob");
  }
  assertEquals(house.supervisor.orders, ["pause bob", "resume bob", "kill bob"]);
});

Deno.test("history is read by life, step, death and genome, also of agents that are gone", async () => {
  using house = livedIn();
  const api = new Caller(house);
  house.store.removeAgent("ada");
  const items = async (path: string): Promise<Record<string, unknown>[]> =>
    (await api.json(200, "GET", path) as { items: Record<string, unknown>[] }).items;
  assertEquals((await items("/v1/agents/ada/lives")).map(({ life }) => life), [1, 2, 3]);
  const steps = await items("/v1/agents/ada/steps");
  assertEquals(steps.map(({ life, step }) => [life, step]), [[1, 1], [1, 2], [2, 1]]);
  assertEquals<unknown>(steps, [...house.store.steps("ada").items]);
  assertEquals((await items("/v1/agents/ada/steps?life=2")).length, 1);
  assertEquals((await items("/v1/deaths")).map(({ id }) => id), [2, 1]);
  assertEquals((await items("/v1/deaths?cause=hang")).map(({ id }) => id), [1]);
  assertEquals(await items("/v1/deaths?agent=bob"), []);
  assertEquals<unknown>(await api.json(200, "GET", "/v1/deaths/2"), house.store.death(2));
});

Deno.test("a genome is read by its hash or its agent, with its size and where it was first lived", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const { genome: hash } = house.store.step("ada", 1, 2)!;
  const { genome, ...row } = house.store.genome(hash)!;
  const view = {
    ...row,
    ...genome,
    sizeBytes: genomeText(genome).length,
    agent: "ada",
    life: 1,
    step: 2,
  };
  assertEquals(await api.json(200, "GET", `/v1/genomes/${hash}`), view);
  assertEquals(await api.json(200, "GET", "/v1/agents/ada/genome"), view);
  const bob = await api.json(200, "GET", "/v1/agents/bob/genome") as Record<string, unknown>;
  assertEquals([bob["agent"], bob["step"]], ["ada", 0]);
});

Deno.test("two genomes are compared", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const [from, to] = [first.hash, house.store.agent("ada")!.genome];
  const { changes } = await api.json(200, "GET", `/v1/genomes/${from}/diff/${to}`) as {
    changes: { name: string; kind: string; before: string }[];
  };
  assertEquals(changes.map(({ name, kind, before }) => [name, kind, before]), [
    ["state", "changed", "{}"],
  ]);
  assertEquals(await api.json(200, "GET", `/v1/genomes/${to}/diff/${to}`), {
    from: to,
    to,
    changes: [],
  });
});

Deno.test("an agent's lineage is read, also in large pages", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const page = await api.json(200, "GET", "/v1/agents/ada/lineage?limit=10000") as {
    items: { parent: string | null; deaths: unknown[] }[];
  };
  assertEquals<unknown>(page, house.store.genomesOf("ada"));
  assertEquals(page.items.map(({ parent, deaths }) => [parent, deaths.length]), [
    [null, 2],
    [first.hash, 0],
  ]);
});

Deno.test("a late reward is added once by its key, in the header or the body, and told of", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const told: unknown[] = [];
  house.bus.subscribe((event) => told.push(event));
  const reward = { agent: "ada", life: 1, step: 1, term: "praise", value: 2 };
  const post = async (body: object, key?: string): Promise<[number, unknown]> => {
    const headers: Record<string, string> = key === undefined ? {} : { "Idempotency-Key": key };
    const response = await api.send("POST", "/v1/rewards", body, headers);
    return [response.status, await response.json()];
  };
  const applied = { applied: true, why: null };
  assertEquals(await post(reward, "k1"), [201, { status: "added", ...applied }]);
  assertEquals(await post(reward, "k1"), [200, { status: "again", ...applied }]);
  assertEquals(await post({ ...reward, key: "k1" }), [200, { status: "again", ...applied }]);
  const { step: _, ...life } = reward;
  const late = { applied: false, why: "it has been used" };
  assertEquals(await post({ ...life, key: "k2" }), [201, { status: "added", ...late }]);
  assertEquals(house.client.calls, [
    ...[1, 2, 3].map(() => ({ key: "k1", episode: "ada/1", step: 1, value: 2 })),
    { key: "k2", episode: "ada/1", step: null, value: 2 },
  ]);
  const events = house.store.events({ kinds: ["reward.added"] });
  assertEquals<unknown>(told, [...events]);
  assertEquals(events.map(({ step, data }) => [step, data]), [
    [1, { term: "praise", value: 2 }],
    [undefined, { term: "praise", value: 2 }],
  ]);
  assertEquals(house.store.step("ada", 1, 1)?.rewards.length, 2);
});

Deno.test("a late reward is kept, and says that nobody learns from it, when there is no policy", async () => {
  using house = livedIn();
  house.policy = null;
  const reward = { agent: "ada", life: 1, step: 1, term: "praise", value: 2, key: "k" };
  const none = await new Caller(house).json(201, "POST", "/v1/rewards", reward);
  const why = "this house runs without the embedded policy";
  assertEquals(none, { status: "added", applied: false, why });
  const call = () => Promise.reject(new VivariumError("provider", "it does not answer"));
  house.policy = { ready: false, call };
  const gone = await new Caller(house).json(200, "POST", "/v1/rewards", reward);
  assertEquals(gone, { status: "again", applied: false, why: "it does not answer" });
});

Deno.test("the policy is shown, trained, rolled back and handed episodes", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  assertEquals(await api.json(200, "GET", "/v1/policy"), house.client.present);
  const page = await api.json(200, "GET", "/v1/policy/versions?limit=2") as {
    items: { version: number }[];
    next: string;
  };
  assertEquals(page.items.map(({ version }) => version), [2, 1]);
  const rest = await api.json(200, "GET", `/v1/policy/versions?cursor=${page.next}`) as typeof page;
  assertEquals([rest.items.map(({ version }) => version), rest.next as unknown], [[0], null]);
  await api.json(200, "POST", "/v1/policy/rollback", { version: 1 });
  await api.json(200, "POST", "/v1/train", { action: "pause" });
  const episode = { id: "ada/1", agent: "ada", life: 1, end: "truncated", steps: [] };
  assertEquals(await api.json(202, "POST", "/v1/episodes", episode), { id: "ada/1", taken: true });
  assertEquals(house.client.calls, [{ rollback: 1 }, { train: "pause" }, { episode: "ada/1" }]);
});

Deno.test("an episode may be larger than other bodies", async () => {
  using house = new FakeHouse();
  const step = { step: 1, reward: 1, completions: [] };
  const steps = Array.from({ length: 40_000 }, () => step);
  const episode = { id: "ada/1", agent: "ada", life: 1, end: "truncated", steps };
  assert(JSON.stringify(episode).length > 1.5e6);
  await new Caller(house).json(202, "POST", "/v1/episodes", episode);
});

Deno.test("versions of an earlier run are shown by a house without the policy", async () => {
  using house = new FakeHouse();
  house.policy = null;
  const version = { version: 4, parent: 3, hash: "d", createdAtMs: 1, metrics: {} };
  house.store.recordPolicyVersion(version);
  assertEquals(await new Caller(house).json(200, "GET", "/v1/policy/versions"), {
    items: [version],
    next: null,
  });
});

const about: HouseAbout = {
  startedAtMs: 1,
  seed: 7,
  model: "policy",
  horizon: 100,
  profile: "strict",
  layers: ["bubblewrap", "prlimit"],
  missing: [],
  limits: defaultCellLimits,
  powers: [{ name: "notes", kind: "folder", about: "reads files" }],
};

Deno.test("/readyz says why a house is not ready; /healthz only that it answers", async () => {
  const house = new FakeHouse();
  const ready = async (status: number): Promise<unknown> =>
    await new Caller(house).json(status, "GET", "/readyz");
  assertEquals(await ready(200), { status: "ready", troubles: [], containment: null });
  house.about = about;
  const { profile, layers } = about;
  const containment = { profile, layers, missing: [] as string[] };
  assertEquals(await ready(200), { status: "ready", troubles: [], containment });
  house.about = { ...about, missing: ["seccomp is off: no filter"] };
  containment.missing = ["seccomp is off: no filter"];
  assertEquals(await ready(200), {
    status: "degraded",
    troubles: ["seccomp is off: no filter"],
    containment,
  });
  const trouble = "the policy process is down";
  house.policy = { ready: false, trouble, call: (request) => request(house.client) };
  assertEquals(await ready(200), {
    status: "degraded",
    troubles: ["seccomp is off: no filter", trouble],
    containment,
  });
  house.policy = null;
  house.store.close();
  const down = await ready(503) as { troubles: string[] };
  assertEquals(down.troubles.length, 1);
  assertEquals(await new Caller(house).json(200, "GET", "/healthz"), { status: "ok" });
});

Deno.test("a house says what it was started with, limits and layers; a file that is read does not", async () => {
  using house = new FakeHouse();
  house.about = about;
  assertEquals<unknown>(await new Caller(house).json(200, "GET", "/v1/house"), about);
  house.about = undefined;
  const response = await new Caller(house).send("GET", "/v1/house");
  assertEquals([response.status, (await problemOf(response))["code"]], [503, "unavailable"]);
});
