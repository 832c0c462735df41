import { DatabaseSync } from "node:sqlite";
import type { EventListener } from "../../src/core/events.ts";
import { agentNames, type HouseOptions, type OpenHouse, openHouse } from "../../src/house/mod.ts";
import { readLives, readTraining } from "./read.ts";
import type { ArmRecord, TrainingRecord } from "./record.ts";
import { heldOutQueries, type Settings, trainingQueries } from "./settings.ts";

/** What a test needs beside the settings. */
export interface TestOptions {
  readonly seed: number;
  /** Folder for its database. */
  readonly folder: string;
  readonly llm: string;
  /** Database of a training whose last version is tested. Default: the shipped checkpoint. */
  readonly trainedIn?: string;
  readonly energy?: HouseOptions["energy"];
  readonly lives?: number;
}

/**
 * Trains a policy on lives really lived: each begins with the first genome and one of the training
 * queries, in a cell of its own.
 *
 * @param db the database, made anew; the versions lie beside it
 * @param trainer the trainer's settings where they differ from its defaults
 */
export async function train(
  settings: Settings,
  { seed, db, trainer }: {
    readonly seed: number;
    readonly db: string;
    readonly trainer: Readonly<Record<string, string | number>>;
  },
): Promise<TrainingRecord> {
  const started = performance.now();
  const house = await openHouse({
    db,
    seed,
    agents: 0,
    steps: settings.trainTurns,
    horizon: settings.horizon,
    trainer,
  });
  try {
    house.begin();
    spawnAll(house, settings.agents, trainingQueries);
    await house.finished();
  } finally {
    await house.stop();
  }
  using database = new DatabaseSync(db, { readOnly: true });
  return readTraining(database, trainer, (performance.now() - started) / 1000);
}

/** Lets a policy that does not learn any more live lives that begin with the held-out queries. */
export async function test(settings: Settings, options: TestOptions): Promise<ArmRecord> {
  const started = performance.now();
  const { seed, folder, llm, trainedIn, energy, lives = settings.testLives } = options;
  const db = `${folder}/test.db`;
  await Deno.mkdir(folder, { recursive: true });
  if (trainedIn !== undefined) await copyFolder(`${trainedIn}.policy`, `${db}.policy`);
  const count = new LifeCount(lives);
  const house = await openHouse({
    db,
    seed,
    llm,
    agents: 0,
    train: false,
    horizon: settings.horizon,
    onEvent: count.listen,
    ...(energy === undefined ? {} : { energy }),
  });
  try {
    house.begin();
    const names = spawnAll(house, settings.agents, heldOutQueries);
    await Promise.race([
      count.reached(names, (name) => void house.supervisor.stop(name)),
      house.finished(),
    ]);
  } finally {
    await house.stop();
  }
  using database = new DatabaseSync(db, { readOnly: true });
  return readLives(database, lives, (performance.now() - started) / 1000);
}

/** Waits until every agent has lived its lives, and stops each that has. */
class LifeCount {
  readonly #lives: number;
  readonly #ended = new Map<string, number>();
  #onLife: (name: string) => void = () => {};

  constructor(lives: number) {
    this.#lives = lives;
  }

  readonly listen: EventListener = ({ kind, agent }) => {
    if ((kind !== "life.died" && kind !== "life.truncated") || agent === undefined) return;
    this.#ended.set(agent, (this.#ended.get(agent) ?? 0) + 1);
    this.#onLife(agent);
  };

  reached(names: readonly string[], stop: (name: string) => void): Promise<void> {
    const left = new Set(names);
    return new Promise((resolve) => {
      this.#onLife = (name) => {
        if ((this.#ended.get(name) ?? 0) < this.#lives || !left.delete(name)) return;
        // Not within the commit that told of it.
        setTimeout(() => stop(name), 0);
        if (left.size === 0) resolve();
      };
    });
  }
}

/** Agents whose every life begins with the first genome and its own query. */
function spawnAll(house: OpenHouse, count: number, queries: readonly string[]): readonly string[] {
  const names = agentNames(count);
  for (const [index, name] of names.entries()) {
    const firstQuery = queries[index % queries.length] ?? "";
    house.supervisor.spawn({ name, firstQuery, resurrection: "first" });
  }
  return names;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
