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

/** Whether a shell is here to be asked. */
const isHere = (shell: string): boolean => {
  const there = ["/usr/bin", "/bin"].some((folder) => {
    try {
      return Deno.statSync(`${folder}/${shell}`).isFile;
    } catch {
      return false;
    }
  });
  if (!there) console.log(`skipped: there is no ${shell} to complete in`);
  return there;
};

async function said(command: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test(
  "fish completes commands, options and their values",
  { ignore: !isHere("fish") },
  async () => {
    const { out } = await invoke(["completions", "fish"]);
    const offered = async (line: string): Promise<readonly string[]> =>
      (await said("fish", "--no-config", "-c", `${out}\ncomplete -C ${JSON.stringify(line)}`))
        .trim().split("\n").map((each) => each.split("\t")[0] ?? "");
    assertEquals(await offered("vivarium lo"), ["logs"]);
    assertEquals(await offered("vivarium policy ro"), ["rollback"]);
    assertEquals(await offered("vivarium logs --lev"), ["--level"]);
    assertEquals(await offered("vivarium run --profile "), ["fast", "portable", "strict"]);
  },
);

Deno.test(
  "zsh completes at the first Tab, from a folder of fpath",
  { ignore: !isHere("zsh") },
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "vivarium-zsh-" });
    try {
      await Deno.writeTextFile(`${folder}/_vivarium`, (await invoke(["completions", "zsh"])).out);
      const first = `fpath=(${folder}); autoload -Uz _vivarium
      _describe() { print -l -- "\${(@P)2}" }; compadd() { print -l -- "$@" }
      complete_at() { words=("$@"); CURRENT=$#; _vivarium }`;
      const commands = await said("zsh", "-f", "-c", `${first}; complete_at vivarium lo`);
      assert(commands.includes("logs:What happened"), commands);
      const values = await said(
        "zsh",
        "-f",
        "-c",
        `${first}; complete_at vivarium run --profile ''`,
      );
      assertEquals(values, "--\nstrict\nfast\nportable\n");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

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
