import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Hono } from "hono";
import type { JSONParsed } from "hono/utils/types";
import { assertEquals } from "@std/assert";
import type { ApiType } from "../../src/api/mod.ts";
import type { agentOperations } from "../../src/api/routes/agents.ts";
import type { deathOperations } from "../../src/api/routes/deaths.ts";
import type { eventOperations } from "../../src/api/routes/events.ts";
import type { forkOperations } from "../../src/api/routes/fork.ts";
import type { genomeOperations } from "../../src/api/routes/genomes.ts";
import type { houseOperations } from "../../src/api/routes/health.ts";
import type { historyOperations } from "../../src/api/routes/history.ts";
import type { policyOperations } from "../../src/api/routes/policy.ts";
import type { replayOperations } from "../../src/api/routes/replay.ts";
import type { rewardOperations } from "../../src/api/routes/rewards.ts";
import type { statsOperations } from "../../src/api/routes/stats.ts";
import type { supervisorOperations } from "../../src/api/routes/supervisors.ts";
import { Caller, livedIn } from "./support.ts";

/** The type that Hono makes of the routes themselves. */
type Routed = OperationsOf<ReturnType<typeof app.openapiRoutes<readonly [Routes]>>>;

declare const app: OpenAPIHono;

type RoutesOf<Operations extends Record<string, RouteConfig>> = {
  [Name in keyof Operations]: { readonly route: Operations[Name]; readonly handler: never };
}[keyof Operations];

type Routes =
  | RoutesOf<typeof agentOperations>
  | RoutesOf<typeof deathOperations>
  | RoutesOf<typeof eventOperations>
  | RoutesOf<typeof forkOperations>
  | RoutesOf<typeof genomeOperations>
  | RoutesOf<typeof houseOperations>
  | RoutesOf<typeof historyOperations>
  | RoutesOf<typeof policyOperations>
  | RoutesOf<typeof replayOperations>
  | RoutesOf<typeof rewardOperations>
  | RoutesOf<typeof statsOperations>
  | RoutesOf<typeof supervisorOperations>;

// deno-lint-ignore no-explicit-any -- whatever the environment
type OperationsOf<App> = App extends Hono<any, infer Schema, any> ? Schema : never;

type Written = OperationsOf<ApiType>;

type Key<Operations> = {
  [Path in keyof Operations & string]: `${keyof Operations[Path] & string} ${Path}`;
}[keyof Operations & string];

type Of<Operations, Name extends string> = Name extends `${infer Method} ${infer Path}`
  ? Path extends keyof Operations
    ? Method extends keyof Operations[Path] ? Operations[Path][Method] : never
  : never
  : never;

type Input<Operation> = Operation extends { input: infer Value } ? Value : never;
/** The answers of an operation, but for problem documents. */
type Output<Operation> = Operation extends { output: infer Value }
  ? Value extends { detail: string; title: string } ? never : Value
  : never;

/** `input`: a request that is written as the type says would not be taken; `output`: answers differ. */
type Flaw<Name extends string> =
  | (Input<Of<Written, Name>> extends Input<Of<Routed, Name>> ? never : `input of ${Name}`)
  | (Output<Of<Routed, Name>> extends Response ? never
    : [Output<Of<Routed, Name>>] extends [JSONParsed<Output<Of<Written, Name>>>]
      ? [JSONParsed<Output<Of<Written, Name>>>] extends [Output<Of<Routed, Name>>] ? never
      : `output of ${Name}: more is promised`
    : `output of ${Name}`);

/** Fields that a request may have, and the written type does not name. Nobody needs `shutdownMs` beside `shutdown`. */
type Untold<Name extends string> = {
  [Part in keyof Input<Of<Routed, Name>>]: Exclude<
    keyof Input<Of<Routed, Name>>[Part],
    Part extends keyof Input<Of<Written, Name>> ? keyof Input<Of<Written, Name>>[Part] : never
  >;
}[keyof Input<Of<Routed, Name>>];

type Flaws<Name extends string> = Name extends string ? Flaw<Name> : never;

type AllUntold<Name extends string> = Name extends string ? Untold<Name> : never;

type NoFlaw = Flaws<Key<Written>> | Exclude<AllUntold<Key<Written>>, "shutdownMs">;
type Unwritten = Exclude<Key<Routed>, Key<Written>>;
type Unrouted = Exclude<Key<Written>, Key<Routed>>;

/** Does not compile but where the written type and the routes say the same; the error names what differs. */
const same: [NoFlaw | Unwritten | Unrouted] extends [never] ? true : NoFlaw | Unwritten | Unrouted =
  true;

/** Each operation that is typed. */
const typed: { readonly [Path in keyof Written & string]: readonly (keyof Written[Path])[] } = {
  "/healthz": ["$get"],
  "/readyz": ["$get"],
  "/v1/house": ["$get"],
  "/v1/agents": ["$get", "$post"],
  "/v1/agents/:name": ["$get", "$delete"],
  "/v1/agents/:name/pause": ["$post"],
  "/v1/agents/:name/resume": ["$post"],
  "/v1/agents/:name/revive": ["$post"],
  "/v1/agents/:name/kill": ["$post"],
  "/v1/agents/:name/fork": ["$post"],
  "/v1/agents/:name/messages": ["$post"],
  "/v1/agents/:name/lives": ["$get"],
  "/v1/agents/:name/steps": ["$get"],
  "/v1/agents/:name/lineage": ["$get"],
  "/v1/agents/:name/genome": ["$get"],
  "/v1/genomes/:hash": ["$get"],
  "/v1/genomes/:from/diff/:to": ["$get"],
  "/v1/deaths": ["$get"],
  "/v1/deaths/:id": ["$get"],
  "/v1/deaths/:id/replay": ["$post"],
  "/v1/deaths/:id/minimal": ["$post"],
  "/v1/events": ["$get"],
  "/v1/rewards": ["$post"],
  "/v1/supervisors": ["$get", "$post"],
  "/v1/supervisors/:name": ["$get", "$delete"],
  "/v1/policy": ["$get"],
  "/v1/policy/versions": ["$get"],
  "/v1/policy/versions/:version/model": ["$get"],
  "/v1/policy/rollback": ["$post"],
  "/v1/train": ["$post"],
  "/v1/episodes": ["$post"],
  "/v1/stats/survival": ["$get"],
  "/v1/stats/causes": ["$get"],
  "/v1/stats/learning": ["$get"],
};

Deno.test("the typed client has every operation of the API, with the routes' own types", async () => {
  assertEquals(same, true);
  using house = livedIn();
  const document = await new Caller(house).json(200, "GET", "/openapi.json") as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `$${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`)
  );
  const named = Object.entries(typed).flatMap(([path, methods]) =>
    methods.map((method) => `${method} ${path}`)
  );
  const others = operations.filter((operation) => !named.includes(operation));
  assertEquals(others, [
    // For Prometheus.
    "$get /metrics",
    // For OpenAI's clients, and Ollama's.
    "$post /v1/chat/completions",
    "$post /v1/completions",
    "$get /v1/models",
    "$get /v1/models/:id",
    "$post /api/generate",
    "$post /api/chat",
    "$get /api/tags",
    "$post /api/show",
    "$get /api/version",
  ]);
  assertEquals(named.filter((name) => !operations.includes(name)), []);
});
