import { firstGenome } from "../genome/mod.ts";
import type { Cell, CellLimits } from "./types.ts";

/**
 * Lives a life of one step that nobody hears of, so that the first real one finds its shell compiled: of
 * a process's first step, most is that. Nothing of it is left (a life finds nothing of an earlier one).
 *
 * @param cell one that is ready, and nobody's
 * @param limits with which it was started
 */
export async function rehearse(cell: Cell, limits: CellLimits): Promise<void> {
  const birth = { agent: "nobody", life: 1, genome: firstGenome, query: "", limits };
  if (!(await cell.birth(birth)).lived) return;
  const letter = { kind: "tick", from: "supervisor", body: null } as const;
  await cell.turn({ letter, age: 0, energy: 1, nowMs: 0, seed: 1 }, {
    llm: () => Promise.resolve("const one = 1; this.state.one = one; return this.state.one;"),
    send: () => Promise.reject(new Error("nobody hears")),
    ask: () => Promise.reject(new Error("nobody hears")),
  });
}
