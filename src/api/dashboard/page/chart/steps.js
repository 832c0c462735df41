/**
 * Step curves over their common ages, as a chart needs them: each curve keeps its value until its next
 * age, and ends at its last.
 *
 * @param {{ curve: { age: number }[] }[]} curves
 * @returns {number[]} 0 and every age at which any of them changes
 */
export function commonAges(curves) {
  const ages = new Set([0]);
  for (const { curve } of curves) for (const { age } of curve) ages.add(age);
  return [...ages].sort((a, b) => a - b);
}

/**
 * The point of a curve that holds at each age; null after the curve's end, and before its first point
 * the given one.
 *
 * @template Point
 * @param {(Point & { age: number })[]} curve by age
 * @param {number[]} ages
 * @param {Point} before
 * @param {number} [until] the age up to which the last point holds; default: its own
 * @returns {(Point | null)[]}
 */
export function along(curve, ages, before, until = curve.at(-1)?.age ?? 0) {
  let next = 0;
  let now = before;
  return ages.map((age) => {
    while (next < curve.length && curve[next].age <= age) now = curve[next++];
    return age > until ? null : now;
  });
}
