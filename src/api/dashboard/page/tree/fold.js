/** Distances between columns and between lines, at scale 1. */
export const column = 26;
export const line = 13;
/** Lines left free between two rows. */
const gap = 2.2;

/**
 * Gives every node its place on the paper. Lineages are deep and thin: each life begins where the last
 * one ended. So a long one is folded like a river: to the right, down, to the left, down; each row as
 * high as what grows there.
 *
 * @param {{ nodes: any[], depth: number }} tree as laid out
 * @param {number} perRow columns of a row
 * @returns {{ width: number, height: number }} of the paper
 */
export function fold({ nodes, depth }, perRow) {
  const rows = Array.from({ length: Math.floor(depth / perRow) + 1 }, () => [0, 0]);
  for (const { depth, y } of nodes) {
    const row = rows[Math.floor(depth / perRow)];
    row[0] = Math.min(row[0], y);
    row[1] = Math.max(row[1], y);
  }
  let floor = 0;
  const middles = rows.map(([top, bottom]) => {
    const middle = floor - top;
    floor += bottom - top + gap;
    return middle;
  });
  for (const node of nodes) {
    const row = Math.floor(node.depth / perRow);
    const along = node.depth % perRow;
    node.row = row;
    node.px = column * (row % 2 === 0 ? along : perRow - 1 - along);
    node.py = line * (middles[row] + node.y);
  }
  return { width: column * (Math.min(perRow, depth + 1) - 1), height: line * (floor - gap) };
}

/**
 * How many columns a row should have for the tree to be seen as large as it can in a room.
 *
 * @returns {number}
 */
export function bestPerRow(tree, roomX, roomY) {
  const whole = tree.depth + 1;
  let best = whole;
  let largest = 0;
  for (let perRow = whole; perRow >= 8; perRow = Math.floor(perRow / 1.12)) {
    const { width, height } = fold(tree, perRow);
    const scale = Math.min(1.6, roomX / (width || 1), roomY / (height || 1));
    if (scale > largest * 1.05) [best, largest] = [perRow, scale];
  }
  return best;
}
