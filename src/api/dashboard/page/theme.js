const key = "vivarium.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** The theme that is shown: the person's choice, else the system's. */
export function theme() {
  return document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");
}

/** The other theme; where that is the system's, the choice is forgotten, and follows the system again. */
export function toggleTheme() {
  const next = theme() === "dark" ? "light" : "dark";
  const own = next !== (system.matches ? "dark" : "light");
  if (own) {
    document.documentElement.dataset.theme = next;
    localStorage.setItem(key, next);
  } else {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(key);
  }
  dispatchEvent(new Event("themechange"));
}

/** Hears when other colours are shown. */
export function onTheme(listener) {
  addEventListener("themechange", listener);
  system.addEventListener("change", listener);
  return () => {
    removeEventListener("themechange", listener);
    system.removeEventListener("change", listener);
  };
}

/**
 * The colours behind CSS custom properties, as a canvas needs them.
 *
 * @param {string[]} names e.g. `--ink`; or `cause-hang`, the colour that this class has
 * @returns {Record<string, string>}
 */
export function colors(names) {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  const found = {};
  for (const name of names) {
    probe.className = name.startsWith("--") ? "" : name;
    probe.style.color = name.startsWith("--") ? `var(${name})` : "var(--cause)";
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
