import fc from "fast-check";
import type { Json } from "../../src/core/json.ts";
import type { ApiDescription, Operation, Parameter, Schema } from "./conformity.ts";

/** A request that somebody might send, with the operation that it was made from. */
export interface RandomRequest {
  readonly template: string;
  readonly operationId: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** Words that exist in the house, so that requests meet something. */
export interface Vocabulary {
  readonly names: readonly string[];
  readonly hashes: readonly string[];
}

/** Texts that programs are known to stumble over. None is a number of seconds to wait. */
const wildTexts = [
  "",
  " ",
  "-1",
  "0",
  "00",
  "0x10",
  "1e309",
  "-0",
  "9007199254740993",
  "NaN",
  "null",
  "true",
  "undefined",
  "[object Object]",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "..",
  "%00",
  "%",
  "a\u0000b",
  "\u202eabc",
  "🦊",
  "\ud800",
  "ADA",
  "ada ",
  "ada,bob",
  "' or 1=1 --",
  "<script>",
  'W/"x"',
  "*",
  "W10",
  "WzFd",
  "WyJhIl0",
  "x".repeat(300),
  "y".repeat(5000),
] as const;

const wildText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...wildTexts) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }).map((text) => `z${text}`) },
);

const wildJson: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(null, -1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, "", [], {}, true),
  fc.constantFrom(...wildTexts),
  fc.constantFrom<Json>("z".repeat(70_000), "[".repeat(1000), nested(100), nested(3000)),
);

/** Arrays within each other. */
function nested(depth: number): Json {
  let value: Json = [];
  for (let n = 1; n < depth; n++) value = [value];
  return value;
}

/** Bodies that are no JSON, or hardly. */
const wildBodies: fc.Arbitrary<string | Uint8Array<ArrayBuffer> | null> = fc.oneof(
  fc.constantFrom<string | Uint8Array<ArrayBuffer> | null>(
    null,
    "",
    "{",
    '{"body":',
    "nul",
    '{"a":1,"a":2}',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '\ufeff{"body":1}',
    '{"body":"\\ud800"}',
    '{"body":1e999}',
    "a=1&b=2",
    `{"body":${"[".repeat(200)}${"]".repeat(200)}}`,
    `{"body":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    `{"body":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
    new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    new Uint8Array([0x22, 0xc3, 0x28, 0x22]),
    new Uint8Array([0x1f, 0x8b, 0x08, 0x00]),
    new Uint8Array(0),
  ),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);
/** Costly, so rarely: one byte over what is taken. */
const tooLarge = fc.constant(null).map(() => JSON.stringify({ body: "x".repeat(1024 * 1024) }));

/** Requests from the document: mostly right, often wrong in one thing, sometimes in all. */
export function randomRequests(
  { paths, components }: ApiDescription,
  words: Vocabulary,
): fc.Arbitrary<RandomRequest> {
  const operations = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ template, method, operation }))
  );
  const values = valuesOf(components.schemas, words);
  return fc.oneof(
    ...operations.map(({ template, method, operation }) =>
      requestOf(template, method.toUpperCase(), operation, values)
    ),
  );
}

function requestOf(
  template: string,
  ownMethod: string,
  operation: Operation,
  values: (schema: Schema) => fc.Arbitrary<Json>,
): fc.Arbitrary<RandomRequest> {
  const of = (where: Parameter["in"]): readonly Parameter[] =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === where);
  const text = (parameter: Parameter, wild: number): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 20, arbitrary: textOf(parameter, values) },
      { weight: wild, arbitrary: wildText },
    );
  const some = (parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> =>
    fc.record(
      Object.fromEntries(parameters.map((each) => [each.name, text(each, 2)])),
      { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
    );
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const body = schema === undefined ? bodiless : bodyOf(values(schema));
  return fc.record({
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constant(ownMethod) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
      },
    ),
    path: fc.record(Object.fromEntries(of("path").map((each) => [each.name, text(each, 1)]))),
    query: some(of("query")),
    unknown: seldom(20, fc.tuple(fc.constantFrom("x", "limit ", "__proto__"), wildText)),
    own: some(of("header")),
    foreign: seldom(
      8,
      fc.constantFrom<[string, string]>(
        ["accept", "text/html"],
        ["accept-encoding", "zstd;q=1, *"],
        ["content-encoding", "gzip"],
        ["origin", "http://127.0.0.1"],
        ["x-request-id", "'; drop table steps; --"],
        ["range", "bytes=0-1"],
        ["expect", "100-continue"],
        ["x-http-method-override", "DELETE"],
      ),
    ),
    type: fc.oneof(
      { weight: 12, arbitrary: fc.constant("application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "",
          "text/plain",
          "application/json; charset=utf-16",
          "application/problem+json",
          "multipart/form-data",
          "application/x-www-form-urlencoded",
        ),
      },
    ),
    body,
  }).map(({ method, path, query, unknown, own, foreign, type, body }) => {
    const pathname = template.replaceAll(/\{(\w+)\}/g, (_, name) => encode(path[name] ?? ""));
    const search = [...Object.entries(query), ...(unknown === null ? [] : [unknown])].map((
      [name, value],
    ) => `${encode(name)}=${encode(value)}`).join("&");
    const headers = [...Object.entries(own), ...(foreign === null ? [] : [foreign])];
    const bodied = !["GET", "HEAD"].includes(method) && body !== null;
    return {
      template,
      operationId: operation.operationId,
      method,
      target: search === "" ? pathname : `${pathname}?${search}`,
      headers: [...headers.filter(([, value]) => sendable(value)), ["content-type", type]],
      body: bodied ? body : null,
    };
  });
}

/** Once in so many times. */
function seldom<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

const bodiless = fc.oneof(
  { weight: 15, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: wildBodies },
);

function bodyOf(right: fc.Arbitrary<Json>): fc.Arbitrary<RandomRequest["body"]> {
  return fc.oneof(
    { weight: 100, arbitrary: right.map((value) => JSON.stringify(value)) },
    { weight: 60, arbitrary: damaged(right).map((value) => JSON.stringify(value)) },
    { weight: 20, arbitrary: wildBodies },
    { weight: 1, arbitrary: tooLarge },
  );
}

/** A value that was right, and is wrong in one place: left out, of another type, or one too many. */
function damaged(right: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(right, fc.nat(), fc.constantFrom("drop", "swap", "add"), wildJson).map(
    ([value, at, how, other]) => {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return other;
      const keys = Object.keys(value);
      const key = keys[at % Math.max(1, keys.length)] ?? "body";
      const { [key]: taken, ...rest } = value;
      if (how === "drop") return rest;
      if (how === "add") return { ...value, unknown: other };
      const nested = taken !== null && typeof taken === "object" && !Array.isArray(taken);
      return { ...rest, [key]: nested && at % 2 === 0 ? { ...taken, inside: other } : other };
    },
  );
}

function textOf(
  { name, schema }: Parameter,
  values: (schema: Schema) => fc.Arbitrary<Json>,
): fc.Arbitrary<string> {
  // Nobody waits for long here.
  if (name === "wait") return fc.constantFrom("0.005", "0.02");
  if (name === "idempotency-key") {
    return fc.oneof(
      { weight: 8, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom("k1", "k2") },
    );
  }
  if (name === "cursor") return fc.constantFrom("WzEwXQ", "WzEsMV0", "WzAsImFkYSJd");
  if (name === "kind") return fc.constantFrom("life.died", "step.committed,life.started");
  if (name === "if-match") return fc.constantFrom("*", "*", "*", '"1-1-running"', '"2-on"');
  return values(schema).map(String);
}

/** Percent-encoded, but for what no encoder takes: half of a surrogate pair. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Header values are bytes without line ends, and not every client trims them. */
function sendable(value: string): boolean {
  return /^[\x21-\xff]([\x20-\xff]*[\x21-\xff])?$/.test(value);
}

/** Values that a schema takes. */
function valuesOf(
  components: Readonly<Record<string, Schema>>,
  words: Vocabulary,
): (schema: Schema) => fc.Arbitrary<Json> {
  const ofType = (type: Json | undefined, schema: Schema): fc.Arbitrary<Json> => {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.oneof(
          fc.integer({ ...range(schema, 4) }),
          fc.integer({ ...range(schema, 2000) }),
        );
      case "number":
        return fc.integer(range(schema, 1000));
      case "string":
        return strings(schema, words);
      case "array":
        return fc.array(value((schema["items"] ?? {}) as Schema), {
          maxLength: Math.min(3, Number(schema["maxItems"] ?? 3)),
          minLength: Number(schema["minItems"] ?? 0),
        });
      case "object": {
        const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
        return fc.record(
          Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, value(each)])),
          { requiredKeys: (schema["required"] ?? []) as string[] },
        );
      }
      default:
        return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
    }
  };
  const value = (schema: Schema): fc.Arbitrary<Json> => {
    const { $ref, enum: choices, anyOf, type } = schema;
    if (typeof $ref === "string") return value(components[$ref.split("/").at(-1) ?? ""] ?? {});
    if (Array.isArray(choices)) return fc.constantFrom(...choices);
    if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((each) => value(each as Schema)));
    const example = schema["example"];
    const made = Array.isArray(type)
      ? fc.oneof(...type.map((each) => ofType(each, schema)))
      : ofType(type, schema);
    return example === undefined ? made : fc.oneof(made, fc.constant(example));
  };
  return value;
}

function range(schema: Schema, most: number): { min: number; max: number } {
  const min = Math.max(Number(schema["minimum"] ?? 0), -1e6);
  return { min, max: Math.max(min, Math.min(Number(schema["maximum"] ?? most), min + most)) };
}

function strings(schema: Schema, { names, hashes }: Vocabulary): fc.Arbitrary<string> {
  const pattern = String(schema["pattern"] ?? "");
  if (pattern.includes("[0-9a-f]{64}")) return fc.constantFrom(...hashes);
  if (pattern.startsWith("^[a-z]")) return fc.constantFrom(...names);
  const maxLength = Math.min(30, Number(schema["maxLength"] ?? 30));
  return fc.oneof(
    fc.constantFrom(...names),
    fc.string({ minLength: Number(schema["minLength"] ?? 0), maxLength }),
  );
}
