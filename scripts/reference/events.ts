import { type EventKind, eventKinds } from "../../src/core/events.ts";

/** An event in words, and the fields of its `data`; `?` marks one that is not always there. */
interface EventWords {
  readonly text: string;
  readonly data: Readonly<Record<string, string>>;
}

const reward = "sum of the reward's terms for this step";
const age = "steps lived in this life";
const response = "beginning of what was executed; null when nothing was";

/** Every kind of event; a kind without words is a fault of types. */
export const eventWords = {
  "house.started": {
    text: "The house has opened its database and begins.",
    data: {
      "api?": "where the API listens",
      db: "the database file",
      seed: "seed of the run",
      model: "who writes the responses, as `--llm` names it",
      profile: "how hard each cell is locked",
      layers: "layers of the operating system that are around each cell",
    },
  },
  "house.stopped": { text: "The house ends in order; the last event of a run.", data: {} },
  "house.degraded": {
    text: "Something is missing or in trouble, and the house goes on with what it can.",
    data: {
      "part?": "`database` or `policy`: it is tried again until it is back",
      why: "what is missing or in trouble, and what it means",
    },
  },
  "house.recovered": {
    text: "What was in trouble is back.",
    data: { part: "`database` or `policy`", lastedMs: "how long it was in trouble" },
  },
  "agent.spawned": {
    text: "A new agent.",
    data: {
      genome: "hash of its first genome",
      firstQuery: "what its first step asks the model",
      restart: "`permanent`, `transient` or `temporary`",
    },
  },
  "agent.paused": { text: "It takes no further turn until it is resumed.", data: {} },
  "agent.resumed": { text: "It goes on.", data: {} },
  "agent.stopped": {
    text: "It takes no further turn.",
    data: { why: "who or what ended it" },
  },
  "agent.failed": {
    text: "It died too often in too short a time, and is not brought back.",
    data: { why: "the restart intensity that was passed" },
  },
  "life.started": {
    text: "A life begins.",
    data: {
      genome: "hash of the genome it is born from",
      query: "beginning of what its first step asks",
      seed: "seed of the run",
    },
  },
  "life.truncated": {
    text: "A life was cut by the horizon or by the end of the run: not a death.",
    data: { steps: "steps lived", why: "what cut it" },
  },
  "step.committed": {
    text: "A step was lived, and everything about it is in the database.",
    data: {
      edited: "names of the methods and attributes that it changed",
      reward,
      age,
      "energy?": "what is left of it, where it is metered",
      "probation?":
        "of the genome that came of it: the genome to go back to, steps lived, steps left",
      response,
      prints: "beginning of what the agent printed",
      genome: "hash of the genome after the step",
      elapsedMs: "how long the step took",
      letter: "`tick`, `tell` or `ask`: what the step was a turn for",
    },
  },
  "life.died": {
    text: "A death. `cause` stands beside `data`, and is one of the [causes](causes.md).",
    data: {
      owner: "`agent`, `infrastructure` or `operator`",
      message: "the words that killed it",
      reward,
      age,
      response,
      detectedMs: "from the fault to its detection",
      genome: "hash of the genome that the next life begins from; null when there is none",
    },
  },
  "agent.restarting": {
    text: "A dead agent is brought back.",
    data: {
      delayMs: "how long it waits before that",
      genome: "hash of the genome it will be born from",
      from: "where that genome comes from",
    },
  },
  "message.dead-letter": {
    text: "A letter that nobody handled. `agent` is the one that it was for.",
    data: {
      from: "who sent it",
      kind: "`tell` or `ask`",
      reason: "`overflow`, `stopped`, `died` or `late-reply`",
    },
  },
  "reward.added": {
    text: "A late reward came from outside (`POST /v1/rewards`).",
    data: { term: "its name", value: "what it is worth" },
  },
  "policy.started": {
    text: "The policy process is up.",
    data: {
      pid: "its process",
      version: "the version that it samples from",
      hash: "SHA-256 of that version's weights",
      parameters: "how many weights",
      weights: "`pretrained` or `random`",
      training: "`on`, `paused` or `off`",
    },
  },
  "policy.died": {
    text: "The policy process ended, and is started again.",
    data: { why: "how it ended", restartInMs: "how long that takes at least" },
  },
  "policy.version": {
    text: "An update made a new version, which is used from the next response on.",
    data: {
      version: "its number",
      parent: "the version that it was made from",
      hash: "SHA-256 of its weights",
      metrics: "the update's [metrics](metrics.md)",
    },
  },
  "policy.dropped": {
    text:
      "An update made no version: there was nothing to learn, it failed, or it went past a bound.",
    data: {
      outcome: "`nothing`, `failed` or `diverged`",
      why: "why, in words",
      episodes: "the lives that are not used again",
      metrics: "what was measured of them",
    },
  },
  "supervisor.escalated": {
    text: "Agents died too often: the supervisor gives up, and the house ends.",
    data: { supervisor: "its name", why: "the restart intensity that was passed" },
  },
} as const satisfies Readonly<Record<EventKind, EventWords>>;

/** The page of the events. */
export function eventsPage(): string {
  return [
    "# Events",
    "Everything that happens in a house is an event, numbered without gaps in the order in which it was",
    "committed to the database. The log prints them, `GET /v1/events` streams them, `onEvent` and",
    "`subscribe` hand them to a program. The list may grow, and no kind changes its meaning.",
    "",
    "Every event has `id`, `atMs` (milliseconds since 1970), `kind` and `data`; beside these `agent`,",
    "`life`, `step` and `cause`, where the kind has them.",
    "",
    ...eventKinds.flatMap(section),
  ].join("\n");
}

function section(kind: EventKind): string[] {
  const { text, data }: EventWords = eventWords[kind];
  const fields = Object.entries(data).map(([name, words]) =>
    name.endsWith("?")
      ? `- \`${name.slice(0, -1)}\` (not always): ${words}`
      : `- \`${name}\`: ${words}`
  );
  return [`## \`${kind}\``, "", text, "", ...fields, ""];
}
