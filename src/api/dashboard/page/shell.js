import { html, useEffect, useRef, useState } from "./html.js";
import { useLive } from "./live.js";
import { Empty } from "./parts/empty.js";
import { TokenDialog } from "./parts/token_dialog.js";
import { hrefOf, usePlace } from "./router.js";
import { onTheme, theme, toggleTheme } from "./theme.js";

/** Each page, loaded when it is first gone to. */
const pages = {
  now: { title: "Now", path: [], load: () => import("./pages/now.js") },
  lineage: { title: "Lineage", path: ["lineage"], load: () => import("./pages/lineage.js") },
  survival: { title: "Survival", path: ["survival"], load: () => import("./pages/survival.js") },
  learning: { title: "Learning", path: ["learning"], load: () => import("./pages/learning.js") },
  agents: { title: "Agent", load: () => import("./pages/agent.js") },
  deaths: { title: "Death", load: () => import("./pages/death.js") },
};

/** The frame of every page: the way around, the state of the connection, the theme. */
export function Shell() {
  const place = usePlace();
  const name = place.path[0] ?? "now";
  return html`
    <a class="skip" href="#content" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <a class="home" href=${hrefOf([])} aria-label="Vivarium, now">
        <${Mark} /><span>Vivarium</span>
      </a>
      <nav aria-label="Pages">
        ${Object.entries(pages).filter(([, { path }]) => path !== undefined).map(([key, page]) =>
          html`
            <a key=${key} href=${hrefOf(page.path)}
              aria-current=${key === name ? "page" : undefined}>${page.title}</a>
          `
        )}
      </nav>
      <div class="top-end">
        <${Connection} />
        <${ThemeToggle} />
      </div>
    </header>
    <main id="content" tabindex="-1">
      <${Page} name=${name} place=${place} />
    </main>
    <footer>
      <p>Everything on this page comes from the <a href="/docs">API</a> of this house.</p>
    </footer>
    <${TokenDialog} />
  `;
}

function Page({ name, place }) {
  const [loaded, setLoaded] = useState({ name: null, view: null, error: null });
  const first = useRef(true);
  const at = place.path.join("/");
  useEffect(() => {
    let left = false;
    const page = pages[name];
    if (page === undefined) setLoaded({ name, view: null, error: null });
    else {
      page.load().then(
        (module) => !left && setLoaded({ name, view: module.default, error: null }),
        (error) => !left && setLoaded({ name, view: null, error }),
      );
    }
    return () => left = true;
  }, [name]);
  useEffect(() => {
    // A reader who comes to another page is taken to its beginning.
    if (first.current) first.current = false;
    else document.getElementById("content")?.focus({ preventScroll: true });
    scrollTo(0, 0);
    const title = place.path[1] ?? pages[name]?.title;
    document.title = title === undefined ? "Vivarium" : `${title} · Vivarium`;
  }, [at]);
  if (pages[name] === undefined) {
    return html`
      <${Empty} title="There is no such page">
        <p>The address names nothing here. <a href=${hrefOf([])}>See what lives now.</a></p>
        </${Empty}>
    `;
  }
  if (loaded.error !== null) {
    return html`
      <${Empty} title="The page could not be loaded">
        <p>The house may be down, or newer than this page: load it again.</p>
        </${Empty}>
    `;
  }
  if (loaded.name !== name || loaded.view === null) return html`<p class="loading">…</p>`;
  return html`<${loaded.view} key=${at} place=${place} />`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Mark() {
  return html`
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="mark-body" d="M16 3.2c7.6-.6 12.6 4.8 12.7 12.4.1 7.8-5.100 13.400-13.100 13.200
          C8.200 28.600 3.300 23.300 3.200 16 3.100 9 8.600 3.800 16 3.200Z" />
      <circle class="mark-nucleus" cx="17.6" cy="15" r="5" />
      <circle class="mark-grain" cx="10.6" cy="20.6" r="1.8" />
      <circle class="mark-grain" cx="21.6" cy="23" r="1.3" />
    </svg>
  `;
}

const states = {
  connecting: "connecting",
  live: "live",
  lost: "the house does not answer; trying again",
};

function Connection() {
  const { connection } = useLive();
  return html`<span class="connection ${connection}" role="status">
    <i aria-hidden="true"></i>${states[connection]}
  </span>`;
}

function ThemeToggle() {
  const [now, setNow] = useState(theme);
  useEffect(() => onTheme(() => setNow(theme())), []);
  const next = now === "dark" ? "light" : "dark";
  return html`
    <button class="quiet round" type="button" onClick=${toggleTheme}
      aria-label=${`Show in ${next} colours`} title=${`Show in ${next} colours`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="6.5" />
        <path d="M10 3.5a6.5 6.5 0 0 1 0 13Z" />
      </svg>
    </button>
  `;
}
