import type { Json } from "../../core/json.ts";
import { firstGenome } from "../../genome/mod.ts";
import { compatExamples } from "./compat_examples.ts";
import type { Example } from "./example.ts";

const first = "9b243cf4b422ab3d69100378cb40d1efc1d3061f8fb07192ffa90a2ab1c09ff5";
const grown = "d8881572b8e0a421c3b8afa2fba3816e106b5c0b5c0d2327e6055824aa3e7ef6";
const at = 1_795_400_000_000;
const firstQuery = "Define a method and call it.";

const agent = {
  name: "ada",
  status: "running",
  phase: "turn",
  life: 7,
  age: 31,
  energy: null,
  steps: 204,
  genome: grown,
  probation: { genome: first, lived: 2, left: 3 },
  stuck: null,
  query: "this.state.n = 1;",
  firstQuery,
  mailbox: 0,
  pid: 4711,
  createdAtMs: at,
  spec: { name: "ada", firstQuery, restart: "permanent", probation: 5, limits: {} },
};

const letter = { id: 12, to: "ada", from: "operator", kind: "tell", body: "hello", atMs: at };

const life = {
  agent: "ada",
  life: 7,
  startedAtMs: at,
  endedAtMs: at + 3100,
  end: "death",
  bornFrom: first,
  bornQuery: firstQuery,
  steps: 30,
  reward: 20,
  edits: 4,
};

const call = {
  call: 0,
  prompt: firstQuery,
  seed: 1_234_567,
  response: "this.state.n = 1;",
  model: "policy@3",
  tokens: { prompt: 9, completion: 7 },
};

const step = {
  agent: "ada",
  life: 7,
  step: 30,
  atMs: at + 3000,
  letter: { kind: "tick", from: "supervisor" },
  nowMs: at,
  seed: 99,
  energy: 1,
  calls: [call],
  answers: [{ request: 0, power: "llm" }],
  prints: ["n is 1"],
  returned: null,
  dropped: [],
  attempts: [],
  usage: { elapsedMs: 12, busyMs: 9, rssBytes: 41_943_040 },
  edited: ["state"],
  genome: grown,
  query: "this.state.n = 1;",
  lived: true,
  rewards: [{ term: "survival", value: 1 }],
};

const death = {
  id: 42,
  agent: "ada",
  life: 7,
  step: 31,
  atMs: at + 3100,
  supervisor: "root",
  context: "child-terminated",
  reason: "the step ran past its deadline of 2000 ms",
  offender: { name: "ada", restart: "permanent" },
  cause: "hang",
  owner: "agent",
  evidence: { signal: "SIGKILL", lastUsage: { elapsedMs: 2003 } },
  genomeBefore: grown,
  response: "while (true) {}",
  policyVersion: 3,
  detectedMs: 4.2,
  decision: { kind: "restart", delayMs: 10, from: "last", genome: grown },
};

const genome = {
  hash: grown,
  parent: first,
  methods: { ...firstGenome.methods },
  state: { n: 1 },
  attributes: {},
  sizeBytes: 492,
  createdAtMs: at,
  agent: "ada",
  life: 7,
  step: 30,
};

const policy = {
  version: 3,
  hash: "5d41402abc4b2a76b9719d911017c592ae7f2c9d0f6e1b7a8c3d4e5f60718293",
  parameters: 1_200_000,
  kind: "pretrained",
  training: "on",
  updates: 3,
  kept: [0, 1, 2, 3],
  episodesWaiting: 2,
};

const version = {
  version: 3,
  parent: 2,
  hash: policy.hash,
  createdAtMs: at,
  metrics: { reward: 14.5, kl: 0.02, entropy: 2.1, grad_norm: 0.8 },
};

const containment = {
  profile: "strict",
  layers: ["bubblewrap", "prlimit", "seccomp"],
  missing: [],
};

const supervisor = {
  name: "pair",
  supervisor: "root",
  strategy: "one_for_all",
  intensity: 3,
  periodMs: 5000,
  autoShutdown: "never",
  template: null,
  restart: "permanent",
  significant: false,
  phase: "up",
  restarts: 0,
  children: [
    { name: "ada", type: "worker", restart: "permanent", significant: false, phase: "up" },
  ],
};

const page = (item: Json): Json => ({ items: [item], next: "WzQyXQ" });
const read = (answer: Json): Example => ({ responses: { 200: answer } });

/** By `operationId`. Each is checked against its schema by a test. */
export const examples: Readonly<Record<string, Example>> = {
  health: read({ status: "ok" }),
  readiness: {
    responses: {
      200: { status: "ready", troubles: [], containment },
      503: { status: "unready", troubles: ["the house is shutting down"], containment },
    },
  },
  getHouse: read({
    startedAtMs: at,
    seed: 1,
    model: "policy",
    horizon: 100,
    ...containment,
    limits: {
      stepMs: 2000,
      cpuMs: 10_000,
      readyMs: 10_000,
      heapMb: 64,
      memoryMb: 320,
      printBytes: 65_536,
      messages: 64,
      modelCalls: 8,
      modelTokens: 65_536,
      timers: 256,
      genomeBytes: 65_536,
      frameBytes: 1_048_576,
    },
    powers: [{ name: "notes", kind: "folder", about: "reads files" }],
  }),
  metrics: read("# TYPE vivarium_steps_total counter\nvivarium_steps_total 204\n"),
  spawnAgent: {
    request: { name: "ada", firstQuery, limits: { stepMs: 500 } },
    responses: { 201: { ...agent, life: 0, age: 0, steps: 0, phase: "starting", pid: null } },
  },
  listAgents: read(page(agent)),
  getAgent: read(agent),
  deleteAgent: { responses: {} },
  sendMessage: {
    request: { body: "hello" },
    responses: { 200: { answer: "hello to you" }, 202: letter },
  },
  forkAgent: {
    request: { name: "adas-fork", life: 7, step: 30 },
    responses: {
      201: { ...agent, name: "adas-fork", life: 0, age: 0, steps: 0, phase: "starting", pid: null },
    },
  },
  pauseAgent: read({ ...agent, status: "paused", phase: "idle" }),
  resumeAgent: read(agent),
  reviveAgent: read({ ...agent, age: 0, phase: "starting", pid: null }),
  killAgent: read({ ...agent, phase: "backoff", pid: null }),
  listLives: read(page(life)),
  listSteps: read(page(step)),
  listLineage: read(page({
    hash: grown,
    parent: first,
    agent: "ada",
    life: 7,
    step: 30,
    atMs: at,
    deaths: [{ id: 42, cause: "hang" }],
  })),
  getAgentGenome: read(genome),
  getGenome: read(genome),
  diffGenomes: read({
    from: first,
    to: grown,
    changes: [{
      name: "state",
      part: "state",
      kind: "changed",
      before: "{}",
      after: '{\n  "n": 1\n}',
      patch: '@@ -1,1 +1,3 @@\n-{}\n+{\n+  "n": 1\n+}\n',
    }],
  }),
  listDeaths: read(page(death)),
  getDeath: read(death),
  replayDeath: read({
    id: 12,
    same: true,
    recorded: { cause: "exception", life: 7, step: 31 },
    lived: { cause: "exception", step: 31, message: "TypeError: this.greet is not a function" },
    why: null,
  }),
  minimizeDeath: read({
    id: 12,
    cause: "exception",
    step: 31,
    response: 'const name = "bob";\nconsole.log(name);\nthis.greet("you");',
    minimal: 'this.greet("you");',
    parts: { before: 3, after: 1 },
    tries: 6,
    why: null,
  }),
  startSupervisor: {
    request: { name: "pair", strategy: "one_for_all", intensity: 3, periodMs: 5000 },
    responses: { 201: { ...supervisor, children: [] } },
  },
  listSupervisors: { responses: { 200: { items: [supervisor], next: null } } },
  getSupervisor: read(supervisor),
  deleteSupervisor: { responses: {} },
  addReward: {
    request: { agent: "ada", life: 7, step: 30, term: "praise", value: 5, key: "review-17" },
    responses: {
      200: { status: "again", applied: false, why: "its life has been used" },
      201: { status: "added", applied: true, why: null },
    },
  },
  getPolicy: read(policy),
  listPolicyVersions: read(page(version)),
  getPolicyModel: { responses: {} },
  rollbackPolicy: { request: { version: 2 }, responses: { 200: { ...policy, version: 2 } } },
  train: {
    request: { action: "pause" },
    responses: { 200: { ...policy, training: "paused" } },
  },
  postEpisode: {
    request: {
      id: "ada/7",
      agent: "ada",
      life: 7,
      end: "death",
      cause: "hang",
      owner: "agent",
      steps: [{
        step: 1,
        reward: 1,
        completions: [{ version: 3, promptIds: [5, 6], ids: [7, 8], logps: [-0.5, -1.25] }],
      }],
    },
    responses: { 202: { id: "ada/7", taken: true } },
  },
  survival: read({
    by: "policy",
    groups: [{
      key: "3",
      lives: 4,
      deaths: 2,
      censored: 2,
      medianSteps: 3,
      curve: [
        { age: 1, survival: 0.75, low: 0.128, high: 0.961, atRisk: 4, deaths: 1, censored: 0 },
        { age: 3, survival: 0.375, low: 0.011, high: 0.808, atRisk: 2, deaths: 1, censored: 2 },
      ],
    }],
    logRank: { chiSquare: 2.9, degreesOfFreedom: 1, p: 0.09 },
  }),
  causes: read({
    by: "all",
    groups: [{
      key: "all",
      causes: [{ cause: "hang", deaths: 2, curve: [{ age: 1, incidence: 0.25 }] }],
    }],
  }),
  learning: read({
    versions: [{
      version: 3,
      at,
      metrics: version.metrics,
      lives: 40,
      deaths: 31,
      steps: 1200,
      meanAge: 30,
      harmPer1000Steps: 0.83,
    }],
  }),
  streamEvents: read({
    id: 1041,
    atMs: at,
    kind: "life.died",
    agent: "ada",
    life: 7,
    step: 31,
    cause: "hang",
    data: { owner: "agent", message: death.reason, reward: -10, age: 30 },
  }),
  ...compatExamples,
};
