import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { episodeSchema, lateRewardSchema, sampleRequestSchema } from "../../core/episode.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { problemKinds } from "../../core/problem.ts";
import { modelFormats, trainActions } from "../client.ts";
import { sampleLines } from "../sample_lines.ts";
import type { PolicyService } from "./service.ts";
import { writeSample } from "./write_sample.ts";

/** What the door needs. */
export interface PolicyAppOptions {
  readonly service: PolicyService;
  /** Every request but `/healthz` must bear it. */
  readonly token: string;
  /** Told of errors that are nobody's fault but ours. */
  readonly warn: (line: string) => void;
}

const rollbackSchema = z.strictObject({ version: z.int().min(0) });
const trainSchema = z.strictObject({ action: z.enum(trainActions) });
const afterSchema = z.coerce.number().int().min(0).default(0);
const afterVersionSchema = z.coerce.number().int().min(-1).default(-1);
const versionSchema = z.coerce.number().int().min(0);
const formatSchema = z.enum(modelFormats).default("safetensors");

/** A long life of 100,000 steps fits. */
const mostBytes = 256 * 1024 * 1024;

/** The policy process's HTTP API, for the supervisor alone. Errors are RFC 9457 problem documents. */
export function policyApp({ service, token, warn }: PolicyAppOptions): Hono {
  const app = new Hono();
  const asProblem = (error: unknown): Record<string, unknown> => bodyOf(asVivarium(error, warn));
  app.onError((error) => problem(asVivarium(error, warn)));
  app.notFound(({ req }) =>
    problem(new VivariumError("not-found", `there is nothing at ${req.method} ${req.path}`))
  );
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use("/v1/*", async (c, next) => {
    if (!same(c.req.header("authorization") ?? "", `Bearer ${token}`)) {
      throw new VivariumError("unauthorized", "the policy process answers its supervisor only");
    }
    await next();
  });
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: mostBytes,
      onError: () => {
        throw new VivariumError("too-large", `a body must be at most ${mostBytes} bytes`);
      },
    }),
  );

  app.post("/v1/sample", async (c) => {
    const request = parse(sampleRequestSchema, await c.req.text());
    const { signal } = c.req.raw;
    if (c.req.header("accept") !== sampleLines) {
      return c.json(await service.sample(request, { signal }));
    }
    return writeSample(signal, (line) => service.sample(request, line), asProblem);
  });
  app.post("/v1/episodes", async (c) => {
    const episode = parse(episodeSchema, await c.req.text());
    const unlessCrowded = c.req.query("unless") === "crowded";
    return c.json({ id: episode.id, taken: await service.take(episode, { unlessCrowded }) }, 202);
  });
  app.post("/v1/rewards", async (c) => {
    const reward = parse(lateRewardSchema, await c.req.text());
    return c.json(await service.reward(reward));
  });
  app.get("/v1/policy", (c) => c.json(service.status()));
  app.get("/v1/policy/versions", (c) => {
    return c.json({ items: service.versions(check(afterVersionSchema, c.req.query("after"))) });
  });
  app.get("/v1/policy/updates", (c) => {
    return c.json({ items: service.updates(check(afterSchema, c.req.query("after"))) });
  });
  app.post("/v1/policy/rollback", async (c) => {
    const { version } = parse(rollbackSchema, await c.req.text());
    return c.json(await service.rollback(version));
  });
  app.get("/v1/policy/versions/:version/model", async (c) => {
    const version = check(versionSchema, c.req.param("version"));
    const format = check(formatSchema, c.req.query("format"));
    return c.body(await service.model(version, format), 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="policy-${version}.${format}"`,
    });
  });
  app.post("/v1/train", async (c) => {
    const { action } = parse(trainSchema, await c.req.text());
    return c.json(await service.train(action));
  });
  return app;
}

function problem(error: VivariumError): Response {
  const body = bodyOf(error);
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { "content-type": "application/problem+json" },
  });
}

function bodyOf(error: VivariumError): Record<string, unknown> & { readonly status: number } {
  const { status, title } = problemKinds[error.code];
  return {
    type: "about:blank",
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...error.options.data,
  };
}

function asVivarium(error: unknown, warn: (line: string) => void): VivariumError {
  if (error instanceof VivariumError) return error;
  if (error instanceof HTTPException) return new VivariumError("bad-request", error.message);
  warn(`an error inside: ${messageOf(error)}`);
  return new VivariumError("internal", messageOf(error), { cause: error });
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new VivariumError("bad-request", "the body must be JSON", { cause });
  }
  return check(schema, json);
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new VivariumError(
    "bad-request",
    `cannot take the request: '${issue?.path.join(".") ?? ""}': ${issue?.message ?? "it is wrong"}`,
    { data: { errors: parsed.error.issues.map(({ path, message }) => ({ path, message })) } },
  );
}

/** Compares in a time that says nothing about where two texts differ. */
function same(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
