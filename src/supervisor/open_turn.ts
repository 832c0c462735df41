import type { Cell } from "../cell/types.ts";
import { Broker } from "./broker.ts";
import type { Context } from "./context.ts";
import type { Member, Stamp } from "./pacer.ts";
import type { ChildSpec } from "./spec.ts";
import { OpenTurn, type TurnPlace } from "./turn.ts";

/** Opens a turn of an agent: what its cell may ask for goes to the house's model and post office. */
export function openTurn(
  { pacer, model, seed, tell, ask, powers }: Context,
  { name: from, ordinal, spec }: Pick<Member, "name" | "ordinal"> & { readonly spec: ChildSpec },
  cell: Cell,
  place: TurnPlace,
): OpenTurn {
  const broker = new Broker(powers, spec.powers, from);
  const stamp = (): Stamp => pacer.stamp(ordinal);
  return new OpenTurn(place, seed, {
    model,
    send: (to, body, wait) => tell({ to, from, body, stamp: stamp(), wait }),
    ask: (to, body, wait) => ask({ to, from, body, stamp: stamp(), wait }),
    use: (power, input, signal) => broker.use(power, input, signal),
    uses: broker.records,
    blocked: (blocked) => pacer.blocked(from, blocked),
    scriptEnded: () => void cell.kill(),
  });
}
