import { type NewAgent, openHouse } from "../../../mod.ts";
import type { HouseEvent } from "../../../src/core/events.ts";
import type { OpenHouse } from "../../../src/house/mod.ts";

/** What a house is measured with. */
export interface TemporaryHouseOptions {
  readonly agents: number;
  /** What the model says to an agent; at once. */
  respond(agent: string): string;
  /** Told of every committed event. */
  onEvent?(event: HouseEvent): void;
  /** Cells kept ready. @default the house's */
  readonly warmCells?: number;
  /** What each agent's spec says beside its name. */
  readonly child?: Omit<NewAgent, "name">;
}

/** A house in a folder of its own. */
export interface TemporaryHouse extends AsyncDisposable {
  readonly house: OpenHouse;
  readonly db: string;
  readonly names: readonly string[];
}

/**
 * A real house, with real cells and a real file, whose model answers at once. Its agents are
 * restarted without a wait, so that what is measured after a death is not the backoff.
 */
export async function temporaryHouse(options: TemporaryHouseOptions): Promise<TemporaryHouse> {
  const { agents, respond, warmCells, child } = options;
  const folder = await Deno.makeTempDir({ prefix: "vivarium-bench-" });
  const db = `${folder}/house.db`;
  const house = await openHouse({
    db,
    names: [],
    horizon: 100_000,
    ...(warmCells === undefined ? {} : { warmCells }),
    llm: {
      spec: "scripted:bench",
      complete: ({ agent }) =>
        Promise.resolve({
          text: respond(agent),
          model: "scripted",
          tokens: { prompt: 1, completion: 1 },
        }),
      close: () => Promise.resolve(),
    },
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  house.begin();
  const names = Array.from({ length: agents }, (_, index) => `agent-${index + 1}`);
  for (const name of names) house.spawn({ ...child, name, backoff: { minMs: 0, maxMs: 0 } });
  return {
    house: house as OpenHouse,
    db,
    names,
    async [Symbol.asyncDispose]() {
      await house.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
