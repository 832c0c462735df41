import { assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url).pathname;

/** Loads a model, and ONNX Runtime for it, in a process of its own. */
const program = `
import { Graph, OnnxSession, ops } from "${root}src/onnx/mod.ts";
const graph = new Graph();
const x = graph.input("x", "float32", ["n"]);
graph.output("twice", ops.add(x, x));
const session = await OnnxSession.create(graph);
const { twice } = await session.run({ x: { data: Float32Array.of(1), shape: [1] } });
console.log(twice.data[0]);
await session.dispose();
`;

Deno.test("ONNX Runtime tells nobody, and leaves nothing in the home folder", async () => {
  const home = await Deno.makeTempDir({ prefix: "vivarium-telemetry-" });
  try {
    const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
    const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
    await Deno.writeTextFile(`${home}/program.ts`, program);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-A", `--config=${root}deno.json`, `${home}/program.ts`],
      env: { HOME: home, TMPDIR: home, XDG_CACHE_HOME: `${home}/cache`, DENO_DIR: denoDir },
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), "2\n");
    assertEquals([...Deno.readDirSync(home)].map(({ name }) => name), ["program.ts"]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
