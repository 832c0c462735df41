import type { EventDraft } from "../core/events.ts";
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
