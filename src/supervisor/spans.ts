import type { Span, SpanFacts, Tracer } from "../core/tracing.ts";
import type { Completion } from "../llm/types.ts";
import type { Envelope } from "./letters.ts";
import type { TurnPlace } from "./turn.ts";
import type { Verdict } from "./verdict.ts";

/** The step that a letter, or a tick, sets off. */
export function openStepSpan(tracer: Tracer, place: TurnPlace, letter: Envelope | null): Span {
  return tracer.span("vivarium.step", {
    ...whose(place),
    "vivarium.step": place.step,
    "vivarium.letter.kind": letter?.kind ?? "tick",
    "vivarium.letter.from": letter?.from ?? "supervisor",
  });
}

/** A call of the model within a step, in the words of OpenTelemetry's conventions for such calls. */
export function openModelSpan(step: Span, spec: string): Span {
  return step.child(`text_completion ${spec}`, {
    "gen_ai.operation.name": "text_completion",
    "gen_ai.request.model": spec,
  });
}

/** What came of a call of the model. */
export function noteCompletion(span: Span, { model, tokens, trace }: Completion): void {
  span.note({
    "gen_ai.response.model": model,
    "gen_ai.usage.input_tokens": tokens.prompt,
    "gen_ai.usage.output_tokens": tokens.completion,
    ...(trace === undefined ? {} : { "vivarium.policy.version": trace.version }),
  });
}

/** A death: within the step that died of it, or between two steps. */
export function openDeathSpan(
  tracer: Tracer,
  step: Span | undefined,
  place: Pick<TurnPlace, "agent" | "life">,
  { cause, owner, phase, message, detectedMs }: Verdict,
): Span {
  const facts = {
    ...whose(place),
    "vivarium.death.cause": cause,
    "vivarium.death.owner": owner,
    "vivarium.death.phase": phase,
    "vivarium.death.detected_ms": detectedMs,
  };
  const span = step?.child("vivarium.death", facts) ?? tracer.span("vivarium.death", facts);
  // An error is what the agent or the machine broke; an order that was followed is none.
  if (owner !== "operator") span.fail(message);
  return span;
}

function whose({ agent, life }: Pick<TurnPlace, "agent" | "life">): SpanFacts {
  return { "vivarium.agent": agent, "vivarium.life": life };
}
