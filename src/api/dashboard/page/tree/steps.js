/**
 * Where an arrow key leads from a node: left to the parent, right to the heir, up and down to the next
 * node of the same column.
 */
export function neighbour(nodes, from, key) {
  switch (key) {
    case "ArrowLeft":
      return from.parent;
    case "ArrowRight":
      return from.children[0] ?? null;
    case "ArrowUp":
      return beside(nodes, from, -1);
    case "ArrowDown":
      return beside(nodes, from, 1);
    default:
      return null;
  }
}

function beside(nodes, from, sign) {
  let best = null;
  for (const each of nodes) {
    const far = (each.y - from.y) * sign;
    if (each.depth !== from.depth || far <= 0) continue;
    if (best === null || far < (best.y - from.y) * sign) best = each;
  }
  return best;
}
