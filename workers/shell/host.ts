/**
 * What the shell keeps of the host, taken before the realm is cut: four functions. Agent code never
 * sees one of them.
 */
export const host = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  /** Unpredictable numbers. */
  fillRandom: crypto.getRandomValues.bind(crypto),
};

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Lets every microtask run that can, and Deno report what was rejected and not caught. */
export async function settle(): Promise<void> {
  await nextMacrotask();
  await nextMacrotask();
}

/** Resolves in a later turn of the event loop: every microtask that can run has run by then. */
function nextMacrotask(): Promise<void> {
  return new Promise((done) => {
    waiting.push(done);
    channel.port2.postMessage(0);
  });
}
