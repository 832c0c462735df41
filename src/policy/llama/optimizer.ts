import { type Graph, ops, type Value } from "../../onnx/mod.ts";

const { add, div, minimum, mul, reduceSum, reshape, sqrt, sub } = ops;

/** Adam's constants (Kingma & Ba 2015) and the bound on the gradient's norm. */
export interface OptimizerOptions {
  /** Decay of the first moment. @default 0.9 */
  readonly beta1?: number;
  /** Decay of the second moment. @default 0.95 */
  readonly beta2?: number;
  /** Added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
  /** The gradient is scaled down to this norm. @default 1 */
  readonly maxGradNorm?: number;
}

/**
 * Adds clipping and Adam, and names the next state.
 *
 * @param width a divisor of the number of parameters
 */
export function adam(
  graph: Graph,
  parameters: Value,
  gradient: Value,
  width: number,
  options: OptimizerOptions,
): void {
  const { beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, maxGradNorm = 1 } = options;
  const { dtype, shape } = parameters;
  const [m, v] = [graph.input("m", dtype, shape), graph.input("v", dtype, shape)];
  const rate = graph.input("learning_rate", dtype, []);
  const correction1 = graph.input("correction1", dtype, []);
  const correction2 = graph.input("correction2", dtype, []);
  // In two stages: one running sum over a million squares in float32 is wrong in the fifth digit.
  const square = mul(gradient, gradient);
  const norm = sqrt(
    reduceSum(reduceSum(reshape(square, [Number(shape[0]) / width, width]), [1]), [0]),
  );
  const shrink = minimum(div(graph.scalar(dtype, maxGradNorm), add(norm, 1e-6)), 1);
  // The factors meet as scalars first: each pass over the parameters costs.
  const m1 = add(mul(m, beta1), mul(gradient, mul(shrink, 1 - beta1)));
  const v1 = add(mul(v, beta2), mul(square, mul(mul(shrink, shrink), 1 - beta2)));
  // lr · (m/c1) / (√(v/c2) + ε) = (lr · √c2 / c1) · m / (√v + ε·√c2)
  const root2 = sqrt(correction2);
  const step = div(m1, add(sqrt(v1), mul(root2, epsilon)));
  graph.output("parameters_next", sub(parameters, mul(step, div(mul(rate, root2), correction1))));
  graph.output("m_next", m1);
  graph.output("v_next", v1);
  graph.output("grad_norm", norm);
}
