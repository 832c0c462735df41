/**
 * Delta debugging: a smallest part of something that still fails, in that nothing of it can be left out
 * (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002: algorithm ddmin).
 *
 * @param parts a whole that fails
 * @param fails whether a selection of the parts, in their order, fails
 * @returns a selection that fails, of which no single part can be left out; empty if nothing at all fails
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const fails = (parts: readonly number[]) => Promise.resolve(parts.includes(3) && parts.includes(6));
 * assertEquals(await ddmin([1, 2, 3, 4, 5, 6, 7, 8], fails), [3, 6]);
 * ```
 */
export async function ddmin<Part>(
  parts: readonly Part[],
  fails: (selection: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[]> {
  if (parts.length === 0 || await fails([])) return [];
  let present = parts;
  let granularity = 2;
  while (present.length >= 2) {
    const chunks = split(present, granularity);
    const smaller = await firstFailing(chunks, fails);
    if (smaller !== undefined) {
      present = smaller;
      granularity = 2;
      continue;
    }
    // Of two chunks, each is the other's complement.
    const complements = granularity === 2
      ? []
      : chunks.map((_, left) => chunks.filter((_, at) => at !== left).flat());
    const rest = await firstFailing(complements, fails);
    if (rest !== undefined) {
      present = rest;
      granularity = Math.max(granularity - 1, 2);
    } else if (granularity < present.length) {
      granularity = Math.min(2 * granularity, present.length);
    } else {
      break;
    }
  }
  return present;
}

async function firstFailing<Part>(
  selections: readonly (readonly Part[])[],
  fails: (selection: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[] | undefined> {
  for (const selection of selections) if (await fails(selection)) return selection;
  return undefined;
}

/** Cuts into so many chunks of as equal a length as can be; none is empty. */
function split<Part>(parts: readonly Part[], count: number): readonly (readonly Part[])[] {
  const chunks: (readonly Part[])[] = [];
  for (let at = 0, left = count; left > 0; left--) {
    const end = at + Math.ceil((parts.length - at) / left);
    if (end > at) chunks.push(parts.slice(at, end));
    at = end;
  }
  return chunks;
}
