import { html } from "../html.js";

/** Figures under their names; those that are missing are left out. */
export function Facts({ facts }) {
  return html`<dl class="facts-list">
    ${
    facts.filter(([, value]) => value !== null && value !== undefined && value !== "").map((
      [name, value],
    ) =>
      html`
        <div key=${name}>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }
  </dl>`;
}

/** A value as JSON, where it says anything. */
export function json(value) {
  return value === null || value === undefined || Array.isArray(value) && value.length === 0 ||
      typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0
    ? null
    : JSON.stringify(value, null, 2);
}
