import { type LimitName, limitNames, limitRules } from "../../src/cell/mod.ts";

/** The page of the limits. */
export function limitsPage(): string {
  return [
    "# Limits",
    "What one agent may use, enforced from outside of it. A child spec names what is to differ, by",
    "`limits` (`vivarium spawn --spec FILE`, or the body of `POST /v1/agents`); `GET /v1/house` has what",
    "holds where a child spec names nothing. A number that is no whole one, or outside of its range, is",
    "refused by its name.",
    "",
    "| limit | of what | default | least | most | beyond it |",
    "| --- | --- | ---: | ---: | ---: | --- |",
    ...limitNames.map(row),
    "",
    "`profile` is `strict` (no JIT) or `fast`; without one it is as the house was started.",
    "",
    "**The deadline is by the clock on the wall, on purpose**: whatever an agent does, its turn ends then.",
    "So a machine with much more to do than it has processors takes a slow honest step for a hang. It",
    "cannot tell the two apart: a busy loop that shares a processor with twenty others computes as little",
    "as an honest step does, and to wait for it longer would let those who hang keep the machine busy for",
    "each other. The death's evidence tells what it had computed by then (`processorMs`): much less than",
    "`deadlineMs` is a machine too busy, or a wait. Raise `stepMs` there, or let fewer agents live.",
    "",
    "An answer that had left the cell when its deadline passed counts, however late the house reads it. If",
    "the process was killed by then, the life is cut, which is not a death, and the next one goes on from",
    "its genome.",
    "",
    "**A kill leaves its reason.** The evidence of a death says who ended the process (`killedBy`: `house`,",
    "`itself`, or `unknown` for a signal that the house did not send: the kernel's, or a person's), and,",
    "where it was the house, by which `rule`, with its figures: `deadline`, `grace` (it did not end after a",
    "fault that no catch can undo), `cpu`, `memory`, `protocol` (what the pipe may not carry), `order`",
    "(nobody has use for it any more: `why`).",
  ].join("\n");
}

function row(name: LimitName): string {
  const { text, default: usual, least, most, beyond } = limitRules[name];
  const end = beyond === "an error" ? "an error that may be caught" : `death by \`${beyond}\``;
  const figures = [usual, least, most].map((value) => value.toLocaleString("en-US"));
  return `| \`${name}\` | ${text} | ${figures.join(" | ")} | ${end} |`;
}
