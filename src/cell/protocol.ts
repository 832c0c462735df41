/**
 * The frames on a cell's pipe: one JSON object a line. From the house to the warden, orders; back,
 * claims, each bearing the secret that the first line gave. The warden passes the same objects, less
 * the secret, to and from the Worker. Both sides check every frame: bounded size, bounded depth,
 * null-prototype data, numbers in range; a frame that fails kills.
 */
// The small form of zod: a cell loads it at every start.
import * as z from "zod/mini";
import type { Json } from "../core/json.ts";

/** Deepest nesting of a frame: an agent's data, and the frame around it. */
const maxFrameDepth = 72;

/** Most characters of a query, a prompt or a response. */
export const maxTextLength = 262_144;

const id = z.int().check(z.minimum(0), z.maximum(0xffff_ffff));
const name = z.string().check(z.maxLength(256));
/** Its depth and its keys were checked when the frame was parsed; it is kept as it is. */
const json = z.custom<Json>((value) => value !== undefined);

const genome = z.strictObject({
  methods: z.record(name, z.string()),
  state: json,
  attributes: z.record(name, json),
});

const fault = z.strictObject({
  kind: z.enum([
    "syntax",
    "exception",
    "rejection",
    "stack-overflow",
    "contract",
    "flatline",
    "harm",
    "flood",
    "exit",
  ]),
  message: z.string().check(z.maxLength(4000)),
  stack: z.optional(z.string().check(z.maxLength(8000))),
});

/** A fault as a cell claims it. */
export type ClaimedFault = z.infer<typeof fault>;

/** The first line of all: the secret that every claim must bear. */
export const helloSchema = z.strictObject({
  op: z.literal("hello"),
  secret: z.string().check(z.minLength(32), z.maxLength(128)),
});

/** What the house tells a cell. */
export const orderSchema = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("birth"),
    id,
    genome,
    query: z.string().check(z.maxLength(maxTextLength)),
    limits: z.strictObject({
      printBytes: z.int().check(z.minimum(0)),
      messages: z.int().check(z.minimum(0)),
      modelCalls: z.int().check(z.minimum(0)),
      timers: z.int().check(z.minimum(0)),
      genomeBytes: z.int().check(z.minimum(0)),
    }),
  }),
  z.strictObject({
    op: z.literal("turn"),
    id,
    letter: z.strictObject({ kind: z.enum(["tick", "tell", "ask"]), from: name, body: json }),
    age: z.number(),
    energy: z.number(),
    nowMs: z.number(),
    seed: z.int(),
  }),
  z.strictObject({ op: z.literal("answer"), turn: id, call: id, value: json }),
  z.strictObject({
    op: z.literal("refusal"),
    turn: id,
    call: id,
    error: z.string().check(z.maxLength(4000)),
  }),
]);

/** What the house tells a cell. */
export type Order = z.infer<typeof orderSchema>;

/** What a cell says. A claim: never believed about time, memory or exit. */
export const claimSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("ready") }),
  z.strictObject({ op: z.literal("born"), id }),
  z.strictObject({
    op: z.literal("call"),
    turn: id,
    call: id,
    power: z.enum(["llm", "send", "ask", "use"]),
    to: z.string().check(z.maxLength(256)),
    /** The prompt of `llm`, a string; the message of `send` and `ask`; the input of `use`. */
    body: json,
  }),
  z.strictObject({
    op: z.literal("notes"),
    turn: id,
    prints: z.array(z.string()),
    attempts: z.array(
      z.strictObject({
        power: z.string().check(z.maxLength(256)),
        detail: z.string().check(z.maxLength(1024)),
        signal: z.enum(["run", "static"]),
      }),
    ),
  }),
  /** A fault that no catch can undo, said at once; `lived` or `died` may still follow. */
  z.strictObject({ op: z.literal("fault"), turn: id, fault }),
  z.strictObject({
    op: z.literal("lived"),
    turn: id,
    genome,
    query: z.string().check(z.maxLength(maxTextLength)),
    dropped: z.array(
      z.strictObject({
        name: z.string().check(z.maxLength(256)),
        why: z.string().check(z.maxLength(512)),
      }),
    ),
    used: z.array(z.string().check(z.maxLength(256))).check(z.maxLength(64)),
    returned: json,
  }),
  /** `settled`: nothing of the life still runs, and the cell may serve another. */
  z.strictObject({ op: z.literal("died"), turn: id, fault, settled: z.boolean() }),
]);

/** What a cell says. */
export type Claim = z.infer<typeof claimSchema>;

/** A frame, or a line, that the protocol does not allow. */
export class ProtocolFault extends Error {
  override readonly name = "ProtocolFault";

  /** @param kind `forgery`: not from the warden, or not of its making; `flood`: too large or many */
  constructor(readonly kind: "forgery" | "flood", message: string) {
    super(message);
  }
}

/**
 * Parses one line as JSON into null-prototype records.
 *
 * @param line text of one frame
 * @throws ProtocolFault for what is not JSON, is nested too deeply, or has a `__proto__`
 */
export function parseFrame(line: string): unknown {
  let value: Json;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolFault("forgery", "a line is not JSON");
  }
  return bare(value, 0);
}

function bare(value: Json, depth: number): Json {
  if (value === null || typeof value !== "object") return value;
  if (depth > maxFrameDepth) throw new ProtocolFault("forgery", "a frame is nested too deeply");
  if (Array.isArray(value)) return value.map((item) => bare(item, depth + 1));
  const result: { [key: string]: Json } = Object.create(null);
  for (const key of Object.keys(value)) {
    if (key === "__proto__") throw new ProtocolFault("forgery", "a frame has a __proto__");
    result[key] = bare(value[key] ?? null, depth + 1);
  }
  return result;
}

/**
 * Checks a claim's shape.
 *
 * @param value a parsed frame, without its secret
 * @throws ProtocolFault that names the field
 */
export function parseClaim(value: unknown): Claim {
  const result = claimSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ProtocolFault(
    "forgery",
    `a frame is malformed: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`.slice(0, 500),
  );
}
