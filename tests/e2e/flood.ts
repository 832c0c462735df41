import v8 from "node:v8";
import vm from "node:vm";
import { VivariumError } from "../../src/core/errors.ts";
import { openHouse } from "../../src/house/mod.ts";
import type { Model } from "../../src/llm/mod.ts";
import { checkFile } from "../../src/store/mod.ts";
import { until } from "./until.ts";

/** A flood. */
export interface FloodOptions {
  readonly tells: number;
  readonly overflow: "fail" | "dropNew" | "dropHead";
}

/** What came of it. */
export interface Flooded {
  /** The house's memory after each tenth of the tells: resident, and what a collection leaves of the heap. */
  readonly memory: readonly { readonly rssBytes: number; readonly heapBytes: number }[];
  /** Letters that were handled, refused, dropped as dead letters, and left in the mailbox. */
  readonly handled: number;
  readonly refused: number;
  readonly dropped: number;
  readonly left: number;
  /** Most letters that lay in the mailbox at once. */
  readonly most: number;
  readonly tookMs: number;
  readonly findings: readonly string[];
}

v8.setFlagsFromString("--expose-gc");
/** Collects all garbage, so that what is left is what is held. */
const collect = vm.runInNewContext("gc") as () => void;

const capacity = 1000;
/** Tells after which the agent gets its turn. */
const burst = 100;

/**
 * Tells one agent more than it can handle: a real house, with a real cell and a real file, in which each
 * accepted letter is durable before the next is told.
 */
export async function flood({ tells, overflow }: FloodOptions): Promise<Flooded> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-flood-" });
  const db = `${folder}/house.db`;
  const model: Model = {
    spec: "own",
    complete: () =>
      Promise.resolve({ text: "1;", model: "own", tokens: { prompt: 1, completion: 1 } }),
    close: () => Promise.resolve(),
  };
  let handled = 0;
  let dropped = 0;
  const house = await openHouse({
    ...{ db, llm: model, names: [], warmCells: 0, horizon: 100_000 },
    onEvent: ({ kind, data }) => {
      if (kind === "message.dead-letter") dropped++;
      if (kind === "step.committed" && data["letter"] === "tell") handled++;
    },
  });
  const memory: { rssBytes: number; heapBytes: number }[] = [];
  let refused = 0;
  let most = 0;
  let left = 0;
  const startMs = performance.now();
  try {
    house.begin();
    house.spawn({ name: "ada", ticking: false, mailbox: { capacity, overflow } });
    await until(() => house.supervisor.look("ada").phase === "idle");
    for (let tell = 1; tell <= tells; tell++) {
      await house.tell("ada", { tell, text: "x".repeat(100) }).catch((error) => {
        if (!(error instanceof VivariumError) || error.code !== "overloaded") throw error;
        refused++;
      });
      if (tell % burst !== 0) continue;
      most = Math.max(most, house.supervisor.look("ada").mailbox);
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (tell % (tells / 10) !== 0) continue;
      const { rss: rssBytes } = Deno.memoryUsage();
      collect();
      memory.push({ rssBytes, heapBytes: Deno.memoryUsage().heapUsed });
    }
    // What is under way is handled, or comes back to the mailbox.
    await house.supervisor.shutdown();
    left = house.store.mailbox("ada").length;
  } finally {
    await house.stop();
  }
  const tookMs = performance.now() - startMs;
  const findings = [...checkFile(db).findings];
  const known = handled + refused + dropped + left;
  if (known !== tells) findings.push(`of ${tells} letters ${known} are accounted for`);
  if (most > capacity) findings.push(`${most} letters lay in a mailbox for ${capacity}`);
  await Deno.remove(folder, { recursive: true });
  return { memory, handled, refused, dropped, left, most, tookMs, findings };
}
