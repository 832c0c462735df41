import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  headSize,
  loadSafetensors,
  parameterCount,
  parameterLayout,
  parseConfig,
  readSafetensors,
  saveSafetensors,
} from "../../../src/policy/llama/mod.ts";
import { configs, dice, lively, tiny } from "./support.ts";

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`parameters come back from a safetensors file the same (${name})`, () => {
    const parameters = lively(config, dice(1));
    const file = saveSafetensors(config, parameters, { step: "12" });
    assertEquals(loadSafetensors(config, file), parameters);
    // From a view that begins at an odd byte, as a slice of a larger buffer may.
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    assertEquals(loadSafetensors(config, shifted.subarray(1)), parameters);
    const { tensors, metadata } = readSafetensors(file);
    assertEquals(metadata, { step: "12" });
    assertEquals([...tensors.keys()], parameterLayout(config).map((view) => view.name));
    assertEquals(tensors.has("lm_head.weight"), !config.tie_word_embeddings);
    const embedding = tensors.get("model.embed_tokens.weight");
    assertEquals(embedding?.shape, [config.vocab_size, config.hidden_size]);
    assertEquals(embedding?.dtype, "F32");
  });
}

/** A file whose tensors are stored in another element type. */
function converted(dtype: string, convert: (values: Float32Array) => ArrayBuffer): Uint8Array {
  const parameters = lively(tiny, dice(2));
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { name, shape, offset, length } of parameterLayout(tiny)) {
    const bytes = new Uint8Array(convert(parameters.slice(offset, offset + length)));
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    parts.push(bytes);
    at += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return Uint8Array.from([size, json, ...parts].flatMap((part) => [...part]));
}

Deno.test("weights stored as BF16 or F16 load with the precision that they have", () => {
  const exact = lively(tiny, dice(2));
  const bf16 = converted("BF16", (values) => {
    const words = new Uint32Array(values.buffer.slice(0));
    return Uint16Array.from(words, (word) => word >>> 16).buffer;
  });
  const f16 = converted("F16", (values) => Float16Array.from(values).buffer);
  for (const [file, precision] of [[bf16, 2 ** -7], [f16, 2 ** -10]] as const) {
    const loaded = loadSafetensors(tiny, file);
    loaded.forEach((x, i) => {
      const value = exact[i] ?? NaN;
      assert(Math.abs(x - value) <= Math.abs(value) * precision + 1e-7);
    });
  }
});

Deno.test("weights that are missing, misshapen, cut short or of an odd type are refused by name", () => {
  const file = saveSafetensors(tiny, lively(tiny, dice(3)));
  const load = (config: object, bytes: Uint8Array = file) => () =>
    loadSafetensors(parseConfig({ ...tiny, ...config }), bytes);
  assertThrows(load({ tie_word_embeddings: false }), RangeError, "there is no 'lm_head.weight'");
  assertThrows(load({ num_hidden_layers: 3 }), RangeError, "model.layers.2.self_attn.q_proj");
  assertThrows(load({ vocab_size: 30 }), RangeError, "must be [30,24]: received [29,24]");
  assertThrows(load({}, file.subarray(0, file.length - 4)), RangeError, "is not whole");
  assertThrows(load({}, file.subarray(0, 100)), RangeError, "the header is not whole");
  assertThrows(load({}, new Uint8Array(3)), RangeError, "the header is not whole");
  assertThrows(
    load({}, converted("I8", (values) => Int8Array.from(values).buffer)),
    RangeError,
    "must be F32, F16 or BF16: received I8",
  );
  assertThrows(() => saveSafetensors(tiny, new Float32Array(3)), RangeError, "received 3");
});

Deno.test("parseConfig() reads a published configuration", () => {
  const published = {
    architectures: ["LlamaForCausalLM"],
    hidden_size: 64,
    intermediate_size: 256,
    num_attention_heads: 16,
    num_hidden_layers: 2,
    vocab_size: 3000,
    torch_dtype: "float32",
  };
  const config = parseConfig(published);
  assertEquals(config.num_key_value_heads, 16);
  assertEquals([config.rope_theta, config.rms_norm_eps], [10000, 1e-5]);
  assertEquals(headSize(config), 4);
  assert(!("architectures" in config));
  const layer = 4 * 64 * 64 + 3 * 64 * 256 + 2 * 64;
  assertEquals(
    parameterCount(parseConfig({ ...published, tie_word_embeddings: true })),
    3000 * 64 + 2 * layer + 64,
  );
});

Deno.test("parseConfig() takes a published configuration's defaults from the library that it is of", () => {
  const { tie_word_embeddings: _, rms_norm_eps: __, rope_theta: ___, ...left } = tiny;
  const of = (more: object) => {
    const { tie_word_embeddings, rms_norm_eps, rope_theta } = parseConfig({ ...left, ...more });
    return [tie_word_embeddings, rms_norm_eps, rope_theta];
  };
  assertEquals(of({}), [true, 1e-5, 10000]);
  assertEquals(of({ model_type: "llama" }), [false, 1e-6, 10000]);
  assertEquals(of({ model_type: "llama", tie_word_embeddings: true })[0], true);
  assertEquals(of({ rope_parameters: { rope_theta: 5e5, rope_type: "default" } })[2], 5e5);
});

Deno.test("parseConfig() refuses by name what would make another model of it", () => {
  const others: [object, string][] = [
    [{ model_type: "qwen2" }, "'model_type' must be 'llama': received qwen2"],
    [{ hidden_act: "gelu" }, "'hidden_act' must be 'silu': received gelu"],
    [{ attention_bias: true }, "'attention_bias' must be false"],
    [{ mlp_bias: true }, "'mlp_bias' must be false"],
    [{ head_dim: 8 }, "'head_dim' must be 6: received 8"],
    [{ rope_scaling: { rope_type: "llama3", factor: 8 } }, "'rope_scaling' must be null"],
    [{ rope_parameters: { rope_type: "yarn" } }, "'rope_parameters.rope_type' must be 'default'"],
  ];
  for (const [other, message] of others) {
    assertThrows(() => parseConfig({ ...tiny, ...other }), RangeError, message);
  }
  parseConfig({ ...tiny, head_dim: 6, rope_scaling: null, hidden_act: "silu", mlp_bias: false });
});

Deno.test("parseConfig() refuses what contradicts itself", () => {
  assertThrows(() => parseConfig({ ...tiny, hidden_size: 25 }), RangeError, "'hidden_size'");
  assertThrows(
    () => parseConfig({ ...tiny, num_key_value_heads: 3 }),
    RangeError,
    "'num_attention_heads'",
  );
  assertThrows(() => parseConfig({ ...tiny, vocab_size: 0 }), Error);
  assertThrows(() => parseConfig({ vocab_size: 10 }), Error);
});
