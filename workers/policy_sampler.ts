/// <reference lib="deno.worker" />
/** Worker entry: samples. ONNX Runtime blocks its thread; this one is nobody else's. */
import { answerCalls, samplerCalls, type WorkerScope } from "../src/policy/server/mod.ts";

answerCalls(globalThis as unknown as WorkerScope, samplerCalls(), { together: true });
