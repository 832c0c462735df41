import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { loadSafetensors, parameterLayout, parseConfig } from "../../src/policy/llama/mod.ts";
import {
  parseBatch,
  policyStep,
  report,
  type StepReport,
  type TensorSummary,
} from "../../scripts/policy_step.ts";
import { mersenneTwister, torchInit } from "../../scripts/policy_step/torch_init.ts";
import { root } from "../support/command.ts";

/** What PyTorch made of one step; see `fixtures/make.py`. */
async function fixture(name: string) {
  const path = (end: string) => `${root}/tests/scripts/fixtures/${name}.${end}`;
  const json = async (end: string) => JSON.parse(await Deno.readTextFile(path(`${end}.json`)));
  const config = parseConfig(await json("config"));
  const vector = async (end: string) => loadSafetensors(config, await Deno.readFile(path(end)));
  return {
    path,
    config,
    batch: parseBatch(config, await json("batch")),
    parameters: await vector("safetensors"),
    expected: await json("expected") as StepReport,
    gradient: await vector("gradient.safetensors"),
    after: await vector("after.safetensors"),
  };
}

function assertClose(actual: number, expected: number, relative: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.abs(expected);
  assertLess(error, relative, `${what}: ${actual} for ${expected}`);
}

type Summaries = Readonly<Record<string, TensorSummary>>;

for (const name of ["grouped", "untied", "mixed"]) {
  Deno.test(`policyStep() gives the figures that PyTorch printed (${name})`, async () => {
    const { config, batch, parameters, expected } = await fixture(name);
    const step = await policyStep(config, parameters, batch);
    const actual = report(config, batch, step, { adam: true });
    assertEquals(Object.keys(actual), Object.keys(expected));
    assertEquals(actual.parameters, expected.parameters);
    assertClose(actual.loss, expected.loss, 1e-5, "loss");
    assertClose(actual.grad_norm, expected.grad_norm, 1e-4, "grad_norm");
    assertEquals(actual.logp.map(({ length }) => length), expected.logp.map((row) => row.length));
    actual.logp.flat().forEach((lp, i) => assertClose(lp, expected.logp.flat()[i]!, 1e-5, "logp"));
    const sizes = new Map(parameterLayout(config).map((view) => [view.name, view.length]));
    const compare = (mine: Summaries, theirs: Summaries, relative: number) => {
      assertEquals(Object.keys(mine), Object.keys(theirs));
      for (const [tensor, { norm, sum }] of Object.entries(theirs)) {
        assertClose(mine[tensor]!.norm, norm, relative, tensor);
        // A sum may be near 0: its error is measured against the greatest sum of that norm.
        const greatest = norm * Math.sqrt(sizes.get(tensor)!);
        assertLess(Math.abs(mine[tensor]!.sum - sum) / greatest, relative, tensor);
      }
    };
    compare(actual.grads, expected.grads, 1e-4);
    compare(actual.after_adam!, expected.after_adam!, 1e-5);
  });

  Deno.test(`policyStep() gives every number of PyTorch's gradient and of its next weights (${name})`, async () => {
    const { config, batch, parameters, gradient, after } = await fixture(name);
    const step = await policyStep(config, parameters, batch);
    for (const { name: tensor, offset, length } of parameterLayout(config)) {
      const gap = (mine: Float32Array, theirs: Float32Array) => {
        const part = theirs.subarray(offset, offset + length);
        const difference = mine.subarray(offset, offset + length).map((x, i) => x - part[i]!);
        return Math.hypot(...difference) / Math.hypot(...part);
      };
      assertLess(gap(step.gradient, gradient), 1e-4, `gradient of ${tensor}`);
      assertLess(gap(step.after, after), 1e-5, `${tensor} after Adam`);
      assert(gap(parameters, after) > 1e-4, `${tensor} did not move`);
    }
  });
}

Deno.test("torchInit() draws the weights that PyTorch draws from the same seed", async () => {
  const { config, parameters } = await fixture("untied");
  const drawn = torchInit(config, 11);
  const gaps = drawn.map((x, i) => Math.abs(x - parameters[i]!));
  assertLess(Math.max(...gaps), 3e-7);
  assertThrows(() => torchInit(config, -1), RangeError, "received -1");
  const narrow = parseConfig({ ...config, hidden_size: 12 });
  assertThrows(() => torchInit(narrow, 1), RangeError, "received 12");
});

Deno.test("mersenneTwister() gives the published ten-thousandth number", () => {
  // ISO C++, [rand.predef]: of mt19937 with its default seed, 5489.
  const draw = mersenneTwister(5489);
  const last = Array.from({ length: 10_000 }, draw).at(-1);
  assertEquals(last, 4123659995);
});

Deno.test("policy_step.ts as a command takes the reference's arguments and prints its JSON", async () => {
  const { path, config, batch, parameters } = await fixture("grouped");
  const files = ["--config", path("config.json"), "--weights", path("safetensors")];
  const run = (...more: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=policy", "scripts/policy_step.ts", "step", ...files]
        .concat("--batch", path("batch.json"), more),
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
  const { code, stdout, stderr } = await run();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const printed = JSON.parse(new TextDecoder().decode(stdout));
  // Two threads there, one here: the same bits.
  assertEquals(printed, report(config, batch, await policyStep(config, parameters, batch)));
  assertEquals("after_adam" in printed, false);
});

Deno.test("parseBatch() refuses rows that do not fit", async () => {
  const { config } = await fixture("grouped");
  const refuses = (ids: number[][], w: number[][], message: string) =>
    assertThrows(() => parseBatch(config, { ids, w }), RangeError, message);
  refuses([[1, 2, 3], [1, 2]], [[1, 1], [1, 1]], "equally long");
  refuses([[1, 2, 3]], [[1, 1], [1, 1]], "1 rows of 2");
  refuses([[1, 2, 3]], [[1, 1, 1]], "1 rows of 2");
  refuses([[1, 2, 48]], [[1, 1]], "received 48");
  assertThrows(() => parseBatch(config, { ids: [[1, -2]], w: [[1]] }), Error);
});
