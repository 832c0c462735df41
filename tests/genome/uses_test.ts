import { assertEquals, assertRejects } from "@std/assert";
import { prepareResponse } from "../../src/genome/mod.ts";

/** What a response uses of `own`, heard as the shell hears it. */
async function uses(response: string, own: Record<string, unknown> = {}): Promise<string[]> {
  const heard: string[] = [];
  const keep = (...args: readonly unknown[]): void => {
    if (args.length === 2) own[String(args[0])] = args[1];
  };
  const used = (name: string, value: unknown): unknown => {
    heard.push(name);
    return value;
  };
  const make = new Function(`"use strict"; return ${prepareResponse(response).expression}`);
  await make()(keep, used).call(own);
  return heard;
}

const add = (a: number, b: number): number => a + b;
const cases: readonly { readonly name: string; readonly code: string; readonly heard: string[] }[] =
  [
    {
      name: "a call by its bare name",
      code: "function add(a, b) { return a + b; } add(1, 2);",
      heard: ["add"],
    },
    { name: "a call of this", code: "console.assert(this.add(1, 2) === 3);", heard: ["add"] },
    { name: "an awaited call", code: "await this.later();", heard: ["later"] },
    {
      name: "calls in calls, inner first",
      code: "this.add(this.add(1, 2), 3);",
      heard: ["add", "add"],
    },
    { name: "an optional call that is made", code: "this.add?.(1, 2);", heard: ["add"] },
    {
      name: "a reading",
      code: "return this.label.length + this.list[0];",
      heard: ["label", "list"],
    },
    {
      name: "a reading at the head of a chain",
      code: "return this.label?.length;",
      heard: ["label"],
    },
    {
      name: "nothing that is written",
      code:
        "this.a = 1; this.b ??= 2; this.c++; delete this.d; [this.e] = [1]; ({ x: this.f } = { x: 1 }); for (this.g of [1]);",
      heard: [],
    },
    {
      name: "nothing in a branch not taken",
      code: "if (false) this.add(1, 2); true || this.add(1, 2);",
      heard: [],
    },
    {
      name: "nothing in a nested function",
      code: "const f = () => this.add(1, 2);\nclass A { x = this.add; }",
      heard: [],
    },
    {
      name: "nothing that every agent has",
      code: "this.state; this.query; typeof this.execute; this.llm;",
      heard: [],
    },
    {
      name: "a name that the code means itself",
      code: "const $used = 1; this.add($used, 1);",
      heard: ["add"],
    },
    { name: "a tagged template is no reading", code: "this.tag`x`;", heard: [] },
  ];

for (const { name, code, heard } of cases) {
  Deno.test(`markUses() hears ${name}`, async () => {
    const own = { add, label: "x", list: [1], later: () => Promise.resolve(1), tag: () => 1 };
    assertEquals(await uses(code, own), heard);
  });
}

Deno.test("markUses() does not hear a call that threw, nor a promise that was rejected", async () => {
  const own = {
    fails: () => {
      throw new Error("no");
    },
    rejects: () => Promise.reject(new Error("no")),
  };
  assertEquals(await uses("try { this.fails(); } catch {}", own), []);
  assertEquals(await uses("try { await this.rejects(); } catch {}", own), []);
  await assertRejects(() => uses("this.fails();", own), Error, "no");
});

Deno.test("markUses() leaves `this` of a method and the value of a call as they are", async () => {
  const own = {
    state: 0,
    n: 2,
    twice(): number {
      return 2 * this.n;
    },
  };
  await uses("this.state = this.twice() + (this.twice)();", own);
  assertEquals(own.state, 8);
});
