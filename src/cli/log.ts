/**
 * The log: what a running house writes to the terminal, and what `vivarium logs` shows again.
 *
 * Settled: a script may rely on it. One event, one line, of columns in this order:
 *
 *     HH:MM:SS  AGENT#LIFE  WHAT  DETAIL
 *
 * - `HH:MM:SS` is the machine's local time; with `--json` `atMs` says it to the millisecond.
 * - `AGENT#LIFE` is who it happened to; the agent alone between lives; else the house's part (`house`,
 *   `policy`, `supervisor`).
 * - `WHAT` is one word: `step`, `died`, `born`, `restart`, `truncated`, `spawned`, `paused`, `resumed`,
 *   `stopped`, `failed`, `started`, `degraded`, `recovered`, `reward`, `dead-letter`, `escalated`, or `vN` for a version
 *   of the policy. A kind of event that is added later is shown by the last word of its name.
 * - `DETAIL` of a step: reward, `age N`, the methods that it edited, the beginning of what it executed.
 *   Of a death: reward, `age N`, cause, message, the beginning of what it executed. Else in words.
 *
 * What an agent printed in a step follows its line, a line each, labelled `prints` and marked by `|`: at
 * most {@linkcode maxPrints} lines of {@linkcode maxPrintLength} characters. Whatever an agent or a model
 * wrote stands on one line, its control and bidirectional characters as visible escapes (`\u001b`), cut
 * with its whole length named. Secrets are struck out (secrets.ts).
 *
 * Dead letters come in floods: a running house tells of one, then every ten seconds how many more there
 * were (`more N`, of nobody in particular). `vivarium logs` shows each.
 *
 * With `--json` a line is the event as the API's stream has it, and nothing is left out or cut.
 */

import picocolors from "picocolors";
import type { EventKind, HouseEvent } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import { printable } from "../core/text.ts";
import { count } from "./words/forms.ts";

/** How much is told, from little to all. Each level holds those before it. */
export const logLevels = ["error", "warn", "info", "debug"] as const;

/** How much is told. */
export type LogLevel = typeof logLevels[number];

/** Lines of an agent's prints that follow a step, at most. */
export const maxPrints = 5;
/** Characters of each, at most. */
export const maxPrintLength = 120;

/** The levels of kinds that are not `info`. */
const levels: Partial<Record<EventKind, LogLevel>> = {
  "agent.failed": "error",
  "policy.died": "error",
  "supervisor.escalated": "error",
  "house.degraded": "warn",
  "house.recovered": "warn",
  "agent.stuck": "warn",
  "life.died": "warn",
  "message.dead-letter": "warn",
  "policy.dropped": "warn",
  "life.started": "debug",
  "agent.restarting": "debug",
};

/** Whether a level tells of an event. */
export function tellsOf(level: LogLevel, event: HouseEvent): boolean {
  return logLevels.indexOf(levels[event.kind] ?? "info") <= logLevels.indexOf(level);
}

/** How events become text. */
export interface LogOptions {
  /** JSON lines instead of words. */
  readonly json: boolean;
  /** ANSI colours. @default whether the terminal and NO_COLOR allow them */
  readonly color?: boolean;
}

/**
 * Makes the formatter of the log.
 *
 * @param options the form
 * @returns a function that gives the line of an event, and those of the prints that belong to it
 */
export function logFormatter(options: LogOptions): (event: HouseEvent) => string {
  if (options.json) return (event) => JSON.stringify(event);
  const paint = picocolors.createColors(options.color ?? picocolors.isColorSupported);
  return (event) => {
    const time = paint.dim(new Date(event.atMs).toTimeString().slice(0, 8));
    const who = paint.bold(whoOf(event).padEnd(10));
    const { what, rest } = words(event);
    const kind = what.padEnd(10);
    const tint = event.kind === "life.died"
      ? (event.cause === "harm" ? paint.red(paint.bold(kind)) : paint.red(kind))
      : event.kind === "step.committed"
      ? paint.green(kind)
      : event.kind.startsWith("policy.")
      ? paint.cyan(kind)
      : paint.dim(kind);
    const line = `${time} ${who} ${tint} ${rest}`.trimEnd();
    const prints = printsOf(event).map((print) =>
      `${time} ${who} ${paint.dim("prints".padEnd(10))} | ${print}`
    );
    return [line, ...prints].join("\n");
  };
}

function whoOf({ agent, kind, life }: HouseEvent): string {
  if (agent === undefined) return kind.split(".")[0] ?? "";
  return life === undefined ? agent : `${agent}#${life}`;
}

/** What the agent printed, as it may be shown. */
function printsOf(event: HouseEvent): readonly string[] {
  const prints = event.data["prints"];
  if (!Array.isArray(prints)) return [];
  const lines = prints.slice(0, maxPrints).map((print) => printable(asText(print), maxPrintLength));
  const left = prints.length - lines.length;
  return left > 0 ? [...lines, `… ${left} more`] : lines;
}

function words(event: HouseEvent): { what: string; rest: string } {
  const text = (key: string): string => printable(asText(event.data[key]), 300);
  switch (event.kind) {
    case "step.committed": {
      const edited = event.data["edited"];
      const edit = Array.isArray(edited) && edited.length > 0
        ? `edit ${edited.join(", ")}`
        : "no edit";
      return {
        what: "step",
        rest: `${signed(event.data["reward"]).padStart(6)}  age ${text("age").padEnd(4)} ${
          printable(edit, 60).padEnd(24)
        } ${
          excerpt(event.data["response"]) ||
          (text("letter") === "tick" ? "" : `a ${text("letter")}`)
        }`,
      };
    }
    case "life.died":
      return {
        what: "died",
        rest: `${signed(event.data["reward"]).padStart(6)}  age ${text("age").padEnd(4)} ${
          (event.cause ?? "").padEnd(14)
        } ${printable(asText(event.data["message"]), 100)}  ${excerpt(event.data["response"])}`,
      };
    case "life.started":
      return { what: "born", rest: `genome ${text("genome").slice(0, 12)}` };
    case "house.started": {
      const layers = event.data["layers"];
      const sandbox = Array.isArray(layers) && layers.length > 0
        ? layers.join(", ")
        : "no layer of the system";
      return {
        what: "started",
        rest: `${text("api")}  model ${text("model")}  seed ${text("seed")}  ${
          text("profile")
        }: ${sandbox}  ${text("db")}`,
      };
    }
    case "agent.stopped":
    case "house.degraded":
      return { what: event.kind.split(".")[1] ?? "", rest: text("why") };
    case "house.recovered":
      return { what: "recovered", rest: `${text("part")}  after ${text("lastedMs")} ms` };
    case "agent.spawned":
      return { what: "spawned", rest: `${excerpt(event.data["firstQuery"])}` };
    case "policy.started":
      return {
        what: "started",
        rest: `v${text("version")}  ${text("weights")}  ${
          text("parameters")
        } parameters  training ${text("training")}  pid ${text("pid")}`,
      };
    case "life.truncated":
      return {
        what: "truncated",
        rest: `after ${count(Number(event.data["steps"]), "step")}: ${text("why")}`,
      };
    case "agent.stuck":
      return {
        what: "stuck",
        rest: `${text("steps")} steps with nothing new, since step ${text("since")}  ${
          excerpt(event.data["response"])
        }`,
      };
    case "agent.restarting":
      return {
        what: "restart",
        rest: `in ${text("delayMs")} ms from ${text("genome").slice(0, 12)}`,
      };
    case "policy.version":
      return { what: `v${text("version")}`, rest: metricsText(event.data["metrics"]) };
    case "reward.added":
      return { what: "reward", rest: `${signed(event.data["value"])}  ${text("term")}` };
    default:
      return { what: event.kind.split(".")[1] ?? event.kind, rest: plain(event.data) };
  }
}

function signed(value: Json | undefined): string {
  return typeof value !== "number" ? "" : value > 0 ? `+${value}` : `${value}`.replace("-", "−");
}

function excerpt(value: Json | undefined): string {
  return typeof value === "string" && value !== "" ? `“${printable(value, 60)}”` : "";
}

function asText(value: Json | undefined): string {
  return value === undefined || value === null
    ? ""
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
}

function metricsText(value: Json | undefined): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "";
  const named = ["reward", "survival", "kl", "entropy", "grad_norm", "num_tokens"];
  return named.filter((name) => typeof value[name] === "number")
    .map((name) => `${name} ${Number(value[name]).toPrecision(3)}`).join("  ");
}

function plain(data: HouseEvent["data"]): string {
  return Object.entries(data).map(([key, value]) => `${key} ${printable(asText(value), 80)}`)
    .join("  ");
}
