import { assert, assertGreater } from "@std/assert";
import { ellipsis, messagesOf } from "../../scripts/reference/messages.ts";
import { root } from "../support/command.ts";

Deno.test("each heading of docs/troubleshooting.md is a message of the source, word for word", async () => {
  const page = await Deno.readTextFile(`${root}/docs/troubleshooting.md`);
  const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);
  assertGreater(headings.length, 10);
  const errors = new Set(messagesOf(`${root}/src`).map(({ message }) => message));
  const others = await statements();
  for (const heading of headings) {
    const [, message = ""] = heading.match(/^`(.+)`$/) ?? [];
    assert(message !== "", `${heading} is no message`);
    assert(
      errors.has(message) || others.some((text) => says(text, message)),
      `nothing says ${message}`,
    );
  }
});

/** What is said of the operating system's layers: statements and no errors. */
async function statements(): Promise<string[]> {
  const { withoutLayers } = await import("../../src/cell/sandbox/detect.ts");
  return Object.values(withoutLayers("a test")).map(({ statement }) => statement);
}

function says(text: string, message: string): boolean {
  const pattern = message.split(ellipsis).map(RegExp.escape).join(".+");
  return new RegExp(`^${pattern}$`).test(text);
}
