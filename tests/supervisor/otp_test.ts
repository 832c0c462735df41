import { assert, assertEquals } from "@std/assert";
import { traceOf } from "./otp/drive.ts";
import { erlangOf, recordedSchedules, type Schedule, scheduleOf } from "./otp/schedule.ts";
import { canonical, liveTraces, recordedTraces } from "./otp/traces.ts";
import { requirement } from "./requirement.ts";

/** Schedules beyond the recorded ones, other ones each day: where OTP is at hand, why not more. */
const today = Math.floor(Date.now() / 86_400_000);
const fresh = Array.from({ length: 1000 }, (_, index) => 1_000_000 * today + index);

function agree(
  schedules: readonly Schedule[],
  theirs: readonly string[],
  nameOf: (index: number) => string,
): void {
  assertEquals(theirs.length, schedules.length);
  for (const [index, schedule] of schedules.entries()) {
    const ours = canonical(traceOf(schedule));
    const otp = canonical(theirs[index] ?? "");
    if (ours === otp) continue;
    assertEquals(ours, otp, `schedule ${nameOf(index)}: ${erlangOf(schedule)}`);
  }
}

Deno.test(
  requirement(
    [1, 2, 3, 4, 5, 6, 8, 9, 10],
    "our supervisor starts, stops and gives up as OTP's did on 1,500 recorded schedules",
  ),
  async () => {
    agree(recordedSchedules, await recordedTraces(), (index) => `${index}`);
  },
);

Deno.test("the recorded schedules reach what they are to compare", async () => {
  const traces = await recordedTraces();
  const reach = (pattern: RegExp): number => traces.filter((trace) => pattern.test(trace)).length;
  // A child died and came back; all were stopped and started again; the root gave up in the middle.
  assert(reach(/\*(\w+) \+\1/) > 200);
  assert(reach(/\*\w+( [-x][a-e])+ \+/) > 100);
  assert(reach(/ -root \/.* =skip/) > 100);
  // A restart failed and was tried again; one was killed; a supervisor came back with its children.
  assert(reach(/!(\w+) (.* )?\+\1/) > 200);
  assert(reach(/ x\w/) > 100);
  assert(reach(/-([abc]) (.* )?\(\1 /) > 50);
  assert(reach(/=(running|not-found|already-present|start-failed)/) > 200);
});

Deno.test(
  requirement(
    [1, 2, 3, 4, 5, 6, 8, 9, 10],
    "our supervisor does as OTP's, live, on the recorded schedules and 1,000 of today",
  ),
  async () => {
    const schedules = [...recordedSchedules, ...fresh.map(scheduleOf)];
    const traces = await liveTraces(schedules);
    // Where OTP is missing, the recorded traces stand in: the test above.
    if (traces === undefined) return;
    const seeds = [...recordedSchedules.keys(), ...fresh];
    agree(schedules, traces, (index) => `of seed ${seeds[index]}`);
    const again = traces.slice(0, recordedSchedules.length).map(canonical);
    assertEquals(again, (await recordedTraces()).map(canonical));
  },
);
