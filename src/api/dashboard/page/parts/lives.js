import { html, useEffect, useRef } from "../html.js";
import { ofCause } from "../causes.js";
import { count } from "../words.js";

/** How a life ended, in words. */
export function endWords({ end, steps, cause }) {
  if (end === null) return `${count(steps, "step")} old`;
  if (end === "truncated") return `cut after ${count(steps, "step")}, which is not a death`;
  const of = cause === undefined ? "" : ` ${ofCause(cause)}`;
  return `died${of} after ${count(steps, "step")}`;
}

/**
 * An agent's lives on a time line: each a bar as high as it was long, in the colour of its end. The
 * arrow keys go from one to the next.
 *
 * @param {{ lives: any[], chosen: number, onChoose: (life: number) => void }} props
 */
export function Lives({ lives, chosen, onChoose }) {
  const list = useRef(null);
  const most = Math.max(4, ...lives.map(({ steps }) => steps));
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({
      block: "nearest",
      inline: "nearest",
    });
  }, [chosen, lives.length]);
  const moved = (event) => {
    const at = lives.findIndex(({ life }) => life === chosen);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: lives.length - 1 }[event.key];
    const life = lives[to]?.life;
    if (to === undefined || life === undefined) return;
    event.preventDefault();
    onChoose(life);
  };
  return html`
    <div class="lives" ref=${list} role="listbox" tabindex="0" onKeyDown=${moved}
      aria-label="Lives, oldest first" aria-orientation="horizontal"
      aria-activedescendant=${`life-${chosen}`}>
        ${lives.map((each) => {
          const { life, steps, end, cause } = each;
          const tone = end === null
            ? "now"
            : end === "truncated"
            ? "cut"
            : `cause-${cause ?? "none"}`;
          const words = `life ${life}: ${endWords(each)}`;
          return html`
            <div key=${life} id=${`life-${life}`} role="option" class="life ${tone}"
              aria-selected=${life === chosen ? "true" : "false"} aria-label=${words} title=${words}
              onClick=${() => onChoose(life)}>
              <i style=${{ height: `${(6 + 62 * Math.sqrt(steps / most)).toFixed(0)}px` }} />
              <span>${life}</span>
            </div>
          `;
        })}
      </div>
  `;
}
