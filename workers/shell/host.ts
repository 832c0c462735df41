/**
 * What the shell keeps of the host, taken before the realm is cut: a few functions. Agent code never
 * sees one of them.
 */
export const host = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  /**
   * Does something once every microtask has run. A port does not: Deno hands a message that is there
   * already over among the microtasks of the one before it.
   */
  later: globalThis.setImmediate.bind(globalThis),
  /** Unpredictable numbers. */
  fillRandom: crypto.getRandomValues.bind(crypto),
};

/** Lets every microtask run that can, and Deno report what was rejected and not caught. */
export async function settle(): Promise<void> {
  await nextMacrotask();
  await nextMacrotask();
}

/** Resolves in a later turn of the event loop: every microtask that can run has run by then. */
function nextMacrotask(): Promise<void> {
  return new Promise((done) => host.later(done));
}
