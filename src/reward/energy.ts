import { z } from "zod";

/**
 * Energy: what a life spends and earns. A step and its tokens cost, value pays, and at zero the life
 * ends by `starvation`. Off unless a house asks for it.
 */
export interface EnergySettings {
  /** What a life begins with. @default 20 */
  readonly start: number;
  /** What each step costs. @default 1 */
  readonly perStep: number;
  /** What each sampled token costs. @default 0.01 */
  readonly perToken: number;
  /** What each unit of value pays. @default 2 */
  readonly perValue: number;
  /** No life holds more. @default 100 */
  readonly most: number;
}

/** Checks settings of energy, and fills in the defaults. */
export const energySchema = z.strictObject({
  start: z.number().positive().default(20),
  perStep: z.number().min(0).default(1),
  perToken: z.number().min(0).default(0.01),
  perValue: z.number().min(0).default(2),
  most: z.number().positive().default(100),
}).refine(({ start, most }) => start <= most, {
  path: ["start"],
  message: "must not be above most",
});

/**
 * The energy after a step.
 *
 * @param energy before it
 * @param spent what the step took: tokens sampled, and the sum of its value terms
 * @param settings see {@linkcode EnergySettings}
 * @returns at most `most`; zero or less is starvation
 */
export function energyAfter(
  energy: number,
  spent: { readonly tokens: number; readonly value: number },
  settings: EnergySettings,
): number {
  const { perStep, perToken, perValue, most } = settings;
  return Math.min(most, energy - perStep - perToken * spent.tokens + perValue * spent.value);
}
