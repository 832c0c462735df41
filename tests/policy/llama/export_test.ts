import { assertEquals, assertLess } from "@std/assert";
import { InferenceSession, Tensor } from "../../../src/onnx/runtime.ts";
import { encodeLlama } from "../../../src/policy/llama/mod.ts";
import { referenceLogits } from "./reference.ts";
import { configs, dice, distance, lively, tokenIds } from "./support.ts";

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`an exported model runs in ONNX Runtime by itself (${name})`, async () => {
    const random = dice(1);
    const parameters = lively(config, random);
    const session = await InferenceSession.create(encodeLlama(config, parameters));
    assertEquals([...session.inputNames, ...session.outputNames], ["input_ids", "logits"]);
    for (const [batch, length] of [[1, 4], [3, 7]] as const) {
      const ids = [...tokenIds(config, random, batch * length)];
      const shape = [batch, length];
      const { logits } = await session.run({
        input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
      });
      assertEquals(logits?.dims, [...shape, config.vocab_size]);
      const expected = Array.from(
        { length: batch },
        (_, b) => referenceLogits(config, parameters, ids.slice(b * length, (b + 1) * length)),
      );
      assertLess(distance(logits?.data as Float32Array, expected.flat(2)), 1e-4);
    }
    await session.release();
  });
}
