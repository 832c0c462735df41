/**
 * Whole numbers as a person lists them: runs of them as ranges.
 *
 * @param numbers in rising order
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(rangesOf([0, 12, 13, 14, 20]), "0, 12 to 14, 20");
 * ```
 */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: { readonly from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges.map(({ from, to }) =>
    from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`
  ).join(", ");
}
