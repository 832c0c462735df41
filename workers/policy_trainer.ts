/// <reference lib="deno.worker" />
/** Worker entry: trains. */
import { answerCalls, type WorkerScope } from "../src/policy/server/mod.ts";
import { trainerCalls } from "../src/trainer/mod.ts";

answerCalls(globalThis as unknown as WorkerScope, trainerCalls());
