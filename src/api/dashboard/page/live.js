import { get, list } from "./api.js";
import { follow } from "./events.js";
import { useEffect, useState } from "./html.js";

/**
 * The house as this page knows it: a snapshot, kept true by the stream of events. Agents are replaced,
 * never changed, so that a view can see by identity what is to be drawn again.
 */
const state = {
  /** @type {"connecting" | "live" | "lost"} */
  connection: "connecting",
  /** Why there is no snapshot; null when there is one. */
  error: null,
  ready: false,
  /** By name, in start order. */
  agents: new Map(),
  /** Newest first. */
  deaths: [],
  /** Deaths since the page was opened. */
  seen: 0,
  /** The embedded policy; null in a house without one. */
  policy: null,
};

/** Deaths kept for the feed and the strips of past lives. */
const keptDeaths = 400;
/** How often views are drawn again at most. */
const frameMs = 100;
/** How often the ledger is asked for new deaths at most. */
const deathsMs = 300;

const listeners = new Set();
let drawing = false;

function changed() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    for (const listener of [...listeners]) listener();
  }, frameMs);
}

/** The house, and a new drawing whenever it changes. */
export function useLive() {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = () => draw((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}

/** Hears every event of the house, as it comes. */
const eventListeners = new Set();
export function useEvents(listener, inputs) {
  useEffect(() => {
    eventListeners.add(listener);
    return () => eventListeners.delete(listener);
  }, inputs);
}

/** Takes what an order answered: an agent as it is now. */
export function takeAgent(view) {
  if (typeof view?.name === "string") put(view.name, { ...state.agents.get(view.name), ...view });
}

/** Takes what an order to the policy answered: the policy as it is now. */
export function takePolicy(policy) {
  state.policy = policy;
  changed();
}

/** Forgets an agent that was removed. */
export function dropAgent(name) {
  state.agents.delete(name);
  changed();
}

/** Begins to follow the house. */
export function begin() {
  const { signal } = new AbortController();
  void follow({
    signal,
    onEvent: (event) => {
      take(event);
      for (const listener of [...eventListeners]) listener(event);
    },
    onState: (connection) => {
      state.connection = connection;
      if (connection === "live") void snapshot();
      changed();
    },
  });
}

/** Everything anew: at the start, and after a cut. */
async function snapshot() {
  try {
    const [agents, deaths] = await Promise.all([
      list("/v1/agents?limit=1000"),
      list("/v1/deaths?limit=200"),
    ]);
    const known = state.agents;
    state.agents = new Map(
      agents.items.map((view) => [view.name, { ...known.get(view.name), ...view }]),
    );
    merge(deaths.items);
    state.error = null;
    state.ready = true;
  } catch (error) {
    state.error = error;
  }
  changed();
  await readPolicy();
}

/** A house whose responses come from elsewhere lists no model of its own, and has no policy to ask. */
async function readPolicy() {
  try {
    const { data } = await get("/v1/models");
    state.policy = data.length === 0 ? null : await get("/v1/policy");
  } catch {
    state.policy = null;
  }
  changed();
}

function put(name, agent) {
  state.agents.set(name, agent);
  changed();
}

function take(event) {
  const { kind, agent: name, data } = event;
  if (kind === "policy.version" || kind === "policy.started") return void readPolicy();
  if (name === undefined) return;
  if (kind === "agent.spawned") return void readAgent(name);
  const agent = state.agents.get(name);
  if (agent === undefined) return;
  const { life = agent.life } = event;
  switch (kind) {
    case "step.committed": {
      const edit = data.edited?.length > 0 ? { names: data.edited, atMs: event.atMs } : agent.edit;
      return put(name, {
        ...agent,
        life,
        edit,
        age: data.age,
        steps: agent.steps + 1,
        genome: data.genome,
        probation: data.probation ?? null,
        stuck: stillStuck(agent.stuck, data),
        ...(typeof data.energy === "number" ? { energy: data.energy } : {}),
        phase: "idle",
        fallen: undefined,
        pulse: (agent.pulse ?? 0) + 1,
      });
    }
    case "life.started":
      return put(name, { ...agent, life, age: 0, phase: "idle", fallen: undefined, stuck: null });
    case "agent.stuck":
      return put(name, { ...agent, stuck: data });
    case "life.died":
      state.seen++;
      readDeaths();
      return put(name, {
        ...agent,
        life,
        stuck: null,
        fallen: { cause: event.cause, atMs: event.atMs },
      });
    case "agent.restarting":
      return put(name, { ...agent, phase: "backoff" });
    case "agent.paused":
      return put(name, { ...agent, status: "paused" });
    case "agent.resumed":
      return put(name, { ...agent, status: "running" });
    case "agent.stopped":
    case "agent.failed":
      return void readAgent(name);
  }
}

/** What is left of a spell with nothing new after a further step. */
function stillStuck(stuck, { edited, letter, response }) {
  const isNew = edited?.length > 0 || letter !== "tick" || response !== stuck?.response;
  return stuck && !isNew ? { ...stuck, steps: stuck.steps + 1 } : null;
}

async function readAgent(name) {
  const view = await get(`/v1/agents/${encodeURIComponent(name)}`).catch(() => undefined);
  if (view === undefined) dropAgent(name);
  else takeAgent(view);
}

let waiting = false;
function readDeaths() {
  if (waiting) return;
  waiting = true;
  setTimeout(async () => {
    waiting = false;
    const page = await list("/v1/deaths?limit=50").catch(() => undefined);
    if (page === undefined) return;
    merge(page.items);
    changed();
  }, deathsMs);
}

function merge(deaths) {
  const all = new Map([...state.deaths, ...deaths].map((death) => [death.id, death]));
  state.deaths = [...all.values()].sort((a, b) => b.id - a.id).slice(0, keptDeaths);
}
