import { assert, assertEquals, assertGreater } from "@std/assert";
import { z } from "zod";
import { root } from "../support/command.ts";

const anyValueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: z.array(z.object({ key: z.string(), value: anyValueSchema })).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
});
const exportSchema = z.object({
  resourceSpans: z.array(z.object({
    scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
  })),
});
type OtlpSpan = z.infer<typeof spanSchema>;

/** Runs a house with a collector beside it (OTLP over HTTP, as JSON). */
async function traced(env: Record<string, string>): Promise<OtlpSpan[]> {
  const spans: OtlpSpan[] = [];
  const folder = await Deno.makeTempDir({ prefix: "vivarium-tracing-" });
  const collector = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (r) => {
      if (new URL(r.url).pathname !== "/v1/traces") return new Response("{}");
      const { resourceSpans } = exportSchema.parse(await r.json());
      spans.push(...resourceSpans.flatMap((each) => each.scopeSpans.flatMap((one) => one.spans)));
      return Response.json({});
    },
  );
  const run = "run --agents 3 --steps 60 --seed 1 --port 0 --db".split(" ");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [..."run -q --no-prompt -P=house src/cli/main.ts".split(" "), ...run, `${folder}/t.db`],
    cwd: root,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      ...env,
    },
    stdin: "null",
  }).output();
  await collector.shutdown();
  await Deno.remove(folder, { recursive: true });
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return spans;
}

function factsOf({ attributes }: OtlpSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

Deno.test("a house tells OpenTelemetry of steps, model calls, deaths and updates when Deno's switch is on", async (t) => {
  const spans = await traced({ OTEL_DENO: "true" });
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const named = (name: string): OtlpSpan[] => spans.filter((span) => span.name === name);
  const parentOf = ({ parentSpanId }: OtlpSpan): string => byId.get(parentSpanId)?.name ?? "";
  const steps = named("vivarium.step");

  await t.step("a step is a trace of its own, and says whose it is", () => {
    assertEquals(steps.length, 180);
    assertEquals(new Set(steps.map(({ traceId }) => traceId)).size, 180);
    for (const step of steps) {
      const facts = factsOf(step);
      assert(
        ["ada", "bob", "cyd"].includes(String(facts["vivarium.agent"])),
        JSON.stringify(facts),
      );
      assertGreater(Number(facts["vivarium.step"]), 0);
      assertEquals(parentOf(step), "");
    }
  });
  await t.step("the model's calls are parts of steps, and what they fetch is part of them", () => {
    const calls = named("text_completion policy");
    assertGreater(calls.length, 100);
    for (const call of calls) assertEquals(parentOf(call), "vivarium.step");
    assertGreater(Number(factsOf(calls[0]!)["gen_ai.usage.output_tokens"]), 0);
    assert(
      spans.some((span) => span.name === "POST" && parentOf(span) === "text_completion policy"),
    );
  });
  await t.step("a death of a step is part of it, with its cause, as an error", () => {
    const deaths = named("vivarium.death").filter((span) => parentOf(span) === "vivarium.step");
    assertGreater(deaths.length, 0);
    for (const death of deaths) {
      const [facts, step] = [factsOf(death), byId.get(death.parentSpanId)!];
      assert(typeof facts["vivarium.death.cause"] === "string");
      assertEquals(facts["vivarium.agent"], factsOf(step)["vivarium.agent"]);
      assertEquals(facts["vivarium.life"], factsOf(step)["vivarium.life"]);
      assertEquals(death.status.code, 2);
    }
  });
  await t.step("an update has the time that it took, and its figures", () => {
    const updates = named("vivarium.update");
    assertGreater(updates.length, 0);
    for (const update of updates) {
      const seconds = Number(update.endTimeUnixNano - update.startTimeUnixNano) / 1e9;
      const said = Number(factsOf(update)["vivarium.update.step_time"]);
      assert(Math.abs(seconds - said) < 0.01, `${seconds} and ${said}`);
      assertGreater(Number(factsOf(update)["vivarium.update.num_tokens"]), 0);
    }
  });
});

Deno.test("a house tells OpenTelemetry nothing when the switch is off", async () => {
  assertEquals(await traced({}), []);
});
