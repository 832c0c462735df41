import type { Hono } from "hono";
import type { ClientErrorStatusCode, ServerErrorStatusCode } from "hono/utils/http-status";
import type { Profile } from "../cell/mod.ts";
import type { Episode, PolicyStatus, PolicyVersion } from "../core/episode.ts";
import type { EventKind } from "../core/events.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import type { Cause } from "../death/mod.ts";
import type { GenomeChange } from "../genome/mod.ts";
import type { HouseAbout, NewAgent, NewSupervisor } from "../house/mod.ts";
import type { Minimal, Replay } from "../replay/mod.ts";
import type { DeathRow, LetterRow, LifeRow, LineageRow, Page, StepRow } from "../store/mod.ts";
import type { AgentView, SupervisorView } from "../supervisor/mod.ts";
import type { Problem } from "./problem.ts";
import type { CauseStats } from "./stats/causes.ts";
import type { Grouping } from "./stats/groups.ts";
import type { VersionStats } from "./stats/learning.ts";
import type { SurvivalStats } from "./stats/survival.ts";

/** What can go wrong is told by a problem document, with such a status. */
type Failure = ClientErrorStatusCode | ServerErrorStatusCode;

/** An answer of JSON, in the words of Hono's RPC. */
type Answer<Input, Output, Status extends number> = {
  input: Input;
  output: Output;
  outputFormat: "json";
  status: Status;
};

/** An operation: what it takes, what it answers with which status, or a problem. */
type Operation<Input, Output, Status extends number = 200> =
  | Answer<Input, Output, Status>
  | Answer<Input, Problem, Failure>;

/** An operation whose answer is not JSON, or empty. */
type Raw<Input, Status extends number> =
  | { input: Input; output: Record<never, never>; outputFormat: string; status: Status }
  | Answer<Input, Problem, Failure>;

type Named = { param: { name: string } };
type Numbered = { param: { id: number | string } };
type InView = { header: { "if-match"?: string } };
type PageQuery = { limit?: number | string; cursor?: string };
type Range = { agent?: string; since?: number | string };

/** What an agent is made of, and where it stands in the tree. */
type GenomeView = {
  hash: GenomeHash;
  parent: GenomeHash | null;
  methods: Readonly<Record<string, string>>;
  state: Json;
  attributes: Readonly<Record<string, Json>>;
  sizeBytes: number;
  createdAtMs: number;
  agent: string | null;
  life: number | null;
  step: number | null;
};

type Readiness = {
  status: "ready" | "degraded" | "unready";
  troubles: string[];
  containment: {
    profile: Profile;
    layers: readonly string[];
    missing: readonly string[];
  } | null;
};

type RewardTaken = { status: "added" | "again"; applied: boolean; why: string | null };

/** Every operation but those of the OpenAI- and Ollama-compatible endpoints, which have their own clients. */
type Operations = {
  "/healthz": { $get: Answer<Record<never, never>, { status: "ok" }, 200> };
  "/readyz": { $get: Answer<Record<never, never>, Readiness, 200 | 503> };
  "/v1/house": { $get: Operation<Record<never, never>, HouseAbout> };
  "/v1/agents": {
    $get: Operation<{ query: PageQuery }, Page<AgentView>>;
    $post: Operation<{ json: NewAgent }, AgentView, 201>;
  };
  "/v1/agents/:name": {
    $get: Operation<Named, AgentView>;
    $delete: Raw<Named & InView, 204>;
  };
  "/v1/agents/:name/pause": { $post: Operation<Named & InView, AgentView> };
  "/v1/agents/:name/resume": { $post: Operation<Named & InView, AgentView> };
  "/v1/agents/:name/revive": { $post: Operation<Named & InView, AgentView> };
  "/v1/agents/:name/kill": { $post: Operation<Named & InView, AgentView> };
  "/v1/agents/:name/fork": {
    $post: Operation<
      Named & { json: { name: string; genome?: string; life?: number; step?: number } },
      AgentView,
      201
    >;
  };
  "/v1/agents/:name/messages": {
    $post:
      | Operation<
        Named & { query: { wait?: number | string }; json: { body: Json; life?: number } },
        { answer: Json }
      >
      | Answer<
        Named & { query: { wait?: number | string }; json: { body: Json; life?: number } },
        LetterRow,
        202
      >;
  };
  "/v1/agents/:name/lives": { $get: Operation<Named & { query: PageQuery }, Page<LifeRow>> };
  "/v1/agents/:name/steps": {
    $get: Operation<Named & { query: PageQuery & { life?: number | string } }, Page<StepRow>>;
  };
  "/v1/agents/:name/lineage": { $get: Operation<Named & { query: PageQuery }, Page<LineageRow>> };
  "/v1/agents/:name/genome": { $get: Operation<Named, GenomeView> };
  "/v1/genomes/:hash": { $get: Operation<{ param: { hash: string } }, GenomeView> };
  "/v1/genomes/:from/diff/:to": {
    $get: Operation<
      { param: { from: string; to: string } },
      { from: string; to: string; changes: GenomeChange[] }
    >;
  };
  "/v1/deaths": {
    $get: Operation<{ query: PageQuery & { agent?: string; cause?: Cause } }, Page<DeathRow>>;
  };
  "/v1/deaths/:id": { $get: Operation<Numbered, DeathRow> };
  "/v1/deaths/:id/replay": { $post: Operation<Numbered, Replay> };
  "/v1/deaths/:id/minimal": { $post: Operation<Numbered, Minimal> };
  "/v1/events": {
    $get: Raw<{
      header: { "last-event-id"?: number | string };
      query: { after?: number | string; agent?: string; kind?: EventKind | string; cause?: Cause };
    }, 200>;
  };
  "/v1/rewards": {
    $post: Operation<
      {
        header: { "idempotency-key"?: string };
        json: {
          agent: string;
          life: number;
          step?: number | null;
          term: string;
          value: number;
          key?: string;
        };
      },
      RewardTaken,
      200 | 201
    >;
  };
  "/v1/supervisors": {
    $get: Operation<Record<never, never>, Page<SupervisorView>>;
    $post: Operation<{ json: NewSupervisor }, SupervisorView, 201>;
  };
  "/v1/supervisors/:name": {
    $get: Operation<Named, SupervisorView>;
    $delete: Raw<Named, 204>;
  };
  "/v1/policy": { $get: Operation<Record<never, never>, PolicyStatus> };
  "/v1/policy/versions": { $get: Operation<{ query: PageQuery }, Page<PolicyVersion>> };
  "/v1/policy/versions/:version/model": {
    $get: Raw<
      { param: { version: number | string }; query: { format?: "safetensors" | "onnx" } },
      200
    >;
  };
  "/v1/policy/rollback": { $post: Operation<InView & { json: { version: number } }, PolicyStatus> };
  "/v1/train": {
    $post: Operation<InView & { json: { action: "pause" | "resume" | "force" } }, PolicyStatus>;
  };
  "/v1/episodes": { $post: Operation<{ json: Episode }, { id: string; taken: boolean }, 202> };
  "/v1/stats/survival": {
    $get: Operation<{ query: Range & { by?: Grouping } }, SurvivalStats>;
  };
  "/v1/stats/causes": {
    $get: Operation<{ query: Range & { by?: Grouping } }, CauseStats>;
  };
  "/v1/stats/learning": { $get: Operation<{ query: Range }, { versions: VersionStats[] }> };
};

/**
 * The API as a type, for Hono's own RPC tools. Written out, so that whoever uses it compiles no schema of ours;
 * tests/api/api_type_test.ts holds it to the routes.
 *
 * @internal
 */
export type ApiType = Hono<Record<never, never>, Operations, "/">;
