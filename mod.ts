/**
 * Vivarium as a library: agents that rewrite their own code, live or die by it, and learn from it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openHouse } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const script = `${folder}/script.jsonl`;
 * await Deno.writeTextFile(script, '{"response": "this.state.count = 1;"}\n');
 *
 * const house = await openHouse({ db: `${folder}/house.db`, llm: `scripted:${script}`, agents: 1 });
 * house.begin();
 * await house.finished();
 * const report = await house.stop();
 *
 * assertEquals([report.steps, report.editsKept], [1, 1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
import { type House, type HouseOptions, openHouse as open } from "./src/house/mod.ts";

/**
 * Opens a house: database, policy, cells, model and supervisor. Its agents live once it has begun.
 *
 * @param options what it is started with
 * @returns a house; `stop` it in the end
 * @throws {VivariumError} `bad-usage`, `script`, `database` or `checkpoint` for what the user can mend
 */
export function openHouse(options: HouseOptions): Promise<House> {
  return open(options);
}

export type { House, HouseOptions, NewAgent, NewSupervisor, Report } from "./src/house/mod.ts";
export { type CellLimits, type Profile, profiles } from "./src/cell/mod.ts";
export type { EnergySettings, RewardWeights, Task, TaskView } from "./src/reward/mod.ts";
export type { Summary } from "./src/store/mod.ts";
export type { Json } from "./src/core/json.ts";
export { type Cause, causeNames, causes, type Owner, ownerOf } from "./src/death/mod.ts";
export {
  EventBus,
  type EventDraft,
  type EventKind,
  eventKinds,
  type EventListener,
  type HouseEvent,
} from "./src/core/events.ts";
export { type ErrorCode, errorCodes, VivariumError } from "./src/core/errors.ts";
