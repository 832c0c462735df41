import { assert, assertEquals } from "@std/assert";
import { createApi } from "../../src/api/mod.ts";
import type { EventKind, HouseEvent } from "../../src/core/events.ts";
import {
  type HouseOptions,
  type HouseParts,
  type OpenHouse,
  openHouse,
} from "../../src/house/mod.ts";
import { checkFile, openStore } from "../../src/store/mod.ts";
import { until } from "./until.ts";

/** A house at work, what it has told of, and what it says of itself. */
export interface AtWork {
  readonly db: string;
  readonly told: readonly HouseEvent[];
  readonly house: OpenHouse;
  /** Resolves when it has lived so many steps more. */
  steps(count: number): Promise<void>;
  readiness(): Promise<{ status: string; troubles: string[] }>;
  /** Resolves with the first event of a kind after so many, told or still to come. */
  event(kind: EventKind, after?: number): Promise<HouseEvent>;
}

/** Runs a house, and looks afterwards whether all that was told is in the ledger. */
export async function withHouse(
  folder: string,
  test: (work: AtWork) => Promise<void>,
  options: Partial<HouseOptions> = {},
  parts: HouseParts = {},
): Promise<void> {
  const script = await Deno.makeTempFile();
  const line = JSON.stringify({ response: "this.state.count = (this.state.count ?? 0) + 1;" });
  await Deno.writeTextFile(script, `${line}\n`.repeat(20_000));
  const db = `${folder}/house.db`;
  const told: HouseEvent[] = [];
  const house = await openHouse({
    db,
    llm: `scripted:${script}`,
    agents: 1,
    profile: "fast",
    ...options,
    onEvent: (event) => told.push(event),
  }, parts);
  const app = createApi(house);
  const steps = (): number => told.filter(({ kind }) => kind === "step.committed").length;
  try {
    house.begin();
    await test({
      db,
      told,
      house,
      steps: async (count) => {
        const goal = steps() + count;
        await until(() => steps() >= goal);
      },
      event: async (kind, after = 0) => {
        const found = (): HouseEvent | undefined =>
          told.find((each) => each.kind === kind && each.id > after);
        await until(() => found() !== undefined);
        return found() as HouseEvent;
      },
      readiness: async () => await (await app.request("http://127.0.0.1/readyz")).json(),
    });
  } finally {
    await house.stop();
    await Deno.remove(script);
  }
  assertEquals(checkFile(db).findings, []);
  const store = openStore(db, { readOnly: true });
  for (const { id, kind, agent = "", life = 0, step = 0 } of told) {
    if (kind === "step.committed") assert(store.step(agent, life, step), `event ${id} is lost`);
  }
  for (
    const { name, genome, steps: count } of options.llm === undefined ? store.agents().items : []
  ) {
    assertEquals(store.genome(genome)?.genome.state, { count }, name);
  }
  store.close();
}
