/** Where the policy of a database has its files. */
export function policyFolder(db: string): string {
  return `${db}.policy`;
}

/**
 * The folder of a house's policy, beside its database; for a database in memory one that is gone with
 * it.
 *
 * @param db the database file, or `:memory:`
 * @returns the folder's path, and what to do when the policy has ended
 */
export async function policyDir(
  db: string,
): Promise<{ readonly dir: string; readonly remove: () => Promise<void> }> {
  if (db !== ":memory:") return { dir: policyFolder(db), remove: () => Promise.resolve() };
  const dir = await Deno.makeTempDir({ prefix: "vivarium-policy-" });
  return { dir, remove: () => Deno.remove(dir, { recursive: true }) };
}
