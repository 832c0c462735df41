import type { LifetimeRow } from "../../store/mod.ts";

/** By what lives are put into groups. */
export const groupings = ["policy", "model", "agent", "all"] as const;

/** By what lives are put into groups. */
export type Grouping = typeof groupings[number];

/** The key of lives to which none applies: no version, or no model, wrote their first response. */
const none = "none";

/**
 * Lives in groups, in the order of the keys: versions by number, the rest by name, `none` last.
 *
 * @param lives in any order
 * @param by what makes a group
 */
export function groupLives(
  lives: readonly LifetimeRow[],
  by: Grouping,
): { readonly key: string; readonly lives: readonly LifetimeRow[] }[] {
  const groups = Map.groupBy(lives, (life) => keyOf(life, by));
  return [...groups].map(([key, lives]) => ({ key, lives })).sort((a, b) =>
    Number(a.key === none) - Number(b.key === none) ||
    a.key.localeCompare(b.key, "en", { numeric: true })
  );
}

function keyOf({ agent, model, policyVersion }: LifetimeRow, by: Grouping): string {
  switch (by) {
    case "policy":
      return policyVersion === null ? none : String(policyVersion);
    case "model":
      // The gateway names the policy with its version: `policy@3`.
      return policyVersion === null ? model ?? none : (model ?? none).replace(/@\d+$/, "");
    case "agent":
      return agent;
    case "all":
      return "all";
  }
}
