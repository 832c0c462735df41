import { type Graph, ops, type Value } from "../../onnx/mod.ts";
import { batchAxis, lengthAxis } from "./forward.ts";

const { add, and, cast, exp, greater, less, maximum, minimum, mul, neg, or, reduceSum } = ops;
const { stopGradient, sub } = ops;

/** A loss on the log-probabilities of tokens. */
export interface Loss {
  /** What is reported: []. */
  readonly value: Value;
  /** What is differentiated: []; its gradient is that of the loss. */
  readonly surrogate: Value;
  /** 1 where a token counts, else 0: [batch, length]. */
  readonly mask: Value;
  /** Per-token figures to average over the mask. */
  readonly averages: Readonly<Record<string, Value>>;
}

/** L = −Σ weights · lp. Input `weights` [batch, length]: 0 for a token that does not count. */
export function pretrainLoss(graph: Graph, lp: Value): Loss {
  const weights = graph.input("weights", lp.dtype, [batchAxis, lengthAxis]);
  const value = neg(reduceSum(mul(weights, lp), [0, 1]));
  const used = or(greater(weights, 0), less(weights, 0));
  return { value, surrogate: value, mask: cast(used, lp.dtype), averages: {} };
}

/**
 * REINFORCE with a clipped importance ratio (Schulman et al. 2017; unlike bounds: Yu et al. 2025) and a KL
 * penalty by the k3 estimator (Schulman 2020), the sum over tokens divided by a constant (Liu et al.
 * 2025):
 *
 *     ratio = exp(lp − old)    k3 = exp(ref − lp) − (ref − lp) − 1
 *     L = −scale · Σ mask · (min(ratio · A, clip(ratio, 1 − low, 1 + high) · A) − beta · k3)
 *
 * All of it is one coefficient a token: dL/dlp = −scale · mask · (A · ratio · [not clipped] − beta · (1 −
 * exp(ref − lp))), so the gradient is that of −Σ coefficient · lp with the coefficient held still.
 *
 * Inputs `advantage`, `old`, `reference`, `mask` [batch, length]; scalars `beta`, `clip_low`,
 * `clip_high`, `scale`.
 */
export function reinforceLoss(graph: Graph, lp: Value): Loss {
  const perToken = (name: string) => graph.input(name, lp.dtype, [batchAxis, lengthAxis]);
  const scalar = (name: string) => graph.input(name, lp.dtype, []);
  const [advantage, old, reference, mask] = [
    perToken("advantage"),
    perToken("old"),
    perToken("reference"),
    perToken("mask"),
  ];
  const [beta, low, high, scale] = [
    scalar("beta"),
    scalar("clip_low"),
    scalar("clip_high"),
    scalar("scale"),
  ];
  const now = stopGradient(lp);
  const ratio = exp(sub(now, old));
  const [floor, ceiling] = [sub(1, low), add(high, 1)];
  const bounded = minimum(maximum(ratio, floor), ceiling);
  const clipped = cast(
    or(
      and(greater(advantage, 0), greater(ratio, ceiling)),
      and(less(advantage, 0), less(ratio, floor)),
    ),
    lp.dtype,
  );
  const gap = sub(reference, now);
  const kl = sub(sub(exp(gap), gap), 1);
  const objective = sub(minimum(mul(ratio, advantage), mul(bounded, advantage)), mul(kl, beta));
  const pull = mul(sub(1, exp(gap)), beta);
  const push = mul(mul(advantage, ratio), sub(1, clipped));
  const weight = mul(mask, scale);
  return {
    value: neg(reduceSum(mul(weight, objective), [0, 1])),
    surrogate: neg(reduceSum(mul(mul(weight, sub(push, pull)), lp), [0, 1])),
    mask,
    averages: { kl, clip_ratio: clipped },
  };
}
