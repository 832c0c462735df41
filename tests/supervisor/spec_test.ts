import { assertEquals, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { parseChildSpec, parseSupervisorSpec } from "../../src/supervisor/mod.ts";
import { limitsOf } from "../../src/supervisor/spec.ts";

const least = { name: "ada", firstQuery: "Define a method." };

Deno.test("parseChildSpec() merges the documented defaults", () => {
  assertEquals(parseChildSpec(least), {
    ...least,
    name: "ada" as never,
    resurrection: "last",
    probation: 0,
    restart: "permanent",
    significant: false,
    links: [],
    trapExit: false,
    shutdownMs: 5000,
    limits: {},
    powers: [],
    ticking: true,
    backoff: { minMs: 10, maxMs: 250, factor: 2, jitter: 0.2 },
    mailbox: { capacity: 1000, overflow: "fail" },
  });
});

Deno.test.each<[string, Record<string, unknown>]>([
  ["name", { name: "../etc" }],
  ["name", { name: "operator" }],
  ["name", { name: undefined }],
  ["firstQuery", { firstQuery: 5 }],
  ["restart", { restart: "sometimes" }],
  ["shutdownMs", { shutdownMs: -1 }],
  ["limits.stepMs", { limits: { stepMs: 0 } }],
  ["horizon", { horizon: 0 }],
  ["backoff.minMs", { backoff: { minMs: 20, maxMs: 10 } }],
  ["mailbox.overflow", { mailbox: { overflow: "explode" } }],
  ["genome.methods", { genome: { methods: { step: "step() {}" }, state: {}, attributes: {} } }],
  ["the spec", { unknownField: 1 }],
])("parseChildSpec() refuses by the name of the field: %s", (field, wrong) => {
  const error = assertThrows(() => parseChildSpec({ ...least, ...wrong }), VivariumError);
  assertEquals([error.code, error.options.data?.["field"]], ["bad-request", field]);
});

Deno.test("parseSupervisorSpec() refuses what is not one_for_one", () => {
  assertThrows(() => parseSupervisorSpec({ strategy: "all" }), VivariumError, "strategy");
});

Deno.test("limitsOf() overrides the defaults by name", () => {
  const limits = limitsOf(parseChildSpec({ ...least, limits: { stepMs: 500 } }));
  assertEquals([limits.stepMs, limits.heapMb], [500, 64]);
});
