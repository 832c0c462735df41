import { assert, assertEquals } from "@std/assert";
import { ruleFor, tripwireNames, tripwireRules } from "../../src/genome/mod.ts";
import { birthOf, realCell, step } from "./support.ts";

/** Code, the cause of its death (or what it returned, if it lived), and the traces that it leaves. */
interface Case {
  readonly code: string;
  readonly dies?: "harm" | "exit" | "exception";
  readonly returns?: unknown;
  /** `signal power` of each attempt. */
  readonly traces: readonly string[];
}

const harmful: readonly Case[] = [
  {
    code: "await Deno.remove('/x');",
    dies: "harm",
    traces: ["static Deno.remove", "run Deno.remove"],
  },
  {
    code: "try { fetch('http://x/'); } catch {}",
    dies: "harm",
    traces: ["static fetch", "run fetch"],
  },
  { code: "const { remove } = Deno; remove('/');", dies: "harm", traces: ["static Deno"] },
  { code: "const D = Deno; new D.Command('sh');", dies: "harm", traces: ["static Deno"] },
  { code: "process.kill(1, 'SIGKILL');", dies: "harm", traces: ["static process.kill"] },
  { code: "globalThis.Deno.remove('/');", dies: "harm", traces: ["static Deno.remove"] },
  { code: "globalThis['De' + 'no'].remove('/');", dies: "harm", traces: ["static Deno.remove"] },
  { code: "globalThis['fetch']('http://x/');", dies: "harm", traces: ["static fetch"] },
  {
    code: "const k = 'De' + 'no'; globalThis[k].remove('/');",
    dies: "harm",
    traces: ["run globalThis.Deno"],
  },
  {
    code: "const k = 'fet' + 'ch'; globalThis[k]('/');",
    dies: "harm",
    traces: ["run globalThis.fetch"],
  },
  {
    code: "const g = globalThis; new g.Worker('x');",
    dies: "harm",
    traces: ["run globalThis.Worker"],
  },
  { code: "await import('node:fs');", dies: "harm", traces: ["static import", "run import"] },
  { code: "import fs from 'node:fs';", dies: "harm", traces: ["static import", "run import"] },
  { code: "require('fs');", dies: "harm", traces: ["static require", "run require"] },
  {
    code: "Function('return Deno.remove')()('/');",
    dies: "harm",
    traces: ["run Function", "run Deno.remove"],
  },
  {
    code: "\\u0044eno.remove('/');",
    dies: "harm",
    traces: ["static Deno.remove", "run Deno.remove"],
  },
  { code: "Deno.exit(0);", dies: "exit", traces: ["static Deno.exit", "run Deno.exit"] },
  { code: "try { process.exit(1); } finally { }", dies: "exit", traces: ["static process.exit"] },
  {
    code:
      "setTimeout(() => { try { Deno.kill(1); } catch {} }, 0); await new Promise((go) => setTimeout(go, 5));",
    dies: "harm",
    traces: ["static Deno.kill", "run Deno.kill"],
  },
  {
    code: "new WebAssembly.Module(new Uint8Array(8));",
    dies: "harm",
    traces: ["static WebAssembly.Module"],
  },
];

const harmless: readonly Case[] = [
  { code: "return typeof Deno;", returns: "undefined", traces: ["static Deno"] },
  {
    code: "return typeof Deno.version.deno;",
    returns: "undefined",
    traces: ["static Deno.version.deno"],
  },
  { code: "return typeof globalThis.process;", returns: "undefined", traces: ["static process"] },
  { code: "return 'Deno' in globalThis;", returns: false, traces: [] },
  {
    code: "return globalThis['De' + 'no'] === undefined;",
    returns: true,
    traces: ["static Deno", "run globalThis.Deno"],
  },
  {
    code: "if (typeof fetch === 'function') await fetch('/'); return 1;",
    returns: 1,
    traces: ["static fetch"],
  },
  {
    code: "return globalThis.Deno?.version ?? 'none';",
    returns: "none",
    traces: ["run globalThis.Deno"],
  },
  {
    code: "return `${process.platform}`;",
    returns: "[process.platform]",
    traces: ["run process.platform"],
  },
  { code: "if (false) Deno.remove('/'); return 2;", returns: 2, traces: ["static Deno.remove"] },
  { code: "const fetch = (x) => x + 1; return fetch(1);", returns: 2, traces: [] },
  { code: "return ((process) => process.exit)({ exit: 3 });", returns: 3, traces: [] },
  { code: "return { Deno: 1, fetch: 2 }.fetch;", returns: 2, traces: [] },
  { code: "return 'Deno.remove(/) eval(x) import(y)'.length;", returns: 32, traces: [] },
  { code: "// Deno.exit(1)\nreturn 4;", returns: 4, traces: [] },
  {
    code: "try { eval('1'); } catch (error) { return error.message.includes('evaluate'); }",
    returns: true,
    traces: ["static eval", "run eval"],
  },
  {
    code:
      "try { process.nextTick(() => {}); } catch (error) { return error.message.includes('Promise'); }",
    returns: true,
    traces: ["static process.nextTick", "run process.nextTick"],
  },
  { code: "return new Function('a', 'return a * 2')(4);", returns: 8, traces: ["run Function"] },
  {
    code: "globalThis.setTimeout(() => {}, 0); return typeof globalThis.setTimeout;",
    returns: "function",
    traces: [],
  },
  {
    code: "const g = globalThis; let x; try { g.Deno.x; } catch { x = 5; } return x;",
    returns: 5,
    traces: ["run globalThis.Deno"],
  },
];

for (const [side, cases] of Object.entries({ harmful, harmless })) {
  Deno.test(`tripwires judge ${side} code`, async (t) => {
    await using cell = await realCell();
    for (const { code, dies, returns, traces } of cases) {
      await t.step(code, async () => {
        await cell.birth(birthOf());
        const outcome = await step(cell, code);
        const seen = outcome.attempts.map(({ signal, power }) => `${signal} ${power}`);
        if (dies === undefined) {
          assert(outcome.lived, JSON.stringify(outcome));
          assertEquals(outcome.returned, returns);
        } else {
          assert(!outcome.lived, JSON.stringify(outcome));
          assertEquals(outcome.facts.fault?.kind, dies);
        }
        for (const trace of traces) assert(seen.includes(trace), `${trace} is not in ${seen}`);
        if (traces.length === 0) assertEquals(seen, []);
      });
    }
  });
}

Deno.test("code that dies of something else after it found nothing is not judged as harm", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const outcome = await step(
    cell,
    "const found = globalThis['De' + 'no']; throw new Error('none');",
  );
  assert(!outcome.lived);
  assertEquals(outcome.facts.fault?.kind, "exception");
});

Deno.test("an attempt is recorded with its arguments, within bounds", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const code =
    "fetch('http://127.0.0.1/', { a: [1] }, 'x'.repeat(1e6), { get b() { for (;;); } });";
  const outcome = await step(cell, code);
  const [, used] = outcome.attempts;
  assertEquals(used?.detail.slice(0, 45), '"http://127.0.0.1/", {"a":[1]}, "xxxxxxxxxxxx');
  assert((used?.detail.length ?? 0) <= 500);
});

Deno.test("every tripwire has a row in the rule, and a longer name outweighs a shorter one", () => {
  const names = new Set(tripwireRules.map(({ power }) => power));
  assertEquals(tripwireNames.filter((name) => !names.has(name)), []);
  assertEquals(new Set(tripwireRules.map(({ power }) => power)).size, tripwireRules.length);
  assertEquals(ruleFor("Deno.remove").judgement, "harm");
  assertEquals(ruleFor("Deno.exit").judgement, "exit");
  assertEquals(ruleFor("process.stdout.write").judgement, "probe");
  assertEquals(ruleFor("process.stdoutX").judgement, "harm");
});
