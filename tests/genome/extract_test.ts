import { assertEquals } from "@std/assert";
import { extractCode } from "../../src/genome/mod.ts";

const cases: readonly {
  readonly name: string;
  readonly response: string;
  readonly code: string;
}[] = [
  { name: "no fence: the whole text", response: "return 1;", code: "return 1;" },
  {
    name: "one fence among prose",
    response: "Sure.\n```js\nreturn 1;\n```\nDone.",
    code: "return 1;",
  },
  {
    name: "fences of ours in order, others left out",
    response: "```ts\nlet a: number;\n```\n```sh\nrm -rf /\n```\n```\nreturn a;\n```",
    code: "let a: number;\nreturn a;",
  },
  { name: "label with attributes", response: "```js title=x\nf();\n```", code: "f();" },
  { name: "label in capitals", response: "```TypeScript\nf();\n```", code: "f();" },
  {
    name: "tildes, and backticks inside",
    response: "~~~js\n`${1}`;\n```\n~~~",
    code: "`${1}`;\n```",
  },
  { name: "a longer fence holds a shorter", response: "````js\n```\n````", code: "```" },
  { name: "never closed", response: "```js\nreturn 1;", code: "return 1;" },
  { name: "Windows line ends", response: "```js\r\na();\r\nb();\r\n```\r\n", code: "a();\nb();" },
  { name: "a fence of another language only", response: "```sh\nls\n```", code: "```sh\nls\n```" },
  { name: "backticks inside a line", response: "f(`a`);", code: "f(`a`);" },
  { name: "an empty fence", response: "```js\n```", code: "" },
];

for (const { name, response, code } of cases) {
  Deno.test(`extractCode() takes the code when there is ${name}`, () => {
    assertEquals(extractCode(response), code);
  });
}
