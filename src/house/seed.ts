import { VivariumError } from "../core/errors.ts";
import type { Store } from "../store/mod.ts";

/**
 * The seed of a database's run: the one that it began with, or, in a new one, the one that is wanted.
 *
 * @param store the ledger; a new seed is written to it
 * @param wanted what the user asked for, if anything
 * @param drawn the seed of a new database for which none is wanted
 * @throws {VivariumError} `bad-usage` where the database began with another seed
 */
export function runSeed(store: Store, wanted: number | undefined, drawn: number): number {
  const kept = store.getMeta("seed");
  if (typeof kept !== "number") {
    const seed = wanted ?? drawn;
    store.setMeta("seed", seed);
    return seed;
  }
  if (wanted !== undefined && wanted !== kept) {
    throw new VivariumError(
      "bad-usage",
      `cannot use seed ${wanted}: this database began with ${kept}`,
      {
        hint: "leave --seed out, or name a new database",
      },
    );
  }
  return kept;
}
