/**
 * Vivarium as a library: agents that rewrite their own code, live or die by it, and learn from it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openHouse } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const script = `${folder}/script.jsonl`;
 * await Deno.writeTextFile(script, '{"response": "this.state.count = 1;"}\n');
 *
 * const house = await openHouse({ db: `${folder}/house.db`, llm: `scripted:${script}`, agents: 1 });
 * house.begin();
 * await house.finished();
 * const report = await house.stop();
 *
 * assertEquals([report.steps, report.editsKept], [1, 1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
import {
  type ApiServer,
  type ApiToken,
  type Client,
  type ClientOptions,
  connect as connectTo,
  type RateLimit,
  serveApi,
} from "./src/api/mod.ts";
import {
  type House,
  type HouseOptions,
  type OpenHouse,
  openHouse as open,
} from "./src/house/mod.ts";

/** The inside of each house, which is for its API and not for its users. */
const insides = new WeakMap<House, OpenHouse>();

/**
 * Opens a house: database, policy, cells, model and supervisor. Its agents live once it has begun.
 *
 * @param options what it is started with
 * @returns a house; `stop` it in the end
 * @throws {VivariumError} `bad-usage`, `script`, `database`, `checkpoint` or `provider` for what the user can
 *   mend
 *
 * @example A model of your own, and the deaths that it caused
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Completion, type CompletionRequest, openHouse } from "./mod.ts";
 *
 * const rude = {
 *   spec: "rude",
 *   complete({ prompt, step }: CompletionRequest): Promise<Completion> {
 *     const text = step < 3 ? `this.state.heard = ${JSON.stringify(prompt)};` : "throw new Error('no');";
 *     return Promise.resolve({ text, model: "rude@1", tokens: { prompt: 1, completion: 1 } });
 *   },
 *   close: () => Promise.resolve(),
 * };
 *
 * const house = await openHouse({ db: ":memory:", llm: rude, names: ["ada"], steps: 3 });
 * house.begin();
 * await house.finished();
 * const [death] = house.deaths({ agent: "ada" });
 * await house.stop();
 *
 * assertEquals([death?.life, death?.step, death?.cause], [1, 3, "exception"]);
 * assertEquals(death?.response, "throw new Error('no');");
 * ```
 *
 * @example Watch what happens, speak to an agent, and end its life
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Completion, type CompletionRequest, openHouse } from "./mod.ts";
 *
 * const polite = {
 *   spec: "polite",
 *   complete({ prompt }: CompletionRequest): Promise<Completion> {
 *     // An agent that is asked something asks its model in turn, and answers what that says.
 *     const text = prompt === 'operator says "who is there?"' ? "It is me." : "this.state.n = 1;";
 *     return Promise.resolve({ text, model: "polite@1", tokens: { prompt: 1, completion: 1 } });
 *   },
 *   close: () => Promise.resolve(),
 * };
 *
 * const house = await openHouse({ db: ":memory:", llm: polite, names: [] });
 * const lived = Promise.withResolvers<void>();
 * const kinds = new Set<string>();
 * const unsubscribe = house.subscribe((event) => {
 *   kinds.add(event.kind);
 *   if (event.kind === "step.committed") lived.resolve();
 * });
 *
 * house.begin();
 * house.spawn({ name: "ada", restart: "temporary" });
 * await lived.promise;
 * const answer = await house.ask("ada", "who is there?");
 * await house.kill("ada");
 * unsubscribe();
 * const [death] = house.deaths();
 * await house.stop();
 *
 * assertEquals(answer, "It is me.");
 * assertEquals([death?.cause, death?.owner], ["operator", "operator"]);
 * assertEquals(kinds.has("agent.spawned") && kinds.has("life.died"), true);
 * ```
 *
 * @example A reward for a task, judged outside of the agent
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openHouse } from "./mod.ts";
 *
 * const house = await openHouse({
 *   db: ":memory:",
 *   llm: {
 *     spec: "adder",
 *     complete: () =>
 *       Promise.resolve({ text: "return 17 + 4;", model: "adder@1", tokens: { prompt: 1, completion: 1 } }),
 *     close: () => Promise.resolve(),
 *   },
 *   names: [],
 *   steps: 1,
 *   rewards: { survival: 0, task: 5 },
 *   tasks: { sum: { query: "Return 17 + 4.", check: ({ returned }) => returned === 21 } },
 * });
 * house.begin();
 * house.spawn({ name: "ada", task: "sum" });
 * await house.finished();
 *
 * assertEquals((await house.stop()).reward, 5);
 * ```
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const house = await open(options);
  insides.set(house, house);
  return house;
}

/** Where the API of a house listens. */
export interface ServeOptions {
  /** A port; 0 takes a free one. @default 8420 */
  readonly port?: number;
  /** An address of this machine. @default "127.0.0.1" */
  readonly hostname?: string;
  /** Bearer token that may do everything. An address beyond loopback needs one, or `tokens`. */
  readonly token?: string;
  /** Bearer tokens with what each may do. */
  readonly tokens?: readonly ApiToken[];
  /** How fast one address may ask. Default: as fast as it likes on loopback. */
  readonly rate?: RateLimit;
}

/**
 * Serves the HTTP API of a house, as `deno task run` does. Shut it down before the house stops.
 *
 * @param house one that {@linkcode openHouse} has opened
 * @param options where it listens
 * @returns the server, with its `url`
 * @throws {VivariumError} `port-in-use`; `bad-usage` for an address that cannot be listened on, or one
 *   beyond loopback without a token
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openHouse, serve } from "./mod.ts";
 *
 * const house = await openHouse({ db: ":memory:", llm: "random", names: [] });
 * const server = serve(house, { port: 0 });
 * const { data } = await (await fetch(`${server.url}/v1/models`)).json();
 * await server.shutdown();
 * await house.stop();
 *
 * assertEquals(data[0].id, "random");
 * ```
 */
export function serve(house: House, options: ServeOptions = {}): ApiServer {
  const inside = insides.get(house);
  if (inside === undefined) throw new TypeError("cannot serve: it must be a house of openHouse()");
  return serveApi(inside, { port: 8420, ...options });
}

/**
 * A client of a house's HTTP API, typed by its routes: `client.v1.agents[":name"].$get(…)`. It sends
 * plain requests and gives plain responses, as Hono's RPC client does.
 *
 * @param url of the house, e.g. `http://127.0.0.1:8420`
 * @param options token, and what sends
 * @returns the client; it holds nothing that is to be closed
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { connect, openHouse, serve } from "./mod.ts";
 *
 * const house = await openHouse({
 *   db: ":memory:",
 *   names: ["ada"],
 *   steps: 2,
 *   llm: {
 *     spec: "counter",
 *     complete: () =>
 *       Promise.resolve({
 *         text: "this.state.n = (this.state.n ?? 0) + 1;",
 *         model: "counter@1",
 *         tokens: { prompt: 1, completion: 1 },
 *       }),
 *     close: () => Promise.resolve(),
 *   },
 * });
 * const server = serve(house, { port: 0 });
 * house.begin();
 * await house.finished();
 *
 * const client = connect(server.url);
 * const answer = await client.v1.agents[":name"].genome.$get({ param: { name: "ada" } });
 * if (answer.ok) assertEquals((await answer.json()).state, { n: 2 });
 * const nobody = await client.v1.agents[":name"].$get({ param: { name: "nobody" } });
 * assertEquals(nobody.status, 404);
 * await nobody.body?.cancel();
 *
 * await server.shutdown();
 * await house.stop();
 * ```
 */
export function connect(url: string, options: ClientOptions = {}): Client {
  return connectTo(url, options);
}

export {
  type ApiServer,
  type ApiToken,
  type ApiType,
  type Client,
  type ClientOptions,
  parseTokens,
  type RateLimit,
  type Scope,
  scopes,
} from "./src/api/mod.ts";
export type { Death, DeathQuery, NewAgent, NewSupervisor, NewTemplate } from "./src/house/mod.ts";
export {
  type Completion,
  type CompletionRequest,
  EndOfScript,
  type Model,
  type PolicyTrace,
} from "./src/llm/mod.ts";
export type { House, HouseOptions, Report } from "./src/house/mod.ts";
export { type CellLimits, type Profile, profiles } from "./src/cell/mod.ts";
export {
  fetchPower,
  type FetchPowerOptions,
  folderPower,
  type FolderPowerOptions,
  type InputSchema,
  type Power,
  type Powers,
  type PowerUse,
  toolPower,
  type ToolPowerOptions,
} from "./src/powers/mod.ts";
export type { Backoff, Candidate, ResurrectionRule } from "./src/supervisor/mod.ts";
export type { Summary } from "./src/store/mod.ts";
export type { Json } from "./src/core/json.ts";
export { type Cause, causeNames, causes, type Owner, ownerOf } from "./src/death/mod.ts";
export {
  EventBus,
  type EventDraft,
  type EventKind,
  eventKinds,
  type EventListener,
  type HouseEvent,
} from "./src/core/events.ts";
export { type ErrorCode, errorCodes, VivariumError } from "./src/core/errors.ts";
export {
  type EnergySettings,
  type RewardWeights,
  type Task,
  type TaskView,
} from "./src/reward/mod.ts";
