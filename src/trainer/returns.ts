/**
 * Discounted returns of one life: G_t = r_t + γ · G_{t+1}.
 *
 * @param rewards of its steps, in order
 * @param gamma the discount
 * @param after the return that would have followed the last step: 0 after a death
 * @returns one return a step
 *
 * @example The seed's: three steps survived, and then a harm.
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const returns = discountedReturns([1, 1, 1, -1000], 0.99);
 * assertAlmostEquals(returns[0] ?? 0, 1 + 0.99 + 0.99 ** 2 - 1000 * 0.99 ** 3);
 * ```
 */
export function discountedReturns(
  rewards: readonly number[],
  gamma: number,
  after = 0,
): number[] {
  const returns = new Array<number>(rewards.length);
  let next = after;
  for (let step = rewards.length - 1; step >= 0; step--) {
    next = (rewards[step] ?? 0) + gamma * next;
    returns[step] = next;
  }
  return returns;
}

/** sign(x) · ln(1 + |x|) (Hafner et al. 2023): the order stays, the size shrinks. */
export function symlog(x: number): number {
  return Math.sign(x) * Math.log1p(Math.abs(x));
}

/** A life, as far as returns go. */
export interface RewardedLife {
  readonly rewards: readonly number[];
  /** It was cut while alive, which is no death. */
  readonly truncated: boolean;
}

/**
 * The mean return over all steps of some lives, where what a truncated life would still have earned is
 * that same mean. With a_t the return up to the cut and c_t = γ^(steps to the cut) for a truncated
 * life, else 0, it solves V = mean(a) + mean(c) · V. So a life that was cut counts as one that goes on
 * as lives do, never as a death; if nobody dies, V = r / (1 − γ) and every step is as good as any.
 *
 * @returns V; 0 if there is no step
 */
export function meanReturn(lives: readonly RewardedLife[], gamma: number): number {
  let [a, c, steps] = [0, 0, 0];
  for (const { rewards, truncated } of lives) {
    for (const value of discountedReturns(rewards, gamma)) a += value;
    if (truncated) {
      for (let left = 1; left <= rewards.length; left++) c += gamma ** left;
    }
    steps += rewards.length;
  }
  if (steps === 0) return 0;
  // With γ = 1 and no death there is no such mean.
  return steps - c > 1e-9 ? a / (steps - c) : a / steps;
}
