import { OnnxSession, type Tensor } from "../../onnx/mod.ts";
import type { LlamaConfig } from "./config.ts";
import { plain } from "./batches.ts";
import { CacheSlab, type CacheTensors } from "./cache_slab.ts";
import { checkParameters } from "./parameters.ts";
import {
  checkRequest,
  type OpenRow,
  openRow,
  type Sample,
  type SampleRequest,
  type SamplerOptions,
  type SampleRow,
  take,
} from "./sample_row.ts";
import { cacheNames, promptGraph, turnsGraph } from "./sampling_graph.ts";

// A product of one row with a matrix that is not packed takes another path through the kernels, and
// other bits come out of it. Constant weights are packed, where measured (x64): this is for elsewhere.
const leastBatch = 2;
/** Turns between two chances to join; what is computed for a row after its end, at most. */
const turnsAtOnce = 8;
/** Prompts are padded to a multiple of this. */
const promptStep = 16;
/** Caches have room for a multiple of this. */
const roomStep = 64;

/** Rows whose caches have the same room, and the caches. */
interface Tier {
  readonly slab: CacheSlab;
  /** By slot. */
  readonly rows: OpenRow[];
}

/**
 * Samples from a Llama-style model. Rows join at any time, advance together a few turns at a time, and
 * leave when they end, so that nobody waits for the longest.
 *
 * What a request gets depends on the weights, its prompt, its uniforms and its temperature, bit for
 * bit; never on the requests beside it, their number, when they joined, or the number of threads. So a life
 * can be replayed from its record. It holds because each shape that a row meets is its own: prompts are
 * read with others of the same padded length, turns are taken with others whose caches have the same room,
 * which follows from how long a row is, and every row joins at the first of {@linkcode turnsAtOnce} turns.
 *
 * Runs block the thread (see `OnnxSession`).
 */
export class LlamaSampler {
  #sessions: Sessions;
  /** By room. */
  readonly #tiers = new Map<number, Tier>();

  private constructor(
    readonly config: LlamaConfig,
    readonly options: SamplerOptions,
    sessions: Sessions,
  ) {
    this.#sessions = sessions;
  }

  /**
   * Builds the model around its weights.
   *
   * @param parameters the flat vector (see `parameterLayout`); copied
   * @throws {RangeError} if it has the wrong length, or sequences could be longer than the model's
   */
  static async create(
    config: LlamaConfig,
    parameters: Float32Array,
    options: SamplerOptions,
  ): Promise<LlamaSampler> {
    const { promptLength, maxTokens } = options;
    const most = config.max_position_embeddings;
    if (promptLength < 1 || maxTokens < 1 || promptLength + maxTokens > most) {
      throw new RangeError(
        `cannot sample: 'promptLength' + 'maxTokens' must be in [2, ${most}]: received ${promptLength} + ${maxTokens}`,
      );
    }
    return new LlamaSampler(config, options, await load(config, parameters, options));
  }

  /** How many rows are not finished. */
  get active(): number {
    return [...this.#tiers.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /**
   * Continues prompts, to their ends.
   *
   * @param stopId the token that ends an answer
   * @returns one sample a request, in order
   * @throws {RangeError} if a request does not fit
   */
  async sample(requests: readonly SampleRequest[], stopId: number): Promise<Sample[]> {
    const rows = await this.start(requests, stopId);
    while (rows.some(({ done }) => !done)) await this.advance();
    return rows.map(({ sample }) => sample);
  }

  /**
   * Reads prompts and draws the first token of each answer; {@linkcode advance} goes on with them.
   *
   * @throws {RangeError} if a request does not fit; then none is begun
   */
  async start(requests: readonly SampleRequest[], stopId: number): Promise<SampleRow[]> {
    for (const request of requests) checkRequest(this.config, this.options, request);
    const rows = requests.map((request) => openRow(this.options, request, stopId));
    const byLength = Map.groupBy(rows, ({ past }) => this.#padded(past));
    for (const [length, together] of byLength) await this.#readPrompts(together, length);
    return rows;
  }

  /** Goes on with every row that is not finished, up to {@linkcode turnsAtOnce} turns. */
  async advance(): Promise<void> {
    // A row that grows out of its tier must not be advanced again in the next.
    const longestFirst = [...this.#tiers].sort(([a], [b]) => b - a);
    for (const [, tier] of longestFirst) await this.#takeTurns(tier);
  }

  /** Lets go of a row that is not finished; of one that is, there is nothing to let go. */
  drop(row: SampleRow): void {
    for (const { slab, rows } of this.#tiers.values()) {
      const slot = rows.findIndex((each) => each === row);
      if (slot < 0) continue;
      leave(slab, rows, slot);
    }
  }

  /** Drops every row that is not finished. */
  abandon(): void {
    this.#tiers.clear();
  }

  /**
   * Takes other weights; they are copied.
   *
   * @throws {RangeError} while rows are not finished: an answer is of one version
   */
  async setParameters(parameters: Float32Array): Promise<void> {
    if (this.active > 0) {
      throw new RangeError(`cannot take other weights: ${this.active} rows are not finished`);
    }
    const sessions = await load(this.config, parameters, this.options);
    await this.dispose();
    this.#sessions = sessions;
  }

  /** Frees the sessions. */
  async dispose(): Promise<void> {
    await this.#sessions.prompt.dispose();
    await this.#sessions.turns.dispose();
  }

  #padded(length: number): number {
    return Math.min(
      Math.ceil(length / promptStep) * promptStep,
      this.config.max_position_embeddings,
    );
  }

  async #readPrompts(rows: readonly OpenRow[], length: number): Promise<void> {
    const batch = Math.max(leastBatch, rows.length);
    const ids = new Int32Array(batch * length);
    const last = new BigInt64Array(batch);
    const [temperature, uniform] = [new Float32Array(batch).fill(1), new Float32Array(batch)];
    rows.forEach(({ request, past }, row) => {
      ids.set(request.promptIds, row * length);
      last[row] = BigInt(row * length + past - 1);
      temperature[row] = request.temperature;
      uniform[row] = request.uniforms[0] ?? 0;
    });
    const outputs = await this.#sessions.prompt.run({
      ids: { data: ids, shape: [batch, length] },
      last: { data: last, shape: [batch] },
      temperature: { data: temperature, shape: [batch] },
      uniform: { data: uniform, shape: [batch] },
    });
    const [tokens, lps] = [numbers(outputs, "token"), numbers(outputs, "lp")];
    const caches = this.#caches(outputs);
    rows.forEach((row, index) => {
      take(row, tokens[index] ?? NaN, lps[index] ?? NaN);
      if (!row.done) this.#place(row, caches, index);
    });
  }

  async #takeTurns({ slab, rows }: Tier): Promise<void> {
    if (rows.length === 0) return;
    const batch = Math.max(leastBatch, rows.length);
    const [token, stop] = [new Int32Array(batch), new Int32Array(batch)];
    const [past, left] = [new BigInt64Array(batch), new BigInt64Array(batch)];
    const temperature = new Float32Array(batch).fill(1);
    const uniforms = new Float32Array(turnsAtOnce * batch);
    rows.forEach((row, slot) => {
      const { request, sample: { ids }, limit, stopId } = row;
      token[slot] = ids.at(-1) ?? 0;
      stop[slot] = stopId;
      past[slot] = BigInt(row.past);
      left[slot] = BigInt(limit - ids.length);
      temperature[slot] = request.temperature;
      for (let turn = 0; turn < turnsAtOnce; turn++) {
        uniforms[turn * batch + slot] = request.uniforms[ids.length + turn] ?? 0;
      }
    });
    const names = cacheNames(this.config, "old");
    const caches = slab.tensors(batch).map((tensor, index) => [names[index], tensor] as const);
    const outputs = await this.#sessions.turns.run({
      token: { data: token, shape: [batch] },
      stop: { data: stop, shape: [batch] },
      past: { data: past, shape: [batch] },
      left: { data: left, shape: [batch] },
      temperature: { data: temperature, shape: [batch] },
      uniforms: { data: uniforms, shape: [turnsAtOnce, batch] },
      room: { data: BigInt64Array.of(BigInt(slab.room)), shape: [1] },
      columns: {
        data: BigInt64Array.from({ length: slab.room }, (_, i) => BigInt(i)),
        shape: [slab.room],
      },
      ...Object.fromEntries(caches),
    });
    const [tokens, lps] = [numbers(outputs, "tokens"), numbers(outputs, "lps")];
    const written = this.#caches(outputs);
    // From the end, since a row that leaves makes the last take its slot.
    for (let slot = rows.length - 1; slot >= 0; slot--) {
      const row = rows[slot];
      if (row === undefined) continue;
      for (let at = slot; at < tokens.length && !row.done; at += batch) {
        take(row, tokens[at] ?? NaN, lps[at] ?? NaN);
      }
      const before = row.past;
      row.past += turnsAtOnce;
      const stays = !row.done && this.#room(row.past) === slab.room;
      if (stays) slab.write(slot, before, written, slot, turnsAtOnce);
      else {
        if (!row.done) {
          const tier = this.#place(row, slab.tensors(rows.length), slot, before);
          tier.slab.write(tier.rows.length - 1, before, written, slot, turnsAtOnce);
        }
        leave(slab, rows, slot);
      }
    }
  }

  /** Puts a row into the tier of its length, with the first positions of some caches. */
  #place(row: OpenRow, caches: CacheTensors, index: number, positions = row.past): Tier {
    const room = this.#room(row.past);
    const tier = this.#tiers.get(room) ?? { slab: new CacheSlab(this.config, room), rows: [] };
    this.#tiers.set(room, tier);
    tier.slab.add(caches, index, positions);
    tier.rows.push(row);
    return tier;
  }

  #room(past: number): number {
    return Math.ceil(past / roomStep) * roomStep;
  }

  #caches(outputs: Readonly<Record<string, Tensor>>): CacheTensors {
    return cacheNames(this.config, "new").map((name) => need(outputs, name));
  }
}

/** A row leaves its tier; the last one takes its slot. */
function leave(slab: CacheSlab, rows: OpenRow[], slot: number): void {
  slab.remove(slot);
  const last = rows.pop();
  if (last !== undefined && slot < rows.length) rows[slot] = last;
}

/** The model twice: as it reads prompts, and as it takes turns. */
interface Sessions {
  readonly prompt: OnnxSession;
  readonly turns: OnnxSession;
}

async function load(
  config: LlamaConfig,
  parameters: Float32Array,
  options: SamplerOptions,
): Promise<Sessions> {
  checkParameters(config, parameters);
  const own = plain(parameters);
  const threads = { threads: options.threads ?? 1 };
  return {
    prompt: await OnnxSession.create(promptGraph(config, own), threads),
    turns: await OnnxSession.create(turnsGraph(config, own, turnsAtOnce), threads),
  };
}

function need(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor === undefined) throw new RangeError(`the session has no output '${name}'`);
  return tensor;
}

function numbers(outputs: Readonly<Record<string, Tensor>>, name: string): number[] {
  return Array.from(need(outputs, name).data, Number);
}
