import { Graph, ops, type Value } from "../../onnx/mod.ts";
import { type Cache, readPrompt, readToken, type Surroundings } from "./cached_forward.ts";
import type { LlamaConfig } from "./config.ts";
import { batchAxis } from "./forward.ts";
import { constantWeights, pairOf, rotaryTables } from "./layers.ts";

const {
  add,
  cast,
  cumulativeSum,
  div,
  equal,
  gather,
  lessOrEqual,
  logSoftmax,
  loop,
  minimum,
  mul,
  not,
  or,
  pick,
  reduceMin,
  reduceSum,
  reshape,
  slice,
  softmax,
  sub,
} = ops;

/**
 * Sampling as one graph: the prompts are read at once, then a loop writes one token a turn.
 *
 * Inputs, with prompts padded on the left: `ids` int32 [batch, promptLength]; `padding` int64 [batch],
 * how many of them are padding; `uniforms` [maxTokens, batch] in [0, 1); `temperature` [batch];
 * `limit` int64 [batch], the most tokens of a row; `stop` int32 [], the token that ends a row.
 *
 * Outputs: `first_token` int32 [batch], `first_lp` [batch]; `tokens` [turns, batch], `lps`
 * [turns, batch]. Turns end when every row has ended; what a row holds after its end means nothing.
 */
export function samplingGraph(
  config: LlamaConfig,
  parameters: Float32Array<ArrayBuffer>,
  { promptLength, maxTokens }: { readonly promptLength: number; readonly maxTokens: number },
): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", "int32", [batchAxis, promptLength]);
  const padding = graph.input("padding", "int64", [batchAxis]);
  const uniforms = graph.input("uniforms", "float32", [maxTokens, batchAxis]);
  const temperature = graph.input("temperature", "float32", [batchAxis]);
  const limit = graph.input("limit", "int64", [batchAxis]);
  const stop = graph.input("stop", "int32", []);
  const surroundings: Surroundings = {
    config,
    weights: constantWeights(graph, config, parameters),
    ...rotaryTables(graph, config, "float32"),
  };

  const prompt = readPrompt(surroundings, ids, padding);
  const draw = (logits: Value, turn: Value) => sample(logits, gather(uniforms, turn), temperature);
  const first = draw(prompt.logits, graph.scalar("int64", 0));
  const ended = (token: Value, count: Value): Value =>
    or(equal(token, stop), lessOrEqual(limit, count));
  const firstEnded = ended(first.token, graph.scalar("int64", 1));
  graph.output("first_token", first.token);
  graph.output("first_lp", first.lp);

  const caches = prompt.caches.flatMap(({ keys, values }) => [keys, values]);
  const { gathered } = loop({
    graph,
    turns: graph.scalar("int64", maxTokens - 1),
    begin: anyFalse(firstEnded),
    carried: [first.token, firstEnded, prompt.keyMask, ...caches],
    growing: [[2, 3, "past"], ...caches.map((_, i) => [i + 3, 2, "past"] as const)],
    body: (turn, [token, done, keyMask, ...past]) => {
      if (token === undefined || done === undefined || keyMask === undefined) {
        throw new RangeError("the loop lacks what it carries");
      }
      const position = sub(add(turn, promptLength), padding);
      const layers = pairs(past);
      const step = readToken(surroundings, token, position, keyMask, layers);
      const count = add(turn, 1);
      const next = draw(step.logits, count);
      const nextDone = or(done, ended(next.token, add(count, 1)));
      return {
        again: anyFalse(nextDone),
        carried: [
          next.token,
          nextDone,
          step.keyMask,
          ...step.caches.flatMap(({ keys, values }) => [keys, values]),
        ],
        gathered: [next.token, next.lp],
      };
    },
  });
  const [tokens, lps] = pairOf(gathered);
  graph.output("tokens", tokens);
  graph.output("lps", lps);
  return graph;
}

/**
 * Draws a token a row by inverting the cumulative distribution: the first token whose running sum
 * exceeds uniform · total.
 *
 * @param logits [batch, vocabulary]
 * @returns the tokens, int32 [batch], and their log-probabilities, [batch]
 */
function sample(
  logits: Value,
  uniform: Value,
  temperature: Value,
): { readonly token: Value; readonly lp: Value } {
  const vocabulary = Number(logits.shape[1]);
  const scaled = div(logits, reshape(temperature, [batchAxis, 1]));
  const sums = cumulativeSum(softmax(scaled), 1);
  const total = slice(sums, 1, vocabulary - 1, vocabulary);
  // A float32 made from a number just below 1 may be 1: then no running sum would exceed the threshold.
  const below = minimum(uniform, 1 - 2 ** -24);
  const threshold = mul(reshape(below, [batchAxis, 1]), total);
  const token = reduceSum(cast(lessOrEqual(sums, threshold), "int32"), [1]);
  return { token, lp: pick(logSoftmax(scaled), token) };
}

function anyFalse(flags: Value): Value {
  const least = reduceMin(cast(flags, "int32"), [0]);
  return not(cast(least, "bool"));
}

function pairs(values: readonly Value[]): readonly Cache[] {
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const [keys, cached] = pairOf(values.slice(2 * i, 2 * i + 2));
    return { keys, values: cached };
  });
}
