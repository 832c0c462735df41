/** A value that JSON can carry: what a genome's state, a message and a frame are made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The one text of a JSON value: keys sorted at every depth, no spaces. Two values that are deeply
 * equal have the same text, so a hash of it is an identity.
 *
 * @param value the value
 * @returns its canonical text
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(canonicalJson({ b: 1, a: [true, null] }), '{"a":[true,null],"b":1}');
 * ```
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.keys(value).sort().map((key) =>
      `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`
    );
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value);
}
