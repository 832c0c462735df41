import { assert, assertEquals } from "@std/assert";
import { shells } from "../../src/cli/completions/shells.ts";
import { completedCommands } from "../../src/cli/completions/tree.ts";
import { program } from "../../src/cli/program.ts";
import { invoke, silent } from "./support.ts";

/** What bash offers for a command line whose last word is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await invoke(["completions", "bash"]);
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      `${out}\nCOMP_WORDS=(vivarium "$@"); COMP_CWORD=$#; _vivarium\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
      "bash",
      ...words,
    ],
    cwd: import.meta.dirname ?? ".",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

const cases = [
  { typed: ["de"], offers: ["delete", "deaths", "death"] },
  { typed: ["policy", "ro"], offers: ["rollback"] },
  { typed: ["policy", "versions", "--li"], offers: ["--limit"] },
  { typed: ["run", "--profile", ""], offers: ["strict", "fast", "portable"] },
  { typed: ["run", "--profile", "fast", "--no-tr"], offers: ["--no-train"] },
  { typed: ["deaths", "--cause", "st"], offers: ["stack-overflow", "starvation"] },
  { typed: ["completions", "z"], offers: ["zsh"] },
  { typed: ["export", "episodes", "--out", "completions_"], offers: ["completions_test.ts"] },
  { typed: ["kill", "--token", ""], offers: [] },
];

Deno.test.each(cases)("bash completes 'vivarium $typed'", async ({ typed, offers }) => {
  assertEquals(await offered(...typed), offers);
});

Deno.test.each(shells.map((shell) => ({ shell })))(
  "the completions of $shell know every command and every option",
  async ({ shell }) => {
    const { out } = await invoke(["completions", shell]);
    for (const { path, children, options } of completedCommands(program(silent))) {
      for (const { name } of children) assert(out.includes(name), `${shell}: ${path} ${name}`);
      for (const { flags } of options) {
        for (const flag of flags) {
          const bare = shell === "fish" ? flag.replace(/^--?/, "") : flag;
          assert(out.includes(bare), `${shell}: ${path} ${flag}`);
        }
      }
    }
  },
);

Deno.test("completions refuses a shell that it does not know", async () => {
  const { code, err } = await invoke(["completions", "tcsh"]);
  assertEquals(code, 2);
  assert(err.includes("Allowed choices are bash, zsh, fish"), err);
});
