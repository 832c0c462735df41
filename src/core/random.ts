/** A source of uniform numbers in [0, 1). The same seed gives the same numbers everywhere. */
export interface Random {
  next(): number;
}

/**
 * A seed from parts: the same parts give the same seed, in any process. 64-bit FNV-1a over the
 * parts' text, folded to 32 bits.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * assertEquals(seedFrom(1, "ada", 3), seedFrom(1, "ada", 3));
 * assertNotEquals(seedFrom(1, "ada", 3), seedFrom(1, "ada", 4));
 * ```
 */
export function seedFrom(...parts: readonly (string | number)[]): number {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(parts.join("\u001f"))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey, PractRand), 32 bits of output scaled to [0, 1).
 * Not for secrets.
 *
 * @param seed any integer; only its low 32 bits count
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9, b = 0x243f6a88, c = seed | 0, d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 15; warm++) next();
  return { next };
}
