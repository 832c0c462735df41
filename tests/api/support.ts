import type { OpenAPIHono } from "@hono/zod-openapi";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ApiHouse, ApiOptions, ApiPolicyClient } from "../../src/api/mod.ts";
import { createApi } from "../../src/api/mod.ts";
import type { LateReward, LateRewardAnswer, PolicyStatus } from "../../src/core/episode.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { EventBus, type HouseEvent } from "../../src/core/events.ts";
import type { Json } from "../../src/core/json.ts";
import type { HouseAbout } from "../../src/house/mod.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import { Hierarchy } from "../../src/supervisor/hierarchy.ts";
import {
  type AgentView,
  type ChildSpecInput,
  parseChildSpec,
  parseSupervisorSpec,
  SupervisorRegistry,
} from "../../src/supervisor/mod.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow } from "../store/support.ts";

/** A house with a real ledger and a real bus, whose agents and policy do nothing. */
export class FakeHouse implements ApiHouse, Disposable {
  about: HouseAbout | undefined;
  readonly store: Store = openStore(":memory:");
  readonly bus = new EventBus();
  readonly supervisor = new FakeSupervisor(this.store);
  readonly client = new FakePolicyClient();
  readonly replays = fakeReplays(() => this.store);
  policy: ApiHouse["policy"] = {
    ready: true,
    call: (request) => request(this.client),
  };

  /** Commits events and tells of them, as the supervisor does. */
  happen(...events: Omit<HouseEvent, "id" | "atMs">[]): void {
    for (const event of this.store.commit({ events })) this.bus.publish(event);
  }

  [Symbol.dispose](): void {
    this.store.close();
  }
}

class FakeSupervisor {
  /** Why nothing can be written down, if so. */
  trouble: string | undefined = undefined;
  readonly told: { to: string; body: Json }[] = [];
  readonly orders: string[] = [];
  /** What an ask resolves with. */
  answer: Promise<Json> = Promise.resolve({ fine: true });

  /** Real supervisors, without an agent. */
  readonly supervisors: SupervisorRegistry;

  constructor(readonly store: Store) {
    const hierarchy = new Hierarchy({
      clock: new SimulatedClock(),
      root: parseSupervisorSpec({}),
      find: () => undefined,
      onEnded: () => {},
      onRootEnded: () => {},
      onChange: () => this.supervisors.keep(),
      trouble: () => {},
    });
    this.supervisors = new SupervisorRegistry(hierarchy, store, () => {});
  }

  look(name: string): AgentView {
    const row = this.store.agent(name);
    if (row === undefined) throw new VivariumError("not-found", `there is no agent '${name}'`);
    const { ordinal: _, ...view } = row;
    return {
      ...view,
      phase: "idle",
      age: 0,
      energy: null,
      probation: null,
      stuck: null,
      mailbox: 0,
      pid: null,
    };
  }

  list(): AgentView[] {
    return this.store.agents().items.map(({ name }) => this.look(name));
  }

  spawn(input: ChildSpecInput): AgentView {
    const { name, firstQuery } = parseChildSpec(input);
    if (this.store.agent(name) !== undefined) {
      throw new VivariumError("conflict", `cannot spawn '${name}': the name is taken`);
    }
    const ordinal = this.store.agents().items.length;
    this.store.commit({ genomes: [first], agents: [agentRow(name, { firstQuery, ordinal })] });
    return this.look(name);
  }

  tell(to: string, body: Json): Promise<ReturnType<Store["accept"]>> {
    this.look(to);
    this.told.push({ to, body });
    return Promise.resolve(
      this.store.accept({ to, from: "operator", kind: "tell", body, atMs: 1 }),
    );
  }

  async ask(to: string, _body: Json, { timeoutMs }: { timeoutMs?: number } = {}): Promise<Json> {
    this.look(to);
    this.orders.push(`ask ${to} ${timeoutMs}`);
    return await this.answer;
  }

  pause(name: string): AgentView {
    return this.#order("pause", name);
  }

  revive(name: string): AgentView {
    return this.#order("revive", name);
  }

  resume(name: string): AgentView {
    return this.#order("resume", name);
  }

  kill(name: string): Promise<AgentView> {
    return Promise.resolve(this.#order("kill", name));
  }

  delete(name: string): Promise<void> {
    this.#order("delete", name);
    this.store.removeAgent(name);
    return Promise.resolve();
  }

  #order(what: string, name: string): AgentView {
    const view = this.look(name);
    this.orders.push(`${what} ${name}`);
    return view;
  }
}

export class FakePolicyClient implements ApiPolicyClient {
  readonly calls: unknown[] = [];
  present: PolicyStatus = {
    version: 2,
    hash: "c".repeat(64),
    parameters: 1000,
    kind: "pretrained",
    training: "on",
    updates: 2,
    kept: [0, 1, 2, 3],
    episodesWaiting: 0,
  };

  status(): Promise<PolicyStatus> {
    return Promise.resolve(this.present);
  }

  versions(): ReturnType<ApiPolicyClient["versions"]> {
    return Promise.resolve([0, 1, 2].map((version) => ({
      version,
      parent: version === 0 ? null : version - 1,
      hash: "c".repeat(64),
      createdAtMs: version,
      metrics: { reward: version / 2 },
    })));
  }

  model(version: number, format = "safetensors"): ReturnType<ApiPolicyClient["model"]> {
    if (version > this.present.version) {
      return Promise.reject(new VivariumError("not-found", `there is no version ${version}`));
    }
    return Promise.resolve(new TextEncoder().encode(`${format} of ${version}`));
  }

  rollback(version: number): Promise<PolicyStatus> {
    this.calls.push({ rollback: version });
    if (version > this.present.version) {
      return Promise.reject(new VivariumError("not-found", `there is no version ${version}`));
    }
    return Promise.resolve({ ...this.present, version });
  }

  train(action: string): Promise<PolicyStatus> {
    this.calls.push({ train: action });
    return Promise.resolve({ ...this.present, training: action === "pause" ? "paused" : "on" });
  }

  sample(request: { prompt: string }): ReturnType<ApiPolicyClient["sample"]> {
    this.calls.push({ sample: request.prompt });
    return Promise.resolve({
      version: this.present.version,
      promptIds: [1, 2],
      ids: [3],
      logps: [-1],
      text: "return 1;",
      finish: "stop",
    });
  }

  async sampleParts(
    request: { prompt: string },
    onPart: (text: string) => void,
  ): ReturnType<ApiPolicyClient["sampleParts"]> {
    const answer = await this.sample(request);
    onPart(answer.text.slice(0, 3));
    return answer;
  }

  postEpisode(episode: { id: string }): Promise<boolean> {
    this.calls.push({ episode: episode.id });
    return Promise.resolve(true);
  }

  reward(reward: LateReward): Promise<LateRewardAnswer> {
    this.calls.push(reward);
    const used = reward.step === null;
    return Promise.resolve({ applied: !used, why: used ? "it has been used" : null });
  }
}

/** A house in which ada has died twice and bob lives. */
export function livedIn(): FakeHouse {
  const house = new FakeHouse();
  const grown = genomeRow({ n: 1 }, first.hash);
  house.store.commit({
    genomes: [first, grown],
    agents: [
      agentRow("ada", { life: 3, steps: 4, genome: grown.hash }),
      agentRow("bob", { ordinal: 1 }),
    ],
    lives: [
      lifeRow("ada", 1, { steps: 2, end: "death", endedAtMs: 1 }),
      lifeRow("ada", 2, { steps: 1, end: "death", endedAtMs: 1 }),
      lifeRow("ada", 3, { bornFrom: grown.hash, startedAtMs: 6000 }),
    ],
    steps: [
      stepRow("ada", 1, 1),
      stepRow("ada", 1, 2, { genome: grown.hash, returned: { deep: [1, null, "x"] } }),
      stepRow("ada", 2, 1, { lived: false, rewards: [{ term: "harm", value: -1000 }] }),
    ],
    deaths: [deathRow("ada", 1, "hang", { response: null }), deathRow("ada", 2, "harm")],
  });
  return house;
}

/** Sends requests to an API without a network. */
export class Caller {
  readonly troubles: string[] = [];
  readonly app: OpenAPIHono;

  constructor(readonly house: FakeHouse, options: ApiOptions = {}) {
    this.app = createApi(house, { onTrouble: (line) => void this.troubles.push(line), ...options });
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return await this.app.request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  /** The JSON of a request that must succeed. */
  async json(status: number, method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    assertEquals(response.status, status, text);
    return JSON.parse(text);
  }
}

/** Checks that a response is a problem document, and gives it. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  assertEquals(response.headers.get("content-type"), "application/problem+json", text);
  const problem = JSON.parse(text) as Record<string, unknown>;
  assertEquals(problem["status"], response.status, text);
  assertMatch(String(problem["type"]), /^urn:vivarium:problem:[a-z-]+$/);
  for (const field of ["title", "detail", "code", "requestId"]) {
    assert(typeof problem[field] === "string" && problem[field] !== "", `${field} in ${text}`);
  }
  assertEquals(problem["requestId"], response.headers.get("x-request-id"));
  assert(!/\n|\s+at .*:\d+/.test(String(problem["detail"])), text);
  assert(response.headers.has("x-content-type-options"), "secure headers");
  return problem;
}

/** Replays that say of each death of the ledger that it is the same again. */
export function fakeReplays(store: () => Store): ApiHouse["replays"] {
  return {
    replay: (id) => {
      const death = store().death(id);
      if (death === undefined) throw new VivariumError("not-found", `there is no death ${id}`);
      const { cause, life, step, reason: message } = death;
      const [recorded, lived] = [{ cause, life, step }, { cause, step, message }];
      return Promise.resolve({ id, same: true, recorded, lived, why: null });
    },
    minimize: (id) => {
      const death = store().death(id);
      if (death === undefined) throw new VivariumError("not-found", `there is no death ${id}`);
      const { cause, step, response } = death;
      const [text, parts] = [response ?? "", { before: 1, after: 1 }];
      return Promise.resolve(
        { id, cause, step, response: text, minimal: text, parts, tries: 3, why: null },
      );
    },
  };
}
