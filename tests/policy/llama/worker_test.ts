import { assertEquals } from "@std/assert";
import { work } from "./worker_fixture.ts";

/** Starts the fixture in a Worker that may only call native code, read, and keep ONNX Runtime quiet. */
function inWorker(): { result: Promise<unknown>; end(): void } {
  const worker = new Worker(new URL("./worker_fixture.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { ffi: true, read: true, env: ["ORT_DISABLE_TELEMETRY"] } },
  });
  const result = new Promise<unknown>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  worker.postMessage("begin");
  return { result, end: () => worker.terminate() };
}

Deno.test("two Workers at once train and sample with the same bits as the main thread", async () => {
  const workers = [inWorker(), inWorker()];
  try {
    const results = await Promise.all(workers.map(({ result }) => result));
    const expected = await work();
    assertEquals(results, [expected, expected]);
  } finally {
    for (const { end } of workers) end();
  }
});
