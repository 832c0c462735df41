/** What is said of a span: OpenTelemetry's attributes. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Something that takes time, and is told to whoever traces the house. */
export interface Span {
  /** Says more of it. */
  note(facts: SpanFacts): void;
  /** It came to a bad end. */
  fail(why: string): void;
  /** Something that is part of it. */
  child(name: string, facts: SpanFacts): Span;
  /** Does something as a part of it: what is fetched meanwhile is told as its child. */
  within<T>(act: () => T): T;
  /** It is over. */
  end(): void;
}

/** Whoever traces a house; nobody, mostly. */
export interface Tracer {
  /** Begins what is part of nothing else. */
  span(name: string, facts: SpanFacts): Span;
  /** Tells of what is over already. */
  past(name: string, facts: SpanFacts, startMs: number, endMs: number, error?: string): void;
}

/** One object for all spans of nobody: nothing is made, nothing is kept. */
const unseen: Span = {
  note: () => {},
  fail: () => {},
  child: () => unseen,
  within: (act) => act(),
  end: () => {},
};

/** Nobody traces. */
export const noTracer: Tracer = { span: () => unseen, past: () => {} };
