import type { CompletedCommand, CompletedOption } from "./tree.ts";

/** The shells that there are completions for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** A shell. */
export type Shell = typeof shells[number];

/** A script that teaches a shell the program's commands. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Completion of bash, without the package bash-completion. */
function bash(commands: readonly CompletedCommand[]): string {
  const values = takingValues(
    commands,
    ({ value }) =>
      typeof value !== "string"
        ? `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$cur"))`
        : value === "file"
        ? 'COMPREPLY=($(compgen -f -- "$cur"))'
        : value === "folder"
        ? 'COMPREPLY=($(compgen -d -- "$cur"))'
        : "COMPREPLY=()",
  );
  const words = commands.map((command) =>
    `    ${quoted(keyOf(command))}) words="${
      [
        ...command.children.map(({ name }) => name),
        ...command.words,
        ...command.options.flatMap(({ flags }) => flags),
      ].join(" ")
    }" ;;`
  );
  return `# vivarium completions bash > ~/.local/share/bash-completion/completions/vivarium
_vivarium() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
${steps(commands)}
    esac
  done
  case "$at:$prev" in
${values}
  esac
  case "$at" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _vivarium vivarium`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const values = takingValues(
    commands,
    ({ value }) =>
      typeof value !== "string"
        ? `compadd -- ${value.join(" ")}`
        : value === "file"
        ? "_files"
        : value === "folder"
        ? "_files -/"
        : "_message value",
  );
  const words = commands.map((command) => {
    const described = [
      ...command.children,
      ...command.words.map((name) => ({ name, summary: "" })),
      ...command.options.flatMap(({ flags, summary }) => flags.map((name) => ({ name, summary }))),
    ].map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(":", "\\:")}`));
    return `    ${quoted(keyOf(command))}) found=(${described.join(" ")}) ;;`;
  });
  return `#compdef vivarium
# vivarium completions zsh > "\${fpath[1]}/_vivarium"
_vivarium() {
  local at="" word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
${steps(commands)}
    esac
  done
  case "$at:\${words[CURRENT-1]}" in
${values}
  esac
  case "$at" in
${words.join("\n")}
  esac
  _describe vivarium found
}
# Saved in a folder of fpath, this file is the function's body at its first call.
if [ "$funcstack[1]" = _vivarium ]; then _vivarium "$@"; else compdef _vivarium vivarium; fi`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, children, options, words }) => {
    const inside = path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const names = children.map(({ name }) => name);
    // A command's own children are offered until one of them is there.
    const before = path.length === 0
      ? ["__fish_use_subcommand"]
      : names.length === 0
      ? []
      : [`not __fish_seen_subcommand_from ${names.join(" ")}`];
    const here = `-n ${quotedInFish([...inside, ...before].join("; and "))}`;
    return [
      ...children.map(({ name, summary }) =>
        `complete -c vivarium -f ${here} -a ${name} -d ${quotedInFish(summary)}`
      ),
      ...words.map((word) => `complete -c vivarium -f ${here} -a ${word}`),
      ...options.map(({ flags, summary, value }) => {
        const named = flags.map((flag) =>
          flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
        );
        const takes = typeof value !== "string"
          ? [`-x -a ${quotedInFish(value.join(" "))}`]
          : value === "none"
          ? []
          : [value === "any" ? "-x" : "-r"];
        return ["complete -c vivarium", here, ...named, ...takes, `-d ${quotedInFish(summary)}`]
          .join(
            " ",
          );
      }),
    ];
  });
  return ["# vivarium completions fish > ~/.config/fish/completions/vivarium.fish", ...lines]
    .join("\n");
}

/** Cases of a shell's `case`, from where one stands and the next word to where one stands then. */
function steps(commands: readonly CompletedCommand[]): string {
  return commands.filter(({ path }) => path.length > 0).map(({ path }) => {
    const from = path.slice(0, -1).join("/");
    return `      ${quoted(`${from} ${path.at(-1)}`)}) at=${quoted(path.join("/"))} ;;`;
  }).join("\n");
}

/** Cases for what follows an option that takes a value. */
function takingValues(
  commands: readonly CompletedCommand[],
  complete: (option: CompletedOption) => string,
): string {
  return commands.flatMap((command) =>
    command.options.filter(({ value }) => value !== "none").map((option) => {
      const patterns = option.flags.map((flag) => quoted(`${keyOf(command)}:${flag}`));
      return `    ${patterns.join("|")}) ${complete(option)}; return ;;`;
    })
  ).join("\n");
}

function keyOf({ path }: CompletedCommand): string {
  return path.join("/");
}

/** As one word of bash or zsh. */
function quoted(text: string): string {
  return `"${text.replace(/["$`\\]/g, "\\$&")}"`;
}

/** As one word of fish, to which a backquote in quotes is a backquote. */
function quotedInFish(text: string): string {
  return `"${text.replace(/["$\\]/g, "\\$&")}"`;
}
