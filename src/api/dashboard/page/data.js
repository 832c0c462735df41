import { ApiError, get } from "./api.js";
import { useEffect, useState } from "./html.js";

/**
 * What the API says at a path, or through a function that reads it; read again when `inputs` change.
 * While it is read anew, what was there stays.
 *
 * @param {string | null | ((signal: AbortSignal) => Promise<any>)} source null: nothing to read
 * @param {unknown[]} inputs
 * @returns {{ data: any, error: Error | null, missing: boolean, loading: boolean }} `missing`: the
 *   house has nothing there
 */
export function useData(source, inputs = [source]) {
  const [answer, setAnswer] = useState({ data: undefined, error: null, loading: true });
  useEffect(() => {
    if (source === null) {
      setAnswer({ data: undefined, error: null, loading: false });
      return;
    }
    const abort = new AbortController();
    const reading = typeof source === "string" ? get(source, abort.signal) : source(abort.signal);
    reading.then(
      (data) => !abort.signal.aborted && setAnswer({ data, error: null, loading: false }),
      (error) => !abort.signal.aborted && setAnswer({ data: undefined, error, loading: false }),
    );
    return () => abort.abort();
  }, inputs);
  const { error } = answer;
  return { ...answer, missing: error instanceof ApiError && error.status === 404 };
}

/** The time, told again every so often. */
export function useNow(everyMs = 5000) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A value that follows another, but not more often than every so often. */
export function useThrottled(value, everyMs) {
  const [held, setHeld] = useState({ value, atMs: Date.now() });
  useEffect(() => {
    if (Object.is(held.value, value)) return;
    const wait = Math.max(0, held.atMs + everyMs - Date.now());
    const timer = setTimeout(() => setHeld({ value, atMs: Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [value, held]);
  return held.value;
}
