/**
 * What a supervisor decides, and nothing else: OTP's child specs, strategies, intensity, significant
 * children, as one pure function from state and event to state and commands. It knows no agent, no
 * process and no clock; `tests/supervisor/otp/` holds it to OTP's own supervisor, start by start.
 */
export {
  autoShutdowns,
  contradictionOf,
  parseTree,
  restartTypes,
  shutdownSchema,
  strategies,
  treeChildSchema,
  treeFlagsSchema,
} from "./spec.ts";
export type {
  AutoShutdown,
  RestartType,
  Shutdown,
  Strategy,
  TreeChild,
  TreeFlags,
} from "./spec.ts";
export { step, type Stepped, treeOf } from "./step.ts";
export type { Refusal, Slot, SlotPhase, TreeCommand, TreeEvent, TreeState } from "./types.ts";
