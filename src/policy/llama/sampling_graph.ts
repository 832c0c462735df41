import { Graph, ops, type Value } from "../../onnx/mod.ts";
import {
  type Cache,
  constantModel,
  hidden,
  logitsOf,
  readPrompts,
  readToken,
  roomAxis,
} from "./cached_forward.ts";
import { headSize, type LlamaConfig } from "./config.ts";
import { batchAxis, lengthAxis } from "./forward.ts";
import { pairOf } from "./layers.ts";

const {
  add,
  cast,
  concat,
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
  where,
} = ops;

/** Names of a graph's caches, layer by layer: keys, values. */
export function cacheNames({ num_hidden_layers }: LlamaConfig, prefix: string): string[] {
  return Array.from(
    { length: num_hidden_layers },
    (_, layer) => [`${prefix}_keys_${layer}`, `${prefix}_values_${layer}`],
  ).flat();
}

/**
 * Reads prompts, and draws the first token of each answer.
 *
 * Inputs, with prompts padded at their end: `ids` int32 [batch, length]; `last` int64 [batch], where the
 * last token of each is among all tokens; `uniform` and `temperature` [batch].
 *
 * Outputs: `token` int32 [batch], `lp` [batch], and the caches, `new_…` [batch, kvHeads, length, headSize].
 */
export function promptGraph(config: LlamaConfig, parameters: Float32Array<ArrayBuffer>): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", "int32", [batchAxis, lengthAxis]);
  const last = graph.input("last", "int64", [batchAxis]);
  const uniform = graph.input("uniform", "float32", [batchAxis]);
  const temperature = graph.input("temperature", "float32", [batchAxis]);
  const model = constantModel(graph, config, parameters);
  const { stream, caches } = readPrompts(model, ids);
  const { token, lp } = draw(logitsOf(model, gather(stream, last)), uniform, temperature);
  graph.output("token", token);
  graph.output("lp", lp);
  const names = cacheNames(config, "new");
  caches.flatMap(flat).forEach((cache, index) => graph.output(names[index] ?? "", cache));
  return graph;
}

/**
 * Goes on with answers for some turns: a loop that writes one token a row a turn.
 *
 * Inputs: `token` int32 [batch], the last one written, not read yet; `past` int64 [batch], how many tokens
 * came before it; `uniforms` [turns, batch] in [0, 1); `temperature` [batch]; `left` int64 [batch], the
 * most tokens that a row may still have; `stop` int32 [batch], the token that ends it; `room` int64 [1]; `columns`
 * int64 [room], 0, 1, 2 …; the caches of what came before, `old_…` [batch, kvHeads, room, headSize].
 *
 * Outputs: `tokens` int32 [turns, batch], `lps` [turns, batch], and the caches of the tokens that were
 * read, `new_…` [batch, kvHeads, turns, headSize]. Turns end when every row has ended; what a row holds
 * after its end means nothing.
 */
export function turnsGraph(
  config: LlamaConfig,
  parameters: Float32Array<ArrayBuffer>,
  turns: number,
): Graph {
  const graph = new Graph();
  const token = graph.input("token", "int32", [batchAxis]);
  const past = graph.input("past", "int64", [batchAxis]);
  const uniforms = graph.input("uniforms", "float32", [turns, batchAxis]);
  const temperature = graph.input("temperature", "float32", [batchAxis]);
  const left = graph.input("left", "int64", [batchAxis]);
  const stop = graph.input("stop", "int32", [batchAxis]);
  const room = graph.input("room", "int64", [1]);
  const columns = graph.input("columns", "int64", [roomAxis]);
  const shape = [batchAxis, config.num_key_value_heads, roomAxis, headSize(config)];
  const caches = cacheNames(config, "old").map((name) => graph.input(name, "float32", shape));
  const model = constantModel(graph, config, parameters);

  const old = pairs(caches);
  const none = caches.map((cache) => slice(cache, 2, 0, 0));
  const beyond = lessOrEqual(reshape(past, [batchAxis, 1]), reshape(columns, [1, roomAxis]));
  const [blind, seen] = [graph.scalar("float32", hidden), graph.scalar("float32", 0)];
  const oldMask = reshape(where(beyond, blind, seen), [batchAxis, 1, 1, roomAxis]);
  // A row that has ended goes on to the end of the turns, but not beyond the model's positions.
  const lastPosition = graph.scalar("int64", config.max_position_embeddings - 1);
  const { carried, gathered } = loop({
    graph,
    turns: graph.scalar("int64", turns),
    begin: graph.constant(Uint8Array.of(1), []),
    carried: [token, lessOrEqual(left, 0), ...none],
    growing: none.map((_, i) => [i + 2, 2, "since"] as const),
    body: (turn, [token, done, ...written]) => {
      if (token === undefined || done === undefined) {
        throw new RangeError("the loop lacks what it carries");
      }
      const count = add(turn, 1);
      const step = readToken(model, token, minimum(add(past, turn), lastPosition), {
        old,
        oldMask,
        since: pairs(written),
        sizes: concat([reshape(count, [1]), room], 0),
      });
      const next = draw(logitsOf(model, step.stream), gather(uniforms, turn), temperature);
      const nextDone = or(done, or(equal(next.token, stop), lessOrEqual(left, count)));
      return {
        again: anyFalse(nextDone),
        carried: [next.token, nextDone, ...step.since.flatMap(flat)],
        gathered: [next.token, next.lp],
      };
    },
  });
  const [tokens, lps] = pairOf(gathered);
  graph.output("tokens", tokens);
  graph.output("lps", lps);
  const names = cacheNames(config, "new");
  carried.slice(2).forEach((cache, index) => graph.output(names[index] ?? "", cache));
  return graph;
}

/**
 * Draws a token a row by inverting the cumulative distribution: the first token whose running sum
 * exceeds uniform · total.
 *
 * @param logits [batch, vocabulary]
 * @returns the tokens, int32 [batch], and their log-probabilities, [batch]
 */
function draw(
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

function flat({ keys, values }: Cache): readonly Value[] {
  return [keys, values];
}

function pairs(values: readonly Value[]): readonly Cache[] {
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const [keys, cached] = pairOf(values.slice(2 * i, 2 * i + 2));
    return { keys, values: cached };
  });
}
