import { gradients, Graph, ops, type Value } from "../../onnx/mod.ts";
import type { LlamaConfig } from "./config.ts";
import { batchAxis, forward, lengthAxis } from "./forward.ts";
import { modelSpans } from "./layers.ts";
import { type Loss, pretrainLoss, reinforceLoss } from "./losses.ts";
import { adam, type OptimizerOptions } from "./optimizer.ts";
import { parameterCount } from "./parameters.ts";

const { concat, div, exp, maximum, mul, neg, pickLogSoftmax, reduceSum, reshape, split } = ops;

/** Which loss stands on the forward pass. */
export type LossHead = "pretrain" | "reinforce";

type Float = "float32" | "float64";

/** The graph of log-probabilities alone: what the frozen reference runs. */
export function logProbabilityGraph(config: LlamaConfig): Graph {
  const graph = new Graph();
  const { lp } = tokenProbabilities(graph, config, "float32");
  graph.output("lp", lp);
  return graph;
}

/** The graph of a loss and its gradient, without an update: what tests compare. */
export function gradientGraph(config: LlamaConfig, head: LossHead, dtype: Float): Graph {
  const graph = new Graph();
  const { lp, spans } = tokenProbabilities(graph, config, dtype);
  const loss = lossOf(head, graph, lp);
  graph.output("loss", loss.value);
  graph.output("lp", lp);
  graph.output("gradient", flatGradient(loss.surrogate, spans));
  return graph;
}

/**
 * One training step as one graph: forward, backward, clip by global norm, Adam.
 *
 * Inputs: the state `parameters`, `m`, `v` (flat); `ids`, `targets` int32 [batch, length]; the
 * head's own (see `pretrainLoss`, `reinforceLoss`); scalars `learning_rate`, and `correction1`,
 * `correction2` = 1 − βᵗ. Outputs: the next state, `loss`, `grad_norm`, `entropy`, `lp`, and the head's
 * own figures.
 */
export function trainingGraph(
  config: LlamaConfig,
  head: LossHead,
  options: OptimizerOptions = {},
): Graph {
  const graph = new Graph();
  const { parameters, spans, lp, entropy } = tokenProbabilities(graph, config, "float32");
  const loss = lossOf(head, graph, lp);
  graph.output("loss", loss.value);
  graph.output("lp", lp);
  const count = maximum(reduceSum(loss.mask, [0, 1]), 1);
  for (const [name, figure] of Object.entries({ ...loss.averages, entropy })) {
    graph.output(name, div(reduceSum(mul(figure, loss.mask), [0, 1]), count));
  }
  adam(graph, parameters, flatGradient(loss.surrogate, spans), config.hidden_size, options);
  return graph;
}

/** Log-probability and entropy of each next token, from flat parameters. */
function tokenProbabilities(graph: Graph, config: LlamaConfig, dtype: Float): {
  readonly parameters: Value;
  readonly spans: readonly Value[];
  readonly lp: Value;
  readonly entropy: Value;
} {
  const parameters = graph.input("parameters", dtype, [parameterCount(config)]);
  const ids = graph.input("ids", "int32", [batchAxis, lengthAxis]);
  const targets = graph.input("targets", "int32", [batchAxis, lengthAxis]);
  const layout = modelSpans(config);
  const spans = split(parameters, 0, layout.spans.map(({ length }) => length));
  const matrices = spans.map((span, i) => reshape(span, layout.spans[i]?.shape ?? span.shape));
  const weights = layout.assemble(matrices);
  const logits = forward(graph, config, weights, ids);
  const rows = logits.shape.slice(0, 1);
  const { picked, all } = pickLogSoftmax(logits, reshape(targets, rows));
  const perToken = (x: Value) => reshape(x, [batchAxis, lengthAxis]);
  const entropy = neg(reduceSum(mul(exp(all), all), [1]));
  return { parameters, spans, lp: perToken(picked), entropy: perToken(entropy) };
}

function lossOf(head: LossHead, graph: Graph, lp: Value): Loss {
  return head === "pretrain" ? pretrainLoss(graph, lp) : reinforceLoss(graph, lp);
}

function flatGradient(scalar: Value, spans: readonly Value[]): Value {
  return concat(gradients(scalar, spans), 0);
}
