import { spot } from "./camera.js";
import { column } from "./fold.js";

/** Below this scale a node is a few pixels: squares and straight lines look the same and cost less. */
const coarse = 0.3;
/** What is further than this beyond the canvas is not drawn. */
const brim = 40;

/** How large the deaths of one leaf are drawn. */
export function leafRadius(deaths) {
  return Math.min(9, 3.2 + 1.3 * Math.sqrt(deaths - 1));
}

/**
 * Draws what the camera sees of a tree. Shapes of one colour are drawn as one path.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {{ nodes: any[], camera: import("./camera.js").Camera, width: number, height: number,
 *   palette: Record<string, string>, present: string | null, chosen: any, under: any }} view
 */
export function paint(c, { nodes, camera, width, height, palette, present, chosen, under }) {
  const { scale } = camera;
  const step = column * scale;
  const size = Math.min(1.3, scale);
  const fine = scale >= coarse;
  const shapes = new Map();
  const [lines, mainLines] = [new Path2D(), new Path2D()];
  const seen = (y) => y > -brim && y < height + brim;
  for (const each of nodes) {
    const [x, y] = spot(each, camera);
    if (x < -step - brim || x > width + step + brim) continue;
    const { parent } = each;
    if (parent !== null) {
      const [px, py] = spot(parent, camera);
      if (seen(y) || seen(py) || (y < 0) !== (py < 0)) {
        edge(each.main ? mainLines : lines, [px, py], [x, y], each, fine ? step : 0);
      }
    }
    if (!seen(y)) continue;
    const dead = each.kind === "death";
    const color = dead ? palette[`cause-${each.cause}`] : each.main ? palette.leaf : palette.node;
    let shape = shapes.get(color);
    if (shape === undefined) shapes.set(color, shape = new Path2D());
    const r = Math.max(0.9, (dead ? leafRadius(each.deaths.length) : each.main ? 3 : 2.5) * size);
    if (fine) {
      shape.moveTo(x + r, y);
      shape.arc(x, y, r, 0, 2 * Math.PI);
    } else shape.rect(x - r, y - r, 2 * r, 2 * r);
  }
  c.clearRect(0, 0, width, height);
  c.lineWidth = Math.max(0.6, Math.min(1.3, scale));
  c.strokeStyle = palette.branch;
  c.stroke(lines);
  c.lineWidth *= 1.5;
  c.strokeStyle = palette.leaf;
  c.stroke(mainLines);
  for (const [color, shape] of shapes) {
    c.fillStyle = color;
    c.fill(shape);
  }
  const now = nodes.find((each) => each.kind === "genome" && each.id === present);
  if (now !== undefined) ring(c, spot(now, camera), palette.leaf, 7);
  if (under !== null && under !== chosen) ring(c, spot(under, camera), palette.soft, 9);
  if (chosen !== null) ring(c, spot(chosen, camera), palette.ink, 9);
}

/** A line of descent: within a row it swings, from row to row it goes around the bend. */
function edge(path, [px, py], [x, y], { row, parent }, step) {
  path.moveTo(px, py);
  if (step === 0 || y === py) path.lineTo(x, y);
  else if (row === parent.row) {
    const way = Math.sign(x - px) * step;
    path.bezierCurveTo(px + way * 0.55, py, px + way * 0.4, y, x, y);
  } else {
    const out = (parent.row % 2 === 0 ? 1 : -1) * step * 0.9;
    path.bezierCurveTo(px + out, py, x + out, y, x, y);
  }
}

function ring(c, [x, y], color, r) {
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.lineWidth = 1.6;
  c.strokeStyle = color;
  c.stroke();
}
