import { giveToken, onTokenNeeded } from "../api.js";
import { html, useEffect, useRef, useState } from "../html.js";

/** Asks for the house's token, once, where it has one. */
export function TokenDialog() {
  const [needed, setNeeded] = useState(false);
  const dialog = useRef(null);
  useEffect(() => onTokenNeeded(setNeeded), []);
  useEffect(() => {
    if (needed) dialog.current?.showModal();
  }, [needed]);
  if (!needed) return null;
  const submit = (event) => {
    event.preventDefault();
    const token = String(new FormData(event.target).get("token")).trim();
    if (token !== "") giveToken(token);
  };
  return html`
    <dialog ref=${dialog} aria-labelledby="token-title"
      onCancel=${(event) => event.preventDefault()}>
      <form onSubmit=${submit}>
        <h2 id="token-title">This house is locked</h2>
        <p>It answers only to its bearer token: the one that it was started with. The token is kept in
            this tab until you close it.</p>
        <label>Token
            <input name="token" type="password" autocomplete="current-password" required autofocus />
          </label>
        <div class="row end"><button type="submit" class="primary">Open</button></div>
      </form>
    </dialog>
  `;
}
