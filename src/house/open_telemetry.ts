import type { Span as OtelSpan, Tracer as OtelTracer } from "@opentelemetry/api";
import { noTracer, type Span, type SpanFacts, type Tracer } from "../core/tracing.ts";

/** Where an SDK of OpenTelemetry, Deno's own or another, says that it is there. */
const registration = Symbol.for("opentelemetry.js.api.1");

/**
 * Whoever traces this process by OpenTelemetry: Deno itself, with `OTEL_DENO=true`, or an SDK that a
 * user of the library has set up. Without one nothing is loaded, and no span is made.
 */
export async function openTelemetry(): Promise<Tracer> {
  const registered: object | undefined = Reflect.get(globalThis, registration);
  if (registered === undefined || !("trace" in registered)) return noTracer;
  const { context, ROOT_CONTEXT, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const tracer: OtelTracer = trace.getTracer("vivarium");

  function spanOf(span: OtelSpan, own = trace.setSpan(ROOT_CONTEXT, span)): Span {
    return {
      note: (facts) => void span.setAttributes(facts),
      fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
      // By name, not by what is going on: an agent's calls come in by its cell's frames.
      child: (name, attributes) => spanOf(tracer.startSpan(name, { attributes }, own)),
      within: (act) => context.with(own, act),
      end: () => span.end(),
    };
  }

  return {
    span: (name, attributes) => spanOf(tracer.startSpan(name, { attributes }, ROOT_CONTEXT)),
    past(name: string, attributes: SpanFacts, startTime: number, endTime: number, error?: string) {
      const span = tracer.startSpan(name, { attributes, startTime }, ROOT_CONTEXT);
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
      span.end(endTime);
    },
  };
}
