import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { HouseEvent } from "../../core/events.ts";
import { every } from "../every.ts";
import type { ApiHouse } from "../house.ts";

/**
 * What happens in a house, counted since the process began: from its events, so nothing is read from
 * the ledger and nobody who lives waits for it. What is at this moment is asked when it is scraped.
 *
 * No label holds an agent's name: there may be very many, and they come and go.
 *
 * @param house whose events are counted
 * @param registry where the figures are kept
 * @returns hears each event
 */
export function houseMetrics(house: ApiHouse, registry: Registry): (event: HouseEvent) => void {
  const registers = [registry];
  const steps = new Counter({
    name: "vivarium_steps_total",
    help: "Steps lived",
    registers,
  });
  const edits = new Counter({
    name: "vivarium_edits_total",
    help: "Lived steps that changed the genome",
    registers,
  });
  const reward = new Gauge({
    name: "vivarium_reward_sum",
    help: "Sum of all rewards, late ones included; may fall",
    registers,
  });
  const stepSeconds = new Histogram({
    name: "vivarium_step_duration_seconds",
    help: "How long a lived step took, its model calls included",
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers,
  });
  const lives = new Counter({
    name: "vivarium_lives_started_total",
    help: "Lives begun",
    registers,
  });
  const truncated = new Counter({
    name: "vivarium_lives_truncated_total",
    help: "Lives cut, which is not a death",
    registers,
  });
  const deaths = new Counter({
    name: "vivarium_deaths_total",
    help: "Deaths by cause and owner",
    labelNames: ["cause", "owner"],
    registers,
  });
  const detection = new Histogram({
    name: "vivarium_death_detection_seconds",
    help: "From the fault to its detection",
    buckets: [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  const deadLetters = new Counter({
    name: "vivarium_dead_letters_total",
    help: "Letters that nobody handled, by reason",
    labelNames: ["reason"],
    registers,
  });
  const events = new Counter({
    name: "vivarium_events_total",
    help: "Events by kind",
    labelNames: ["kind"],
    registers,
  });
  atThisMoment(house, registers);

  return (event) => {
    const { kind, cause = "unknown", data } = event;
    events.inc({ kind });
    switch (kind) {
      case "step.committed":
        steps.inc();
        if (Array.isArray(data["edited"]) && data["edited"].length > 0) edits.inc();
        reward.inc(numberOf(data["reward"]));
        stepSeconds.observe(numberOf(data["elapsedMs"]) / 1000);
        break;
      case "life.started":
        lives.inc();
        break;
      case "life.truncated":
        truncated.inc();
        break;
      case "life.died":
        deaths.inc({ cause, owner: String(data["owner"]) });
        reward.inc(numberOf(data["reward"]));
        detection.observe(numberOf(data["detectedMs"]) / 1000);
        break;
      case "message.dead-letter":
        deadLetters.inc({ reason: String(data["reason"]) });
        break;
      case "reward.added":
        reward.inc(numberOf(data["value"]));
        break;
    }
  };
}

/** Gauges that are asked when they are scraped. */
function atThisMoment(house: ApiHouse, registers: Registry[]): void {
  new Gauge({
    name: "vivarium_agents",
    help: "Agents by status",
    labelNames: ["status"],
    registers,
    collect(): void {
      this.reset();
      for (const { status } of every(house.store.agents)) this.inc({ status });
    },
  });
  new Gauge({
    name: "vivarium_mailbox_letters",
    help: "Letters that wait, over all agents",
    registers,
    collect(): void {
      let letters = 0;
      for (const { name } of every(house.store.agents)) {
        letters += house.supervisor.look(name).mailbox;
      }
      this.set(letters);
    },
  });
  new Gauge({
    name: "vivarium_last_event_id",
    help: "Id of the newest event of the ledger",
    registers,
    collect(): void {
      this.set(house.store.lastEvent());
    },
  });
  const { policy } = house;
  if (policy !== null) {
    new Gauge({
      name: "vivarium_policy_up",
      help: "Whether the policy process is up",
      registers,
      collect(): void {
        this.set(policy.ready ? 1 : 0);
      },
    });
    new Gauge({
      name: "vivarium_policy_version",
      help: "Newest version of the policy",
      registers,
      collect(): void {
        this.set(house.store.policyVersions({ limit: 1 }).items[0]?.version ?? 0);
      },
    });
  }
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the supervisor's process; cells are processes of their own",
    registers,
    collect(): void {
      this.set(Deno.memoryUsage().rss);
    },
  });
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
