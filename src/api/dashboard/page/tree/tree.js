import { causeNames, ofCause } from "../causes.js";
import { html, useEffect, useLayoutEffect, useRef } from "../html.js";
import { colors, onTheme } from "../theme.js";
import { count } from "../words.js";
import { fit, margin, nearest, spot, zoom } from "./camera.js";
import { bestPerRow, fold } from "./fold.js";
import { paint } from "./paint.js";
import { neighbour } from "./steps.js";

/** A node in words. */
export function nodeWords({ kind, item, cause, deaths }) {
  const where = item.step > 0
    ? `life ${item.life}, step ${item.step}`
    : `birth of life ${item.life}`;
  return kind === "genome"
    ? `genome of ${where}`
    : `${count(deaths.length, "death")} ${ofCause(cause)}, of the genome of ${where}`;
}

/**
 * The tree on a canvas: drag to move, wheel or pinch to come closer, click or arrow keys to choose.
 * Between two drawings nothing is done.
 *
 * @param {{ tree: ReturnType<typeof import("./layout.js").layout>, present: string | null,
 *   chosen: any, onChoose: (node: any) => void, label: string }} props
 */
export function Tree({ tree, present, chosen, onChoose, label }) {
  const canvas = useRef(null);
  const state = useRef({
    camera: null,
    palette: null,
    under: null,
    asked: false,
    size: [0, 0],
    /** What is folded, and in rows of how many columns: a tree that grows keeps its rows. */
    tree: null,
    perRow: null,
  });
  const props = useRef(null);
  props.current = { tree, present, chosen, onChoose };

  const draw = () => {
    const view = state.current;
    if (view.asked || canvas.current === null) return;
    view.asked = true;
    requestAnimationFrame(() => {
      view.asked = false;
      const element = canvas.current;
      // Before its first measure it has no size to fit anything into.
      if (element === null || view.size[0] === 0) return;
      const { tree, present, chosen } = props.current;
      const [width, height] = view.size;
      if (view.camera === null || view.tree !== tree) {
        view.perRow ??= bestPerRow(tree, width - 2 * margin, height - 2 * margin);
        const paper = fold(tree, view.perRow);
        view.tree = tree;
        view.camera ??= fit(paper, width, height);
      }
      view.palette ??= paletteOf();
      const ratio = devicePixelRatio;
      const c = element.getContext("2d");
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { camera, palette, under } = view;
      paint(c, { nodes: tree.nodes, camera, width, height, palette, present, chosen, under });
    });
  };

  useLayoutEffect(() => {
    const element = canvas.current;
    const view = state.current;
    const resized = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      view.size = [clientWidth, clientHeight];
      element.width = Math.round(clientWidth * devicePixelRatio);
      element.height = Math.round(clientHeight * devicePixelRatio);
      draw();
    });
    resized.observe(element);
    const themed = onTheme(() => {
      view.palette = null;
      draw();
    });
    const stop = follow(element, view, props, draw);
    return () => {
      resized.disconnect();
      themed();
      stop();
    };
  }, []);
  useEffect(draw, [tree, present, chosen]);

  const show = (node) => {
    const view = state.current;
    const { camera, size: [width, height] } = view;
    if (camera === null) return;
    const [px, py] = spot(node, camera);
    const [left, top] = [
      Math.min(width - 60, Math.max(60, px)),
      Math.min(height - 60, Math.max(60, py)),
    ];
    view.camera = { ...camera, x: camera.x + left - px, y: camera.y + top - py };
    draw();
  };
  const scaled = (factor) => {
    const view = state.current;
    if (view.camera === null) return;
    const [width, height] = view.size;
    if (factor === 0) view.camera = view.perRow = null;
    else view.camera = zoom(view.camera, factor, width / 2, height / 2);
    draw();
  };
  const pressed = (event) => {
    const factor = { "+": 1.25, "=": 1.25, "-": 0.8, "0": 0 }[event.key];
    if (factor !== undefined) scaled(factor);
    else if (!event.key.startsWith("Arrow")) return;
    else {
      const from = chosen ?? tree.nodes.findLast((each) => each.main) ?? tree.nodes[0];
      const to = chosen === null ? from : neighbour(tree.nodes, from, event.key);
      if (to) {
        onChoose(to);
        show(to);
      }
    }
    event.preventDefault();
  };
  return html`
    <div class="tree">
      <canvas ref=${canvas} tabindex="0" role="application" aria-label=${label}
        aria-describedby="tree-keys" onKeyDown=${pressed}></canvas>

      <div class="row apart">
        <p id="tree-keys"
          class="small soft">Drag to move, scroll to come closer. Arrow keys go from node
              to node.</p>
        <div class="tree-tools">
          <button type="button" class="round" aria-label="Closer" onClick=${() =>
            scaled(1.4)}>+</button>
          <button type="button" class="round" aria-label="Further" onClick=${() =>
            scaled(1 / 1.4)}>−</button>
          <button type="button" class="round" aria-label="All of it" onClick=${() =>
            scaled(0)}>⤢</button>
        </div>
      </div>
      <p class="unheard" role="status">${chosen === null ? "" : nodeWords(chosen)}</p>
    </div>
  `;
}

/** The colours of this theme, as a canvas needs them. */
function paletteOf() {
  const names = ["--branch", "--leaf", "--soft", "--ink"];
  const found = colors([...names, ...causeNames.map((cause) => `cause-${cause}`)]);
  return {
    ...found,
    branch: found["--branch"],
    leaf: found["--leaf"],
    soft: found["--soft"],
    ink: found["--ink"],
    node: found["--soft"],
  };
}

/** Pointer and wheel: one finger or button moves, two fingers or the wheel zoom, a click chooses. */
function follow(element, view, props, draw) {
  const fingers = new Map();
  let moved = 0;
  const at = (event) => [event.offsetX, event.offsetY];
  const handlers = {
    pointerdown: (event) => {
      element.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
      moved = 0;
    },
    pointermove: (event) => {
      const before = fingers.get(event.pointerId);
      const [x, y] = at(event);
      if (before === undefined) {
        const under = view.camera && nearest(props.current.tree.nodes, view.camera, x, y);
        if (under !== view.under) {
          view.under = under;
          element.title = under ? nodeWords(under) : "";
          element.style.cursor = under ? "pointer" : "grab";
          draw();
        }
        return;
      }
      const [dx, dy] = [x - before[0], y - before[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      fingers.set(event.pointerId, [x, y]);
      if (view.camera === null) return;
      const others = [...fingers].filter(([id]) => id !== event.pointerId);
      if (others.length === 0) {
        view.camera = { ...view.camera, x: view.camera.x + dx, y: view.camera.y + dy };
      } else {
        const [, [ox, oy]] = others[0];
        const factor = Math.hypot(x - ox, y - oy) / Math.hypot(before[0] - ox, before[1] - oy);
        view.camera = zoom(view.camera, factor || 1, ox, oy);
      }
      draw();
    },
    pointerup: (event) => {
      fingers.delete(event.pointerId);
      if (moved > 5 || view.camera === null) return;
      const hit = nearest(props.current.tree.nodes, view.camera, ...at(event), 18);
      if (hit !== null) props.current.onChoose(hit);
    },
    pointercancel: (event) => fingers.delete(event.pointerId),
    wheel: (event) => {
      event.preventDefault();
      if (view.camera === null) return;
      view.camera = zoom(view.camera, Math.exp(-event.deltaY / 400), ...at(event));
      draw();
    },
  };
  for (const [kind, handler] of Object.entries(handlers)) {
    element.addEventListener(kind, handler, { passive: false });
  }
  return () => {
    for (const [kind, handler] of Object.entries(handlers)) {
      element.removeEventListener(kind, handler);
    }
  };
}
