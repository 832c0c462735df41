import { type PolicyUpdate, policyUpdateSchema } from "../../core/episode.ts";
import { writeAtomically } from "../checkpoint/mod.ts";
import { appendFlushed, readLines } from "./lines.ts";
import { eventFileHeader, scalarEvent } from "./tensorboard.ts";

/** An update, before it has its number. */
export type UpdateDraft = Omit<PolicyUpdate, "id">;

/** Updates that are remembered for whoever asks; all of them are in the file. */
const remembered = 256;

/**
 * Every update of the policy, for people and their tools: one JSON line each in `metrics.jsonl`, and the
 * metrics of those that became a version in TensorBoard's event files (`tensorboard/`, one file a
 * process, as TensorBoard has it; tags `train/NAME`, the version as step).
 *
 * The manifests of the versions are the truth. What a crash kept from this log is made up for when it is
 * opened.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #events: string;
  #recent: PolicyUpdate[];
  #last: number;
  #begun = false;

  private constructor(path: string, events: string, updates: readonly PolicyUpdate[]) {
    this.#path = path;
    this.#events = events;
    this.#recent = updates.slice(-remembered);
    this.#last = updates.at(-1)?.id ?? 0;
  }

  /**
   * Opens the log of a folder.
   *
   * @param published what all versions say of themselves, oldest first
   */
  static async open(
    folder: string,
    published: readonly UpdateDraft[],
    nowMs: number,
  ): Promise<MetricsLog> {
    const path = `${folder}/metrics.jsonl`;
    const lines = await readLines(path);
    const updates = lines.flatMap(parse);
    if (updates.length < lines.length) {
      // A line that was cut by a crash must not be continued by the next one.
      await writeAtomically(path, updates.map((update) => `${JSON.stringify(update)}\n`).join(""));
    }
    await Deno.mkdir(`${folder}/tensorboard`, { recursive: true });
    const seconds = String(Math.floor(nowMs / 1000)).padStart(10, "0");
    const events = `${folder}/tensorboard/events.out.tfevents.${seconds}.vivarium.${Deno.pid}`;
    const log = new MetricsLog(path, events, updates);
    const known = new Set(updates.map(({ version }) => version));
    for (const update of published) if (!known.has(update.version)) await log.add(update);
    return log;
  }

  /** Adds an update; in the files when this resolves. */
  async add(draft: UpdateDraft): Promise<void> {
    const update = { id: ++this.#last, ...draft };
    this.#recent = [...this.#recent, update].slice(-remembered);
    // This order: a crash in between makes the event come twice, which TensorBoard takes for one.
    if (update.version !== null) {
      const values = Object.fromEntries(
        Object.entries(update.metrics).map(([name, value]) => [`train/${name}`, value]),
      );
      await this.#begin(update.atMs);
      const event = scalarEvent({ atMs: update.atMs, step: update.version, values });
      await Deno.writeFile(this.#events, event, { append: true });
    }
    await appendFlushed(this.#path, JSON.stringify(update));
  }

  /** The file is there once there is something to put into it: not every process trains. */
  async #begin(atMs: number): Promise<void> {
    if (this.#begun) return;
    await Deno.writeFile(this.#events, eventFileHeader(atMs), { append: true });
    this.#begun = true;
  }

  /** Updates after the one with this id, oldest first; of very many, the last. */
  after(id: number): readonly PolicyUpdate[] {
    return this.#recent.filter((update) => update.id > id);
  }
}

function parse(line: string): PolicyUpdate[] {
  try {
    return [policyUpdateSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
