import { begin } from "./live.js";
import { html, render } from "./html.js";
import { Shell } from "./shell.js";

const root = document.getElementById("house");
if (root !== null) {
  root.replaceChildren();
  render(html`<${Shell} />`, root);
  begin();
}
