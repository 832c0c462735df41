import { assertEquals, assertRejects } from "@std/assert";
import { SimulatedClock } from "../../src/core/clock.ts";
import type { Episode, PolicyStatus, PolicyUpdate } from "../../src/core/episode.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { PolicyKeeper, type PolicyKeeperEvent } from "../../src/house/mod.ts";
import type { PolicyClient, PolicyExit, PolicyProcess } from "../../src/policy/mod.ts";

const status: PolicyStatus = {
  version: 0,
  hash: "h",
  parameters: 1,
  kind: "pretrained",
  training: "on",
  updates: 0,
  kept: [0],
  episodesWaiting: 0,
};

/** A process that is not there: it answers until it is told to die. */
class FakeProcess implements PolicyProcess {
  readonly url = "";
  readonly token = "";
  readonly pid: number;
  readonly posted: string[] = [];
  updates: readonly PolicyUpdate[] = [];
  readonly client: PolicyClient;
  readonly #ended = Promise.withResolvers<PolicyExit>();
  #alive = true;
  #silence: Promise<void> = Promise.resolve();

  constructor(pid: number) {
    this.pid = pid;
    const here = async <T>(answer: () => T): Promise<T> => {
      await Promise.race([this.#silence, this.exited]);
      if (!this.#alive) throw new VivariumError("unavailable", "the process is gone");
      return answer();
    };
    this.client = {
      status: () => here(() => status),
      versions: () => here(() => []),
      updates: (after = 0) => here(() => this.updates.filter(({ id }) => id > after)),
      sample: () =>
        here(() => ({
          version: pid,
          promptIds: [],
          ids: [1],
          logps: [0],
          text: "x",
          finish: "stop",
        })),
      postEpisode: (episode: Episode) => here(() => this.posted.push(episode.id) > 0),
    } as unknown as PolicyClient;
  }

  get exited(): Promise<PolicyExit> {
    return this.#ended.promise;
  }

  /** Owes every answer until the returned function is called. */
  fallSilent(): () => void {
    const silence = Promise.withResolvers<void>();
    this.#silence = silence.promise;
    return silence.resolve;
  }

  die(): void {
    this.#alive = false;
    this.#ended.resolve({ code: 137, signal: "SIGKILL", stderr: "" });
  }

  stop(): Promise<PolicyExit> {
    this.die();
    return this.exited;
  }
}

interface Stage {
  readonly clock: SimulatedClock;
  readonly processes: FakeProcess[];
  readonly events: string[];
  readonly keeper: PolicyKeeper;
}

async function stage(failures = 0): Promise<Stage> {
  const clock = new SimulatedClock();
  const processes: FakeProcess[] = [];
  const events: string[] = [];
  let left = failures;
  const keeper = await PolicyKeeper.start({
    clock,
    start: () => {
      if (processes.length > 0 && left-- > 0) {
        return Promise.reject(new VivariumError("unavailable", "it will not start"));
      }
      const process = new FakeProcess(processes.length + 1);
      processes.push(process);
      return Promise.resolve(process);
    },
    onEvent: (event: PolicyKeeperEvent) => events.push(event.kind),
    backoffMs: 100,
    patienceMs: 10_000,
  });
  return { clock, processes, events, keeper };
}

/** Lets whatever is ready to run, run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** Moves time in small steps, with everything that follows from each. */
async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    await settle();
  }
}

const request = { prompt: "p", seed: 1 };

const episode = (id: string): Episode => ({
  id,
  agent: "ada",
  life: 1,
  end: "truncated",
  steps: [],
});

Deno.test("PolicyKeeper.sample() is answered by the next process when this one dies", async () => {
  const { clock, processes, events, keeper } = await stage();
  assertEquals((await keeper.sample(request)).version, 1);
  processes[0]?.die();
  await settle();
  assertEquals(keeper.ready, false);
  const answer = keeper.sample(request);
  await pass(clock, 500);
  assertEquals((await answer).version, 2);
  assertEquals(events, ["started", "died", "started"]);
  await keeper.stop();
});

Deno.test("PolicyKeeper waits longer after each start that fails", async () => {
  const { clock, processes, events, keeper } = await stage(3);
  processes[0]?.die();
  await settle();
  // 100, 200 and 400 ms, and then 800 until the one that starts.
  await pass(clock, 700);
  assertEquals([processes.length, events.filter((kind) => kind === "died").length], [1, 4]);
  await pass(clock, 850);
  assertEquals(processes.length, 2);
  await keeper.stop();
});

Deno.test("PolicyKeeper.sample() fails as the provider's fault when no process comes in time", async () => {
  const { clock, processes, keeper } = await stage(1000);
  processes[0]?.die();
  await settle();
  const answer = assertRejects(() => keeper.sample(request), VivariumError);
  await pass(clock, 12_000);
  assertEquals((await answer).code, "provider");
  await keeper.stop();
});

Deno.test("PolicyKeeper.post() hands each episode over once, also across a death", async () => {
  const { clock, processes, keeper } = await stage();
  keeper.post(episode("ada/1"));
  await settle();
  processes[0]?.die();
  keeper.post(episode("ada/2"));
  keeper.post(episode("ada/3"));
  await settle();
  assertEquals(keeper.backlog, 2);
  await pass(clock, 1000);
  assertEquals(processes.map(({ posted }) => posted), [["ada/1"], ["ada/2", "ada/3"]]);
  assertEquals(keeper.backlog, 0);
  await keeper.stop();
});

Deno.test("PolicyKeeper tells once of an update that was dropped, and of none from before its time", async () => {
  const { clock, processes, events, keeper } = await stage();
  const dropped = (id: number): PolicyUpdate => ({
    id,
    atMs: 0,
    outcome: "diverged",
    version: null,
    why: "the loss is no number",
    episodes: ["ada/1"],
    metrics: {},
  });
  const [first] = processes;
  first!.updates = [dropped(1), { ...dropped(2), outcome: "published", version: 1, why: null }];
  await keeper.reportVersions();
  await keeper.reportVersions();
  assertEquals(events, ["started", "dropped"]);
  first!.die();
  await settle();
  await pass(clock, 500);
  processes[1]!.updates = [...first!.updates, dropped(3)];
  await keeper.reportVersions();
  assertEquals(events, ["started", "dropped", "died", "started", "dropped"]);
  await keeper.stop();
});

Deno.test("PolicyKeeper is in trouble while its process is silent, and not when it speaks again", async () => {
  const { clock, processes, events, keeper } = await stage();
  const speak = processes[0]!.fallSilent();
  const troubles: (string | undefined)[] = [];
  for (let second = 0; second < 30; second++) {
    keeper.look();
    await pass(clock, 1000);
    if (keeper.trouble !== troubles.at(-1)) troubles.push(keeper.trouble);
    if (second === 20) speak();
  }
  assertEquals(troubles, ["the policy process does not answer", undefined]);
  assertEquals([processes.length, events], [1, ["started"]]);
  await keeper.stop();
});

Deno.test("PolicyKeeper ends a process that is silent for good, and starts another", async () => {
  const { clock, processes, events, keeper } = await stage();
  processes[0]!.fallSilent();
  const answer = keeper.sample(request);
  for (let second = 0; second < 50; second++) {
    keeper.look();
    await pass(clock, 1000);
  }
  assertEquals((await answer).version, 2);
  assertEquals([keeper.trouble, events], [undefined, ["started", "died", "started"]]);
  processes[1]!.die();
  await settle();
  assertEquals(keeper.trouble, "the policy process is down");
  await keeper.stop();
  assertEquals(keeper.trouble, undefined);
});

Deno.test("PolicyKeeper.stop() ends the process and starts no other", async () => {
  const { clock, processes, keeper } = await stage();
  await keeper.stop();
  await keeper.stop();
  await pass(clock, 1000);
  assertEquals(processes.length, 1);
});

Deno.test("PolicyKeeper.learn() hands over in order what was held back, and updates while enough waits", async () => {
  const process = new FakeProcess(1);
  const asked: string[] = [];
  Object.assign(process.client, {
    status: () =>
      Promise.resolve({ ...status, episodesReady: process.posted.length - 2 * asked.length }),
    train: (action: string) => {
      asked.push(action);
      return Promise.resolve(status);
    },
  });
  const keeper = await PolicyKeeper.start({
    clock: new SimulatedClock(),
    start: () => Promise.resolve(process),
    onEvent: () => {},
    lockstep: { batchEpisodes: 2 },
  });
  const ended = (agent: string, life: number): void =>
    keeper.post({ id: `${agent}/${life}`, agent, life, end: "truncated", steps: [] });
  ended("bob", 1);
  assertEquals(keeper.learn(), undefined);
  assertEquals(process.posted, []);
  ended("ada", 10);
  ended("ada", 9);
  ended("cyd", 1);
  ended("dan", 1);
  const learning = keeper.learn();
  // Asked again meanwhile, it is the same lesson.
  assertEquals(keeper.learn(), learning);
  await learning;
  assertEquals(process.posted, ["ada/9", "ada/10", "bob/1", "cyd/1", "dan/1"]);
  assertEquals(asked, ["due", "due"]);
  await keeper.stop();
});
