import type { Json } from "../../src/core/json.ts";

/** Why a value is not plain data, with the way to the place. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";
}

/** How far a copy may go. */
export interface PlainLimits {
  readonly depth: number;
  /** Values and characters of text, together. */
  readonly size: number;
}

/**
 * Copies a value as JSON would carry it, without running a line of agent code where the value is
 * what it claims to be: properties are read by their descriptors, getters are never invoked. As in
 * JSON, `undefined` is left out (null in a list) and a number that is not finite is null.
 *
 * A proxy cannot be told from an object; it may lie, once, and the copy is what it said.
 *
 * @param value anything
 * @param name what to call it in the error
 * @param limits how far to go
 * @returns fresh plain data that shares nothing with the value
 * @throws NotPlain for functions, symbols, bigints, cycles, getters, class instances
 */
export function plainCopy(value: unknown, name: string, limits: PlainLimits): Json {
  let left = limits.size;
  const path = new Set<object>();
  const spend = (size: number, way: string) => {
    left -= size;
    if (left < 0) throw new NotPlain(`${way} is too large: over ${limits.size} bytes`);
  };

  const copy = (value: unknown, way: string): Json => {
    spend(1, name);
    switch (typeof value) {
      case "string":
        spend(value.length, name);
        return value;
      case "number":
        return Number.isFinite(value) ? value : null;
      case "boolean":
        return value;
      case "undefined":
        return null;
      case "object":
        return value === null ? null : copyObject(value, way);
      default:
        throw new NotPlain(`${way} is a ${typeof value}`);
    }
  };

  const copyObject = (value: object, way: string): Json => {
    if (path.has(value)) throw new NotPlain(`${way} is a cycle`);
    if (path.size >= limits.depth) throw new NotPlain(`${way} is nested too deeply`);
    path.add(value);
    const result = Array.isArray(value) ? copyArray(value, way) : copyRecord(value, way);
    path.delete(value);
    return result;
  };

  const copyArray = (value: object, way: string): Json => {
    if (Object.getPrototypeOf(value) !== Array.prototype) {
      throw new NotPlain(`${way} is not a plain array`);
    }
    const length = Number(Object.getOwnPropertyDescriptor(value, "length")?.value);
    spend(length, name);
    for (const key of Reflect.ownKeys(value)) {
      if (key !== "length" && (typeof key === "symbol" || !/^\d+$/.test(key))) {
        throw new NotPlain(`${way} is an array with a property '${String(key)}'`);
      }
    }
    const result: Json[] = [];
    for (let at = 0; at < length; at++) {
      const next = `${way}[${at}]`;
      result.push(copy(field(value, String(at), next), next));
    }
    return result;
  };

  const copyRecord = (value: object, way: string): Json => {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new NotPlain(`${way} is not a plain object`);
    }
    const result: { [key: string]: Json } = Object.create(null);
    for (const key of Reflect.ownKeys(value)) {
      const next = `${way}.${String(key).slice(0, 80)}`;
      if (typeof key === "symbol") throw new NotPlain(`${next} is a symbol key`);
      if (key === "__proto__") throw new NotPlain(`${next} is not allowed`);
      spend(key.length, name);
      const item = field(value, key, next);
      if (item !== undefined) result[key] = copy(item, next);
    }
    return result;
  };

  const field = (value: object, key: string, way: string): unknown => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined) return undefined;
    if (!("value" in descriptor)) throw new NotPlain(`${way} is a getter or setter`);
    if (!descriptor.enumerable) throw new NotPlain(`${way} is hidden (not enumerable)`);
    return descriptor.value;
  };

  return copy(value, name);
}
