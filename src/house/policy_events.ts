import type { EventDraft } from "../core/events.ts";
import type { Tracer } from "../core/tracing.ts";
import type { PolicyKeeperEvent } from "./policy_keeper.ts";

/** What the keeper tells, as an event of the house. */
export function policyEvent(event: PolicyKeeperEvent): EventDraft {
  switch (event.kind) {
    case "started": {
      const { version, hash, parameters, kind, training } = event.status;
      return {
        kind: "policy.started",
        data: { pid: event.pid, version, hash, parameters, weights: kind, training },
      };
    }
    case "died":
      return { kind: "policy.died", data: { why: event.why, restartInMs: event.restartInMs } };
    case "dropped": {
      const { outcome, why, episodes, metrics } = event.update;
      return { kind: "policy.dropped", data: { outcome, why, episodes, metrics } };
    }
    case "version": {
      const { version, parent, hash, metrics } = event.version;
      return { kind: "policy.version", data: { version, parent, hash, metrics } };
    }
  }
}

/** An update of the policy, as a span: its own process has timed it, and says so when it is over. */
export function traceUpdate(tracer: Tracer, event: PolicyKeeperEvent): void {
  if (event.kind !== "version" && event.kind !== "dropped") return;
  const { metrics } = event.kind === "version" ? event.version : event.update;
  const endMs = event.kind === "version" ? event.version.createdAtMs : event.update.atMs;
  const failed = event.kind === "dropped" && event.update.outcome !== "nothing";
  const facts = {
    "vivarium.update.outcome": event.kind === "version" ? "published" : event.update.outcome,
    ...(event.kind === "version" ? { "vivarium.policy.version": event.version.version } : {}),
    ...Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [`vivarium.update.${name}`, value]),
    ),
  };
  const startMs = endMs - 1000 * (metrics["step_time"] ?? 0);
  tracer.past(
    "vivarium.update",
    facts,
    startMs,
    endMs,
    failed ? event.update.why ?? event.update.outcome : undefined,
  );
}
