import { z } from "zod";

/**
 * Energy: what a life spends and earns. A step and its tokens cost, value pays, and at zero the life
 * ends by `starvation`. Off unless a house asks for it.
 */
export const energySchema = z.strictObject({
  /** What a life begins with. */
  start: z.number().positive().default(40),
  /** What each step costs. */
  perStep: z.number().min(0).default(1),
  /** What each sampled token costs. */
  perToken: z.number().min(0).default(0.005),
  /** What each unit of value pays. */
  perValue: z.number().min(0).default(3),
  /** No life holds more. */
  most: z.number().positive().default(100),
}).refine(({ start, most }) => start <= most, {
  path: ["start"],
  message: "must not be above most",
});

/** How energy is spent and earned. */
export type EnergySettings = z.infer<typeof energySchema>;

/**
 * The energy after a step.
 *
 * @param energy before it
 * @param spent what the step took: tokens sampled, and the sum of its value terms
 * @param settings see {@linkcode energySchema}
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
