import { canonicalJson, type Json } from "../../src/core/json.ts";
import { type Genome, vitalMethods } from "../../src/genome/genome.ts";
import { isGlobalName, isReservedName } from "../../src/genome/names.ts";
import type { Dropped } from "../../src/cell/types.ts";
import type { Body } from "./body.ts";
import { methodOf } from "./body.ts";
import { NotPlain, plainCopy } from "./plain.ts";
import { utf8Length } from "./stage.ts";

/** A genome that cannot be inherited at all: death by `contract`. */
export class Uninheritable extends Error {
  override readonly name = "Uninheritable";
}

/** What was read of a living agent. */
export interface Reading {
  readonly genome: Genome;
  readonly query: string;
  readonly dropped: readonly Dropped[];
}

const dataDepth = 64;
const maxNameLength = 256;
const maxQueryLength = 65_536;

/**
 * Reads the genome of a living agent: every own function by its source, every own value as plain
 * data. No getter is invoked and no `toString` of the agent's is asked. What cannot be inherited is
 * dropped, and said; where there was an earlier version, that one stays.
 *
 * @param body the agent
 * @param before its genome when the turn began
 * @param query its query when the turn began
 * @param genomeBytes most that its canonical text may take
 * @throws Uninheritable where nothing could be born of it
 */
export function readGenome(
  body: Body,
  before: Genome,
  query: string,
  genomeBytes: number,
): Reading {
  const dropped: Dropped[] = [];
  const methods: Record<string, string> = Object.create(null);
  const attributes: Record<string, Json> = Object.create(null);
  let state: Json = null;
  let hasState = false;
  if (Object.getPrototypeOf(body.agent) !== body.prototype) {
    dropped.push({ name: "prototype", why: "an agent's prototype cannot be inherited" });
  }
  const drop = (name: string, why: string) => {
    dropped.push({ name: name.slice(0, maxNameLength), why: why.slice(0, 500) });
    if (Object.hasOwn(before.methods, name)) methods[name] = before.methods[name] ?? "";
    if (Object.hasOwn(before.attributes, name)) attributes[name] = before.attributes[name] ?? null;
  };
  const limits = { depth: dataDepth, size: genomeBytes * 2 };

  for (const key of Reflect.ownKeys(body.agent)) {
    if (typeof key === "symbol") {
      drop(String(key), "a symbol is not a name");
      continue;
    }
    const descriptor = Object.getOwnPropertyDescriptor(body.agent, key);
    if (descriptor === undefined || key === "query") continue;
    if (key === "state") {
      if (!("value" in descriptor)) throw new Uninheritable("state is a getter or setter");
      state = plainState(descriptor.value, limits);
      hasState = true;
    } else if (isReservedName(key)) {
      drop(key, "it is the name of a power or of the language");
    } else if (key.length > maxNameLength) {
      drop(key, "its name is too long");
    } else if (!("value" in descriptor)) {
      drop(key, "a getter or setter cannot be inherited");
    } else if (typeof descriptor.value === "function") {
      const source = sourceOf(body, descriptor.value);
      if (source === undefined) drop(key, "a native or bound function has no source");
      else methods[key] = source;
    } else if (descriptor.value !== undefined) {
      try {
        attributes[key] = plainCopy(descriptor.value, key, limits);
      } catch (error) {
        drop(key, whyNotPlain(error));
      }
    }
  }
  if (!hasState) throw new Uninheritable("state is gone");
  checkVital(body);
  dropClosures(methods, attributes, before, drop);
  const genome: Genome = { methods, state, attributes };
  checkSize(genome, genomeBytes);
  return { genome, query: readQuery(body, query, drop), dropped };
}

function plainState(value: unknown, limits: { depth: number; size: number }): Json {
  try {
    return plainCopy(value, "state", limits);
  } catch (error) {
    throw new Uninheritable(`state is not plain data: ${whyNotPlain(error)}`);
  }
}

/** A proxy's trap may throw anything while it is read. */
function whyNotPlain(error: unknown): string {
  return error instanceof NotPlain ? error.message : "it cannot be read";
}

function readQuery(body: Body, before: string, drop: (name: string, why: string) => void): string {
  const value = Object.getOwnPropertyDescriptor(body.agent, "query")?.value;
  if (typeof value === "string" && value.length <= maxQueryLength) return value;
  drop("query", "the query must be a string of bounded length");
  return before;
}

/** The source of a function: the ledger's own text where it was compiled from it. */
function sourceOf(body: Body, value: unknown): string | undefined {
  const method = body.unbound(value);
  const known = body.sources.get(method);
  if (known !== undefined) return known;
  const source = Function.prototype.toString.call(method);
  return /\{\s*\[native code\]\s*\}\s*$/.test(source) ? undefined : source;
}

function checkVital(body: Body): void {
  for (const name of vitalMethods) {
    const descriptor = Object.getOwnPropertyDescriptor(body.agent, name);
    if (descriptor === undefined) throw new Uninheritable(`${name} is gone`);
    if (typeof descriptor.value !== "function") {
      throw new Uninheritable(`${name} is not a function`);
    }
  }
}

/** Drops methods that do not compile alone or lean on names that will not be there. */
function dropClosures(
  methods: Record<string, string>,
  attributes: Readonly<Record<string, Json>>,
  before: Genome,
  drop: (name: string, why: string) => void,
): void {
  const has = (name: string) =>
    name === "state" || name === "query" || Object.hasOwn(methods, name) ||
    Object.hasOwn(attributes, name) || isGlobalName(name);
  for (let again = true; again;) {
    again = false;
    for (const [name, source] of Object.entries(methods)) {
      // A method that was inherited already stays, whatever it leans on now.
      if (before.methods[name] === source) continue;
      const why = whyNotAlone(source, has);
      if (why === undefined) continue;
      delete methods[name];
      drop(name, why);
      again = true;
    }
  }
}

function whyNotAlone(source: string, has: (name: string) => boolean): string | undefined {
  try {
    const missing = methodOf(source).freeNames.filter((name) => !has(name));
    return missing.length === 0
      ? undefined
      : `a closure cannot be inherited: it needs ${missing.slice(0, 8).join(", ")}`;
  } catch (error) {
    if (error instanceof SyntaxError) return `its source does not stand alone: ${error.message}`;
    throw error;
  }
}

function checkSize(genome: Genome, genomeBytes: number): void {
  const bytes = utf8Length(canonicalJson({ ...genome, methods: { ...genome.methods } }));
  if (bytes > genomeBytes) {
    throw new Uninheritable(`the genome is too large: ${bytes} bytes, at most ${genomeBytes}`);
  }
}
