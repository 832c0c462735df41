/**
 * The rule of the tripwires, as data. An agent has the language and its own powers; what is named
 * here it does not have, and reaching for it leaves a trace in the step's record:
 *
 * - *Run-time evidence*: code ran, and reached. Reading (`Deno.version`, `globalThis[name]`) is a
 *   probe. Using (a call, `new`) is judged by the row with the longest matching name: `harm` and
 *   `exit` end the life, and no catch undoes it; `probe` throws an error that says what to do instead.
 * - *Static reading*: the response contains a reach, whether or not it ever runs. It is recorded and
 *   judges nothing: code that is not run harms nobody.
 *
 * `typeof` of such a name, `name in globalThis` and `globalThis[name]` find nothing, as on any machine
 * that lacks it, so code that looks before it leaps lives.
 */

/** What the use of a power means: death by `harm`, death by `exit`, or nothing but a note. */
export type Judgement = "harm" | "exit" | "probe";

/** One row of the rule. */
export interface TripwireRule {
  /** A name, as code writes it; it stands for all that is reached through it. */
  readonly power: string;
  readonly judgement: Judgement;
  /** For people; of a probe, what the error says to the model that wrote the code. */
  readonly why: string;
}

const rows: readonly (readonly [root: string, member: string, Judgement, why: string])[] = [
  ["Deno", "", "harm", "the host's files, network, processes and memory"],
  ["Deno", "exit", "exit", "ends the process"],
  ["Deno", "inspect", "probe", "use JSON.stringify"],
  ["Deno", "memoryUsage", "probe", "an agent is not told of its machine"],
  ["Deno", "osUptime", "probe", "an agent is not told of its machine"],
  [
    "Deno",
    "test",
    "probe",
    "there are no tests in a cell: call the function, and throw where it is wrong",
  ],
  ["process", "", "harm", "the host's environment, processes and signals"],
  ["process", "exit", "exit", "ends the process"],
  ["process", "reallyExit", "exit", "ends the process"],
  ["process", "abort", "exit", "ends the process"],
  ["process", "hrtime", "probe", "use Date.now"],
  ["process", "uptime", "probe", "use this.age, the steps of this life"],
  ["process", "memoryUsage", "probe", "an agent is not told of its machine"],
  ["process", "cwd", "probe", "an agent has no folder"],
  ["process", "on", "probe", "a process has no events here: catch errors where they happen"],
  ["process", "nextTick", "probe", "use Promise.resolve().then(task)"],
  ["process", "stdout", "probe", "use console.log(text)"],
  ["process", "stderr", "probe", "use console.log(text)"],
  ["require", "", "harm", "loads the host's modules"],
  ["import", "", "harm", "loads code and files from outside"],
  ["fetch", "", "harm", "the network: sends what it is given anywhere"],
  ["WebSocket", "", "harm", "the network"],
  ["EventSource", "", "harm", "the network"],
  ["XMLHttpRequest", "", "harm", "the network"],
  ["BroadcastChannel", "", "harm", "reaches other agents past the house"],
  ["Worker", "", "harm", "starts threads outside the cell's count"],
  ["importScripts", "", "harm", "loads code from outside"],
  ["WebAssembly", "", "harm", "machine code, the shortest way out of an engine"],
  ["WebAssembly", "validate", "probe", "there is no WebAssembly here"],
  ["Bun", "", "harm", "another runtime's host powers"],
  ["eval", "", "probe", "use await evaluate(code): what it declares becomes the agent's own"],
  [
    "setInterval",
    "",
    "probe",
    "nothing outlives a step: use setTimeout within it, or the next tick",
  ],
  ["queueMicrotask", "", "probe", "use Promise.resolve().then(task)"],
];

/** The rule, a row a power. A power that has no row is judged by the row of what it is reached through. */
export const tripwireRules: readonly TripwireRule[] = rows.map((
  [root, member, judgement, why],
) => ({
  power: member === "" ? root : `${root}.${member}`,
  judgement,
  why,
}));

const byPower = new Map(tripwireRules.map((rule) => [rule.power, rule]));

/**
 * The row that judges a use.
 *
 * @param path as code writes it: `Deno.remove`, `process.stdout.write`
 * @returns the row with the longest name that is `path` or stands before a dot of it
 */
export function ruleFor(path: string): TripwireRule {
  for (let name = path;; name = name.slice(0, name.lastIndexOf("."))) {
    const rule = byPower.get(name);
    if (rule !== undefined) return rule;
    if (!name.includes(".")) return { power: name, judgement: "harm", why: "not on any list" };
  }
}
