import type { Cell, Turn } from "../cell/types.ts";
import { seedFrom } from "../core/random.ts";
import { Broker } from "./broker.ts";
import type { Context } from "./context.ts";
import type { Envelope } from "./letters.ts";
import type { Member, Stamp } from "./pacer.ts";
import { type ChildSpec, limitsOf } from "./spec.ts";
import type { Span } from "../core/tracing.ts";
import { OpenTurn, type TurnPlace } from "./turn.ts";

/** Opens a turn of an agent: what its cell may ask for goes to the house's model and post office. */
export function openTurn(
  { pacer, model, seed, tell, ask, powers }: Context,
  { name: from, ordinal, spec }: Pick<Member, "name" | "ordinal"> & { readonly spec: ChildSpec },
  cell: Cell,
  place: TurnPlace,
  span: Span,
): OpenTurn {
  const broker = new Broker(powers, spec.powers, from);
  const stamp = (): Stamp => pacer.stamp(ordinal);
  return new OpenTurn(place, seed, span, {
    model,
    modelTokens: limitsOf(spec).modelTokens,
    send: (to, body, wait) => tell({ to, from, body, stamp: stamp(), wait }),
    ask: (to, body, wait) => ask({ to, from, body, stamp: stamp(), wait }),
    use: (power, input, signal) => broker.use(power, input, signal),
    uses: broker.records,
    blocked: (blocked) => pacer.blocked(from, blocked),
    scriptEnded: () => void cell.kill("its script has ended"),
  });
}

/** Where the logical time of a run begins: 2026-01-01 in UTC. A step of an agent is a second. */
const logicalEpochMs = Date.UTC(2026, 0, 1);

/**
 * What a turn begins with.
 *
 * @param runSeed seed of the run; every turn has its own, by agent, life and step
 * @param lived steps that the agent has lived over all lives, which are its time
 * @param envelope what it is about; null: a tick
 */
export function inputOf(
  { agent, life, step }: TurnPlace,
  runSeed: number,
  lived: number,
  energy: number,
  envelope: Envelope | null,
): Turn {
  const { kind, from, body } = envelope ?? { kind: "tick", from: "supervisor", body: null };
  return {
    letter: { kind, from, body },
    age: step - 1,
    energy,
    nowMs: logicalEpochMs + 1000 * lived,
    seed: seedFrom(runSeed, agent, life, step),
  };
}
