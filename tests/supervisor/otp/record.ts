/**
 * Records anew what OTP's supervisor does on the test's schedules, where OTP is installed:
 *
 *     deno run -A tests/supervisor/otp/record.ts
 */
import { recordedSchedules } from "./schedule.ts";
import { liveTraces, recordTraces } from "./traces.ts";

const traces = await liveTraces(recordedSchedules);
if (traces === undefined) {
  console.error("OTP is not installed: there is no escript on the path");
  Deno.exit(1);
}
await recordTraces(traces);
console.log(`${traces.length} traces recorded`);
