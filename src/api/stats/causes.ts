import type { Cause } from "../../death/mod.ts";
import { causeNames } from "../../death/mod.ts";
import type { LifetimeRow } from "../../store/mod.ts";
import { aalenJohansen } from "../../survival/mod.ts";
import { type Grouping, groupLives } from "./groups.ts";

/** How often the lives of each group die of what. */
export interface CauseStats {
  readonly by: Grouping;
  readonly groups: readonly {
    readonly key: string;
    /** Those that occur, in the order of the list of causes. */
    readonly causes: readonly {
      readonly cause: Cause;
      readonly deaths: number;
      /** The chance to have died of it by an age, at each age of such a death. */
      readonly curve: readonly { readonly age: number; readonly incidence: number }[];
    }[];
  }[];
}

/** Cumulative incidence of each cause (Aalen–Johansen), by groups of lives. */
export function causeStats(lives: readonly LifetimeRow[], by: Grouping): CauseStats {
  return {
    by,
    groups: groupLives(lives, by).map(({ key, lives }) => {
      const points = aalenJohansen(lives.map(({ steps, cause }) => ({ time: steps, cause })));
      const byCause = Map.groupBy(lives, ({ cause }) => cause);
      return {
        key,
        causes: causeNames.filter((cause) => byCause.has(cause)).map((cause) => {
          const died = byCause.get(cause) ?? [];
          const ages = new Set(died.map(({ steps }) => steps));
          return {
            cause,
            deaths: died.length,
            curve: points.filter(({ time }) => ages.has(time)).map(({ time, incidence }) => ({
              age: time,
              incidence: incidence[cause],
            })),
          };
        }),
      };
    }),
  };
}
