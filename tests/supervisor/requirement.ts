/**
 * Cites behaviours of SUPERVISION.md in a test's name: `Deno.test(requirement(19, "…"), …)`. The test
 * of requirements reads these calls out of the sources, so the numbers stand there as literals.
 *
 * @param ids one number of a behaviour, or several
 * @param name what the test shows
 */
export function requirement(ids: number | readonly number[], name: string): string {
  return `${name} [supervision ${[ids].flat().join(", ")}]`;
}
