const names = [
  "ada",
  "bob",
  "cyd",
  "dee",
  "eve",
  "fay",
  "gus",
  "hal",
  "ivy",
  "jon",
  "kim",
  "leo",
] as const;

/**
 * Names for so many agents: short ones first, then numbered ones.
 *
 * @param count how many
 * @returns `count` distinct names
 */
export function agentNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => names[index] ?? `agent-${index + 1}`);
}
