import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "commander";
import { grants, offers } from "../../src/cli/offers.ts";
import type { Powers } from "../../src/powers/mod.ts";

const folder = Deno.makeTempDirSync({ prefix: "vivarium-offers-" });
Deno.mkdirSync(`${folder}/notes`);
Deno.writeTextFileSync(`${folder}/notes/a.txt`, "hello");
Deno.writeTextFileSync(`${folder}/file`, "no folder");
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const by = { agent: "ada", signal: new AbortController().signal };

const good: readonly { readonly text: string; readonly kind: string; readonly about: string }[] = [
  { text: `notes=read:${folder}/notes`, kind: "folder", about: "reads files" },
  { text: `drafts=write:${folder}/notes`, kind: "folder", about: "reads and writes files" },
  { text: "web=fetch:example.org", kind: "fetch", about: "asks example.org by GET, HEAD" },
  { text: "web=fetch:Localhost:8080", kind: "fetch", about: "asks localhost:8080 by GET, HEAD" },
  { text: "web=fetch:[::1]:8080", kind: "fetch", about: "asks [::1]:8080 by GET, HEAD" },
  {
    text: "both=fetch:example.org,127.0.0.1:81",
    kind: "fetch",
    about: "asks example.org, 127.0.0.1:81 by GET, HEAD",
  },
];

for (const { text, kind, about } of good) {
  Deno.test(`offers() takes '${text.replace(folder, "DIR")}'`, () => {
    const [power] = Object.values(offers(text));
    assertEquals([power?.kind, power?.about], [kind, about]);
  });
}

const bad: readonly { readonly text: string; readonly says: string }[] = [
  { text: "", says: "NAME=read:DIR" },
  { text: "notes", says: "NAME=read:DIR" },
  { text: "notes=read", says: "NAME=read:DIR" },
  { text: "notes=read:", says: "NAME=read:DIR" },
  { text: `read:${folder}/notes`, says: "NAME=read:DIR" },
  { text: `=read:${folder}/notes`, says: "small letter" },
  { text: `Notes=read:${folder}/notes`, says: "small letter" },
  { text: `a/b=read:${folder}/notes`, says: "small letter" },
  { text: `__proto__=read:${folder}/notes`, says: "small letter" },
  { text: `notes=open:${folder}/notes`, says: "read, write or fetch" },
  { text: `notes=read:${folder}/none`, says: "must be a folder" },
  { text: `notes=read:${folder}/file`, says: "must be a folder" },
  { text: "web=fetch:http://example.org", says: "HOST or HOST:PORT" },
  { text: "web=fetch:example.org/path", says: "HOST or HOST:PORT" },
  { text: "web=fetch:*.example.org", says: "HOST or HOST:PORT" },
  { text: "web=fetch:me@example.org", says: "HOST or HOST:PORT" },
  { text: "web=fetch:example.org:0", says: "HOST or HOST:PORT" },
  { text: "web=fetch:example.org:65536", says: "HOST or HOST:PORT" },
  { text: "web=fetch:example.org,", says: "HOST or HOST:PORT" },
];

for (const { text, says } of bad) {
  Deno.test(`offers() refuses '${text.replace(folder, "DIR")}'`, () => {
    assertThrows(() => offers(text), InvalidArgumentError, says);
  });
}

Deno.test("offers() gathers powers, and refuses a name twice and too many", () => {
  const two = offers("web=fetch:example.org", offers(`notes=read:${folder}/notes`));
  assertEquals(Object.keys(two), ["notes", "web"]);
  assertThrows(() => offers("web=fetch:example.org", two), InvalidArgumentError, "twice");
  let many: Powers = {};
  for (let n = 0; n < 32; n++) many = offers(`p${n}=fetch:example.org`, many);
  assertThrows(() => offers("one-more=fetch:example.org", many), InvalidArgumentError, "32");
});

Deno.test("offers() means the folder that the name stood for at the start", async () => {
  await Deno.symlink(`${folder}/notes`, `${folder}/link`);
  const { linked } = offers(`linked=read:${folder}/link`);
  await Deno.remove(`${folder}/link`);
  assertEquals(await linked?.use({ op: "list" }, by), ["a.txt"]);
});

Deno.test("grants() gathers names, each once, and refuses what is no name", () => {
  assertEquals(grants("web", grants("web", grants("notes"))), ["notes", "web"]);
  for (const text of ["", "read:/etc", "notes=read:/etc", "../x"]) {
    assertThrows(() => grants(text), InvalidArgumentError, "name of a power");
  }
});
