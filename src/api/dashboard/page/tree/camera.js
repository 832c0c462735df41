/**
 * What part of the paper is looked at: `x` and `y` are where its corner is on the canvas.
 *
 * @typedef {{ x: number, y: number, scale: number }} Camera
 */

/** Free space around a tree that is seen as a whole. */
export const margin = 40;

/** Where a node is on the canvas. */
export function spot({ px, py }, { x, y, scale }) {
  return [px * scale + x, py * scale + y];
}

/** The whole paper, as large as fits. */
export function fit(paper, width, height) {
  const scale = Math.min(
    1.6,
    (width - 2 * margin) / (paper.width || 1),
    (height - 2 * margin) / (paper.height || 1),
  );
  return {
    scale,
    x: (width - paper.width * scale) / 2,
    y: (height - paper.height * scale) / 2,
  };
}

/** Closer or further, with one point held where it is. */
export function zoom(camera, factor, px, py) {
  const scale = Math.min(6, Math.max(0.02, camera.scale * factor));
  const k = scale / camera.scale;
  return { scale, x: px - (px - camera.x) * k, y: py - (py - camera.y) * k };
}

/** The nearest node to a point of the canvas, if one is near enough to be meant. */
export function nearest(nodes, camera, px, py, within = 14) {
  let best = null;
  let least = within ** 2;
  for (const each of nodes) {
    const [x, y] = spot(each, camera);
    const far = (x - px) ** 2 + (y - py) ** 2;
    if (far < least) [best, least] = [each, far];
  }
  return best;
}
