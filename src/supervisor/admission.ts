import { VivariumError } from "../core/errors.ts";
import { type Genome, genomeText } from "../genome/mod.ts";
import type { Context } from "./context.ts";
import { type ChildSpec, limitsOf } from "./spec.ts";

/** What an agent is asked first: its task's query, if it has a task. Throws `bad-request`. */
export function firstQueryOf(
  { name, task, firstQuery }: ChildSpec,
  tasks: Context["tasks"],
): string {
  if (task === undefined) return firstQuery;
  const known = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (known !== undefined) return known.query;
  const why = `'task': there is no '${task}'`;
  const hint = "name one of the house's tasks, or none";
  throw new VivariumError("bad-request", `cannot spawn '${name}': ${why}`, { hint });
}

/** Throws `too-large` for a genome beyond what the agent's spec allows. */
export function refuseLargeGenome(spec: ChildSpec, genome: Genome): void {
  const { genomeBytes } = limitsOf(spec);
  const sizeBytes = new TextEncoder().encode(genomeText(genome)).length;
  if (sizeBytes <= genomeBytes) return;
  const must = `must be at most ${genomeBytes} bytes: received ${sizeBytes}`;
  throw new VivariumError("too-large", `cannot spawn '${spec.name}': its genome ${must}`);
}
