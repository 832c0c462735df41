import { request } from "./api.js";

/**
 * Follows the house's events: server-sent events over `fetch`, which unlike `EventSource` can carry a
 * token. After a cut it comes back with the last id, so that nothing is missed.
 *
 * @param {{ onEvent: (event: any) => void, onState: (state: "live" | "lost") => void,
 *   signal: AbortSignal }} options
 */
export async function follow({ onEvent, onState, signal }) {
  let last = null;
  let tries = 0;
  while (!signal.aborted) {
    try {
      const headers = last === null ? {} : { "last-event-id": last };
      const response = await request("/v1/events", { headers, signal });
      onState("live");
      tries = 0;
      for await (const { id, data } of messages(response.body)) {
        if (id !== null) last = id;
        const event = read(data);
        if (event !== undefined) onEvent(event);
      }
    } catch {
      if (signal.aborted) return;
    }
    onState("lost");
    tries++;
    await pause(Math.min(10_000, 500 * 2 ** tries), signal);
  }
}

/** The messages of a `text/event-stream`. */
async function* messages(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      let end;
      while ((end = rest.indexOf("\n\n")) >= 0) {
        const message = rest.slice(0, end);
        rest = rest.slice(end + 2);
        let id = null;
        let data = "";
        for (const line of message.split("\n")) {
          if (line.startsWith("id:")) id = line.slice(3).trim();
          else if (line.startsWith("data:")) data += line.slice(5).trimStart();
        }
        if (data !== "") yield { id, data };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function read(data) {
  try {
    const event = JSON.parse(data);
    return typeof event?.kind === "string" ? event : undefined;
  } catch {
    return undefined;
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
