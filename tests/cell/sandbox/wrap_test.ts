import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  defaultSandboxLimits,
  exitOf,
  type Layers,
  sandboxLimitsOf,
  withoutLayers,
  wrapCommand,
} from "../../../src/cell/sandbox/mod.ts";

const statement = "";
const all: Layers = {
  bubblewrap: {
    on: true,
    statement,
    path: "/usr/bin/bwrap",
    binds: [{ from: "/opt/deno", to: "/deno" }, { from: "/lib/libc.so.6", to: "/lib/libc.so.6" }],
  },
  prlimit: { on: true, statement, path: "/usr/bin/prlimit" },
  seccomp: { on: true, statement, filters: { strict: "/c/strict.bpf", fast: "/c/fast.bpf" } },
  shell: { path: "/bin/sh", close: [] },
};
const cell = {
  command: "/opt/deno",
  args: [
    "run",
    "--v8-flags=--max-old-space-size=64",
    "--import-map=/w/map.json",
    "/w/cell.js",
    "/w/agent.js",
  ],
  env: { DENO_DIR: "/dev/null/x" },
  files: ["/w/cell.js", "/w/agent.js", "/w/map.json"],
};
const limits = { dataMb: 2, cpuSeconds: 9, openFiles: 32 };

Deno.test("wrapCommand() puts shell, limits, bubblewrap and Deno around one another", () => {
  const { command, args, env } = wrapCommand(cell, all, "strict", limits);
  assertEquals(env, {});
  assertEquals(command, "/bin/sh");
  assertEquals(args.slice(0, 4), [
    "-c",
    'exec 9<"$0"; exec "$@"',
    "/c/strict.bpf",
    "/usr/bin/prlimit",
  ]);
  const caps = ["--data=2097152", "--cpu=9:9", "--fsize=0", "--nofile=32", "--core=0", "--"];
  assertEquals(args.slice(4, 10), caps);
  assertEquals(args[10], "/usr/bin/bwrap");
  assertEquals(args.slice(args.lastIndexOf("--") + 1), [
    "/deno",
    "run",
    "--v8-flags=--max-old-space-size=64,--jitless",
    "--import-map=/cell/map.json",
    "/cell/cell.js",
    "/cell/agent.js",
  ]);
});

Deno.test("wrapCommand() binds nothing writable and only what it was given", () => {
  const { args } = wrapCommand(cell, all, "strict", limits);
  const binds = args.flatMap((arg, at) => arg === "--ro-bind" ? [args.slice(at + 1, at + 3)] : []);
  assertEquals(binds, [
    ["/opt/deno", "/deno"],
    ["/lib/libc.so.6", "/lib/libc.so.6"],
    ["/w/cell.js", "/cell/cell.js"],
    ["/w/agent.js", "/cell/agent.js"],
    ["/w/map.json", "/cell/map.json"],
  ]);
  for (const forbidden of ["--bind", "--dev-bind", "--dev", "--proc", "--share-net", "--tmpfs"]) {
    assert(!args.includes(forbidden), forbidden);
  }
});

Deno.test("wrapCommand() in fast keeps the JIT and caps no data", () => {
  const { args } = wrapCommand(cell, all, "fast", limits);
  assertEquals(args[2], "/c/fast.bpf");
  assertEquals(args.filter((arg) => /jitless|--data/.test(arg)), []);
  assert(args.includes("--nofile=32"));
});

Deno.test("wrapCommand() in portable adds only what V8 itself does", () => {
  const args = cell.args.with(1, "--v8-flags=--max-old-space-size=64,--jitless");
  const { command, env } = cell;
  assertEquals(wrapCommand(cell, all, "portable", limits), { command, args, env });
});

Deno.test("wrapCommand() uses the layers that are on", () => {
  const none = withoutLayers("a test");
  assertEquals(wrapCommand(cell, none, "fast", limits).args, cell.args);
  assertEquals(
    wrapCommand(cell, { ...none, prlimit: all.prlimit }, "fast", limits).command,
    "/usr/bin/prlimit",
  );
  const noFilter = wrapCommand(cell, { ...all, seccomp: none.seccomp }, "strict", limits);
  assertEquals(noFilter.command, "/usr/bin/prlimit");
  assert(!noFilter.args.includes("--seccomp"));
});

Deno.test("wrapCommand() closes what the house inherited", () => {
  const layers = { ...all, shell: { path: "/bin/bash", close: [10, 251] } };
  const { command, args } = wrapCommand(cell, layers, "strict", limits);
  assertEquals(command, "/bin/bash");
  assertEquals(args[1], 'exec 10>&-; exec 251>&-; exec 9<"$0"; exec "$@"');
});

Deno.test("wrapCommand() refuses files that it cannot tell apart inside", () => {
  for (const files of [["/a/x.js", "/b/x.js"], ["x.js"]]) {
    assertThrows(() => wrapCommand({ ...cell, files }, all, "strict", limits), RangeError);
  }
});

Deno.test("exitOf() says the same with and without bubblewrap between", () => {
  const signal = "SIGTRAP";
  assertEquals(exitOf({ code: 133, signal }, false), { code: 133, signal });
  assertEquals(exitOf({ code: 133, signal: null }, true), { code: 133, signal });
  assertEquals(exitOf({ code: 159, signal: null }, true), { code: 159, signal: "SIGSYS" });
  assertEquals(exitOf({ code: 133, signal: null }, false), { code: 133, signal: null });
  assertEquals(exitOf({ code: 1, signal: null }, true), { code: 1, signal: null });
});

Deno.test("sandboxLimitsOf() leaves room for Deno's own pages", () => {
  assertEquals(sandboxLimitsOf({ memoryMb: 320 }), defaultSandboxLimits);
  assertEquals(sandboxLimitsOf({ memoryMb: 10 }).dataMb, 64);
});
