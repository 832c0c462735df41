import type { DeathFacts } from "../death/mod.ts";
import type { AgentStatus } from "../store/types.ts";
import { KillOrder } from "./kill_order.ts";
import { parked, stopOrdered } from "./rows.ts";
import { knownVerdict, type Verdict } from "./verdict.ts";

/** Ends an agent, not only its life. */
export interface StopOrder {
  /** The house goes down, or a person stopped this agent. */
  readonly cause: "shutdown" | "operator";
  /** Why, in words. @default "stopped by", and the cause */
  readonly why?: string;
  /** What is written about the agent; undefined leaves its row alone: it goes on when the house does. */
  readonly status?: AgentStatus;
}

/** What is written about an agent that was ended. */
export function reasonOf({ cause, why }: StopOrder): string {
  return why ?? `stopped by an ${cause}`;
}

/**
 * What an agent was told from outside and has not done yet: to stop for good, to end its life until its
 * supervisor starts it again (park), or only to end its life (kill). They are noted here, and looked at
 * between turns.
 */
export class Orders {
  #stop: StopOrder | undefined;
  #park: PromiseWithResolvers<void> | undefined;
  #kill: KillOrder | undefined;

  /** The order to stop for good. */
  get stop(): StopOrder | undefined {
    return this.#stop;
  }

  /** Whether it is to have no life for now. */
  get down(): boolean {
    return this.#stop !== undefined || this.#park !== undefined;
  }

  /** Whether its present life is to end. */
  get ends(): boolean {
    return this.down || this.#kill !== undefined;
  }

  /** Why there is no next life for now, as deaths are written. */
  get resting(): string | undefined {
    return this.#stop !== undefined ? stopOrdered : this.#park !== undefined ? parked : undefined;
  }

  /** To stop for good; the first such order stays. */
  toStop(order: StopOrder): void {
    this.#stop ??= order;
  }

  /** To end its life until it is started again; resolves when it is down. */
  toPark(): Promise<void> {
    this.#park ??= Promise.withResolvers();
    return this.#park.promise;
  }

  /** To end its life; the first such order stays. */
  toKill(why: string | undefined): KillOrder {
    return this.#kill ??= new KillOrder(why);
  }

  /** It is down as its supervisor wanted. */
  parked(): void {
    this.#park?.resolve();
    this.#park = undefined;
  }

  /** The order to kill is carried out, or in vain. */
  killed(): void {
    this.#kill?.settle();
    this.#kill = undefined;
  }

  /**
   * The verdict on a life that was ended by these orders.
   *
   * @param phase where the life was
   */
  verdict(phase: DeathFacts["phase"]): Verdict {
    const byParent = this.#park !== undefined;
    // A link, or a rule: whatever ended it but a person.
    const why = this.down ? undefined : this.#kill?.why;
    if (why !== undefined) return ordered("shutdown", phase, why);
    const cause = this.#stop?.cause ?? (byParent ? "shutdown" : "operator");
    if (cause === "operator") return ordered(cause, phase, "a person ended it");
    return ordered(
      cause,
      phase,
      this.#stop?.why ?? (byParent ? parked : "the house was shut down"),
    );
  }
}

/** Whoever reads the evidence finds a kill of the house named there, as for any other rule. */
function ordered(cause: StopOrder["cause"], phase: DeathFacts["phase"], why: string): Verdict {
  return knownVerdict(cause, phase, why, { rule: "order", why });
}
