import picocolors from "picocolors";
import type { HouseEvent } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import { printable } from "../core/text.ts";

/** How events become text. */
export interface LogOptions {
  /** JSON lines instead of words. */
  readonly json: boolean;
  /** ANSI colours. @default whether the terminal and NO_COLOR allow them */
  readonly color?: boolean;
  /** Hides what only matters when watching one agent (births, restarts). @default false */
  readonly quiet?: boolean;
}

/**
 * Makes the formatter of the log: one event, one line.
 *
 * On a terminal a line reads: time, agent#life, what, cause, reward, age, detail. With `json` it is
 * the event itself, as the stream of the API has it.
 *
 * @param options the form
 * @returns a function that gives the line of an event
 */
export function logFormatter(options: LogOptions): (event: HouseEvent) => string {
  if (options.json) return (event) => JSON.stringify(event);
  const paint = picocolors.createColors(options.color ?? picocolors.isColorSupported);
  return (event) => {
    const time = new Date(event.atMs).toTimeString().slice(0, 8);
    const who = event.agent === undefined
      ? (event.kind.split(".")[0] ?? "")
      : event.life === undefined
      ? event.agent
      : `${event.agent}#${event.life}`;
    const { what, rest } = words(event);
    const kind = what.padEnd(10);
    const tint = event.kind === "life.died"
      ? (event.cause === "harm" ? paint.red(paint.bold(kind)) : paint.red(kind))
      : event.kind === "step.committed"
      ? paint.green(kind)
      : event.kind.startsWith("policy.")
      ? paint.cyan(kind)
      : paint.dim(kind);
    return `${paint.dim(time)} ${paint.bold(who.padEnd(10))} ${tint} ${rest}`.trimEnd();
  };
}

function words(event: HouseEvent): { what: string; rest: string } {
  const text = (key: string): string => asText(event.data[key]);
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
        } ${printable(text("message"), 100)}  ${excerpt(event.data["response"])}`,
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
        }: ${sandbox}  ${printable(text("db"))}`,
      };
    }
    case "agent.stopped":
      return { what: "stopped", rest: printable(text("why")) };
    case "house.degraded":
      return { what: "degraded", rest: printable(text("why"), 300) };
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
      return { what: "truncated", rest: `after ${text("steps")} steps: ${printable(text("why"))}` };
    case "agent.restarting":
      return {
        what: "restart",
        rest: `in ${text("delayMs")} ms from ${text("genome").slice(0, 12)}`,
      };
    case "policy.version":
      return { what: `v${text("version")}`, rest: metricsText(event.data["metrics"]) };
    case "reward.added":
      return { what: "reward", rest: `${signed(event.data["value"])}  ${printable(text("term"))}` };
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
