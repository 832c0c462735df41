import { encodeModel, Graph, ops, toGraphProto } from "../../onnx/mod.ts";
import type { LlamaConfig } from "./config.ts";
import { batchAxis, forward, lengthAxis } from "./forward.ts";
import { constantWeights } from "./layers.ts";
import { checkParameters } from "./parameters.ts";

/**
 * A model as an ONNX file, weights included, for whoever wants to run it without this project: input
 * `input_ids` int64 [batch, length], output `logits` float32 [batch, length, vocab_size].
 *
 * It uses two operators that ONNX Runtime has beyond the standard (`FusedMatMul`, `RotaryEmbedding` of
 * com.microsoft) and its `SimplifiedLayerNormalization`.
 *
 * @param parameters the flat vector (see `parameterLayout`)
 * @returns the bytes of a `ModelProto`
 */
export function encodeLlama(
  config: LlamaConfig,
  parameters: Float32Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  checkParameters(config, parameters);
  const graph = new Graph();
  const ids = graph.input("input_ids", "int64", [batchAxis, lengthAxis]);
  const logits = forward(graph, config, constantWeights(graph, config, parameters), ids);
  graph.output("logits", ops.reshape(logits, [batchAxis, lengthAxis, config.vocab_size]));
  return encodeModel(toGraphProto(graph, "llama"));
}
