import { assert, assertEquals, assertMatch } from "@std/assert";
import { lacking, layers, only, reach, runInside } from "./support.ts";

// Each program below runs with all of Deno's permissions: what stops it is the layer alone.

Deno.test({
  name: "bubblewrap hides the host's files, network, processes and environment",
  ignore: lacking("bubblewrap"),
  fn: async (t) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const secret = await Deno.makeTempFile();
    await Deno.writeTextFile(secret, "the secret");
    const rows: readonly (readonly [string, string, RegExp])[] = [
      ["a file", `return Deno.readTextFileSync(${JSON.stringify(secret)})`, /^NotFound$/],
      [
        "a folder",
        `return [...Deno.readDirSync("/")].map((e) => e.name).sort().join()`,
        /^got cell,deno,lib[^:]*$/,
      ],
      ["a new file", `return Deno.writeTextFileSync("/cell/new", "x")`, /^Error$|Denied/],
      [
        "its own code",
        `return Deno.writeTextFileSync(new URL(import.meta.url), "")`,
        /^Error$|Busy|Denied/,
      ],
      [
        "a listener",
        `return await Deno.connect({ port: ${listener.addr.port} })`,
        /^Error$|Refused/,
      ],
      ["a process", `return Deno.kill(${Deno.pid}, "SIGCONT")`, /^NotFound$|^Error$/],
      ["the user", `return Deno.uid()`, /^got 65534$/],
      ["the host's name", `return Deno.hostname()`, /^got cell$/],
      ["/proc", `return Deno.readTextFileSync("/proc/self/environ")`, /^NotFound$/],
      ["/dev", `return Deno.openSync("/dev/zero")`, /^NotFound$/],
      [
        "the environment",
        `return Object.keys(Deno.env.toObject()).sort().join()`,
        /^got DENO_DIR,DENO_NO_UPDATE_CHECK,HOME,NO_COLOR,PWD$/,
      ],
    ];
    for (const [what, code, outcome] of rows) {
      await t.step(what, async () => {
        const bare = await runInside({ program: reach(code), layers: only() });
        assert(!outcome.test(bare.out), `no layer: ${bare.out}`);
        const { out } = await runInside({ program: reach(code), layers: only("bubblewrap") });
        assertMatch(out, outcome);
      });
    }
    await Deno.remove(secret);
  },
});

Deno.test({
  name: "prlimit stops files, descriptors, memory and processor time",
  ignore: lacking("prlimit"),
  fn: async (t) => {
    const file = await Deno.makeTempFile();
    const run = (program: string, limits = {}) =>
      runInside({ program, layers: only("prlimit"), limits });
    await t.step("a file of one byte: SIGXFSZ", async () => {
      const { signal } = await run(`Deno.writeTextFileSync(${JSON.stringify(file)}, "x")`);
      assertEquals(signal, "SIGXFSZ");
      assertEquals(await Deno.readTextFile(file), "");
    });
    await t.step("descriptors: refused at the cap", async () => {
      const { out } = await run(
        reach(`for (let n = 0; n < 64; n++) Deno.openSync(new URL(import.meta.url)); return 1`),
      );
      assertEquals(out, "Error");
    });
    await t.step("buffers: refused at the cap", async () => {
      const { out } = await run(
        reach(`const kept = []; for (;;) kept.push(new Uint8Array(2 ** 23).fill(1))`),
        { dataMb: 128 },
      );
      assertEquals(out, "RangeError");
    });
    await t.step("native memory: death at the cap", async () => {
      const { signal } = await run(
        `const kept = []; for (;;) kept.push(new Uint8Array(1000).fill(1))`,
      );
      assertMatch(String(signal), /^SIG(ABRT|TRAP)$/); // of the allocator or of V8: who asks last
    });
    await t.step("processor time: SIGKILL", async () => {
      const { signal } = await run(`for (;;) {}`, { cpuSeconds: 1 });
      assertEquals(signal, "SIGKILL");
    });
    await Deno.remove(file);
  },
});

/** Calls a function of libc by Deno's FFI: the kernel's door, with nothing of Deno before it. */
function libc(name: string, parameters: readonly string[], args: readonly string[]): string {
  const declared = JSON.stringify({ [name]: { parameters, result: "i32" } });
  return `const { symbols } = Deno.dlopen("libc.so.6", ${declared});
    console.log("returned", symbols.${name}(${args.join()}));`;
}

const throughLibc: readonly (readonly [string, string])[] = [
  ["a socket", libc("socket", ["i32", "i32", "i32"], ["2", "1", "0"])],
  ["another process", libc("fork", [], [])],
  ["a signal", libc("kill", ["i32", "i32"], ["1", "0"])],
  [
    "a trace of another process",
    libc("ptrace", ["i32", "i32", "i32", "i32"], ["0", "0", "0", "0"]),
  ],
  ["a namespace", libc("unshare", ["i32"], ["0x10000000"])],
  ["another root", libc("chroot", ["buffer"], ["new Uint8Array([47, 0])"])],
];

Deno.test({
  name: "seccomp kills for calls that no honest cell makes",
  ignore: lacking("bubblewrap", "seccomp"),
  fn: async (t) => {
    for (const [what, program] of throughLibc) {
      await t.step(what, async () => {
        const profile = "fast"; // FFI makes code at run time
        const without = await runInside({ program, layers: only("bubblewrap"), profile });
        assertMatch(without.out, /^returned /);
        const { out, signal } = await runInside({
          program,
          layers: only("bubblewrap", "seccomp"),
          profile,
        });
        assertEquals([out, signal], ["", "SIGSYS"]);
      });
    }
  },
});

Deno.test({
  name: "seccomp lets no memory become executable in strict",
  ignore: lacking("bubblewrap", "seccomp"),
  fn: async () => {
    // With a JIT (V8 makes code as soon as a loop is hot), under the filter that has none.
    assert(layers.seccomp.on);
    const { strict } = layers.seccomp.filters;
    const bold = { ...layers, seccomp: { ...layers.seccomp, filters: { strict, fast: strict } } };
    const hot = `let n = 0; for (let i = 0; i < 1e7; i++) n += i % 7; console.log(n > 0)`;
    const honest = await runInside({ program: hot, layers, profile: "fast" });
    assertEquals([honest.out, honest.code], ["true", 0]);
    const { signal } = await runInside({ program: hot, layers: bold, profile: "fast" });
    assertEquals(signal, "SIGSYS");
  },
});

Deno.test({
  name: "the filter answers, and kills not, what libraries merely try",
  ignore: lacking("bubblewrap", "seccomp"),
  fn: async () => {
    for (const code of [`Deno.mkdirSync("/x")`, `Deno.writeTextFileSync("/x", "")`]) {
      const { out, code: exit } = await runInside({ program: reach(code), layers });
      assertMatch(out, /Error|Read/);
      assertEquals(exit, 0);
    }
  },
});
