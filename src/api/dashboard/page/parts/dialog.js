import { html, useEffect, useRef, useState } from "../html.js";
import { Trouble } from "./empty.js";

/**
 * A question to the person, in the browser's own modal dialog: it keeps the focus, and Escape closes
 * it.
 *
 * @param {{ title: string, act: string, danger?: boolean, onAct: (form: FormData) => Promise<void>,
 *   onClose: () => void, children: unknown }} props
 */
export function Dialog({ title, act, danger = false, onAct, onClose, children }) {
  const dialog = useRef(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await onAct(new FormData(event.target));
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return html`
    <dialog ref=${dialog} aria-labelledby="dialog-title" onClose=${onClose}>
      <form onSubmit=${submit}>
          <h2 id="dialog-title">${title}</h2>
          ${children}
          ${error === null ? null : html`<${Trouble} error=${error} />`}
          <div class="row end">
            <button type="button" class="quiet" onClick=${onClose}>Cancel</button>
            <button type="submit" class=${danger
              ? "danger"
              : "primary"} disabled=${busy}>${act}</button>
          </div>
        </form>
    </dialog>
  `;
}
