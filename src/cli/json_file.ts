import { messageOf, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** An object of JSON. */
export type JsonObject = { [key: string]: Json };

/**
 * Reads a file that holds one JSON object.
 *
 * @param option that names it, for the message
 * @throws {VivariumError} `bad-usage`
 */
export function readObject(option: string, path: string): JsonObject {
  try {
    const value = JSON.parse(Deno.readTextFileSync(path)) as Json;
    if (isObject(value)) return value;
    throw new Error("it must be an object");
  } catch (error) {
    throw new VivariumError("bad-usage", `cannot use ${option} '${path}': ${messageOf(error)}`, {
      hint: "it must be a file that holds one JSON object",
      cause: error,
    });
  }
}

/** Whether a value is an object, and no array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields that are given, for a request's body. */
export function givenFields(fields: { readonly [key: string]: Json | undefined }): JsonObject {
  const named = Object.entries(fields).filter((entry): entry is [string, Json] =>
    entry[1] !== undefined
  );
  return Object.fromEntries(named);
}
