/**
 * Where each genome of a lineage stands: its depth is its column, and lines of descent keep apart.
 *
 * The deepest line of every subtree runs straight; the others branch off above and below it, as close
 * as the outlines of what is already there allow (the contours of Reingold and Tilford, 1981). Each
 * outline is merged into a deeper one at a cost of its own depth, so that the whole takes time in
 * proportion to the number of nodes, however deep the tree: nothing here recurses.
 */

/**
 * A node: a genome, or the deaths of one cause that one genome died.
 *
 * @typedef {{ id: string, kind: "genome" | "death", item: any, cause: string | null,
 *   deaths: { id: number, cause: string }[], parent: Node | null, children: Node[],
 *   depth: number, height: number, offset: number, y: number, main: boolean,
 *   row: number, px: number, py: number }} Node `y` by lines; `row`, `px` and `py` once it is folded
 */

/**
 * @param {readonly { hash: string, parent: string | null,
 *   deaths: readonly { id: number, cause: string }[] }[]} items
 * @param {string | null} present hash of what the agent is now: its line is marked as `main`
 * @returns {{ nodes: Node[], depth: number, top: number, bottom: number }} every parent before its
 *   children
 */
export function layout(items, present = null) {
  const roots = [];
  const byHash = new Map(items.map((item) => [item.hash, node("genome", item.hash, item)]));
  for (const each of byHash.values()) {
    const parent = byHash.get(each.item.parent);
    if (parent === undefined || parent === each) roots.push(each);
    else adopt(parent, each);
    for (const [cause, deaths] of Map.groupBy(each.item.deaths, ({ cause }) => cause)) {
      const leaf = node("death", `${each.id}/${cause}`, each.item);
      adopt(each, Object.assign(leaf, { cause, deaths }));
    }
  }
  const order = inOrder(roots);
  for (let line = byHash.get(present) ?? null; line !== null; line = line.parent) line.main = true;
  for (let n = order.length - 1; n >= 0; n--) place(order[n]);
  let floor = 0;
  for (const root of roots) {
    root.y = floor - Math.min(...root.top);
    floor = root.y + Math.max(...root.bottom) + 2;
  }
  let [depth, top, bottom] = [0, Infinity, -Infinity];
  for (const each of order) {
    if (each.parent !== null) each.y = each.parent.y + each.offset;
    depth = Math.max(depth, each.depth);
    top = Math.min(top, each.y);
    bottom = Math.max(bottom, each.y);
  }
  return { nodes: order, depth, top, bottom };
}

function node(kind, id, item) {
  return {
    kind,
    id,
    item,
    cause: null,
    deaths: [],
    parent: null,
    children: [],
    depth: 0,
    height: 0,
    offset: 0,
    y: 0,
    main: false,
    row: 0,
    px: 0,
    py: 0,
    top: undefined,
    bottom: undefined,
  };
}

function adopt(parent, child) {
  child.parent = parent;
  parent.children.push(child);
}

function inOrder(roots) {
  const order = [...roots];
  for (let n = 0; n < order.length; n++) {
    for (const child of order[n].children) {
      child.depth = order[n].depth + 1;
      order.push(child);
    }
  }
  return order;
}

/**
 * Gives each child its offset, and the node its outline: its highest and lowest place in each column,
 * the deepest column first, so that a parent adds its own at the end.
 */
function place(each) {
  const { children } = each;
  children.sort((a, b) => b.height - a.height);
  const [heir, ...others] = children;
  each.height = heir === undefined ? 0 : heir.height + 1;
  const top = heir?.top ?? [];
  const bottom = heir?.bottom ?? [];
  for (const other of others) {
    const start = top.length - other.top.length;
    let above = Infinity;
    let below = -Infinity;
    for (let n = 0; n < other.top.length; n++) {
      above = Math.min(above, top[start + n] - other.bottom[n]);
      below = Math.max(below, bottom[start + n] - other.top[n]);
    }
    const offset = -(above - 1) < below + 1 ? above - 1 : below + 1;
    other.offset = offset;
    for (let n = 0; n < other.top.length; n++) {
      top[start + n] = Math.min(top[start + n], offset + other.top[n]);
      bottom[start + n] = Math.max(bottom[start + n], offset + other.bottom[n]);
    }
    other.top = other.bottom = undefined;
  }
  top.push(0);
  bottom.push(0);
  each.top = top;
  each.bottom = bottom;
  if (heir !== undefined) heir.top = heir.bottom = undefined;
}
