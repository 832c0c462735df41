import type { Random } from "../core/random.ts";

/** A sampled response with what its step was worth. */
export interface Row {
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  /** Log-probability of each id when it was sampled. */
  readonly logps: readonly number[];
  readonly advantage: number;
}

/** Rows as arrays, [batchSize, length] each; `ids` has one more a row. */
export interface RowBatch {
  readonly ids: Int32Array;
  readonly advantage: Float32Array;
  readonly old: Float32Array;
  readonly mask: Float32Array;
  readonly batchSize: number;
  readonly length: number;
  /** How many sampled tokens. */
  readonly tokens: number;
}

/** Positions that a row takes. */
export function positionsOf({ promptIds, ids }: Row): number {
  return promptIds.length + ids.length - 1;
}

/** At most so many positions of rows, drawn by chance so that none is preferred. */
export function within(rows: readonly Row[], positions: number, random: Random): Row[] {
  let left = positions;
  return shuffled(rows, random).filter((row, index) => {
    left -= positionsOf(row);
    return index === 0 || left >= 0;
  });
}

/** Minibatches of rows drawn by chance, each of about so many positions at most. */
export function minibatches(
  rows: readonly Row[],
  positions: number,
  random: Random,
): RowBatch[] {
  const total = rows.reduce((sum, row) => sum + positionsOf(row), 0);
  const parts = Math.max(1, Math.ceil(total / positions));
  const order = shuffled(rows, random);
  const size = Math.ceil(order.length / parts);
  return Array.from(
    { length: Math.ceil(order.length / size) },
    (_, part) => fill(order.slice(part * size, (part + 1) * size)),
  );
}

/** Rows as one batch, each padded to the longest. */
export function fill(rows: readonly Row[]): RowBatch {
  const length = Math.max(...rows.map(positionsOf));
  const batchSize = rows.length;
  const perToken = (): Float32Array => new Float32Array(batchSize * length);
  const batch = {
    ids: new Int32Array(batchSize * (length + 1)),
    advantage: perToken(),
    old: perToken(),
    mask: perToken(),
    batchSize,
    length,
    tokens: rows.reduce((sum, { ids }) => sum + ids.length, 0),
  };
  rows.forEach((row, index) => {
    batch.ids.set([...row.promptIds, ...row.ids], index * (length + 1));
    // Entry t belongs to the id at t + 1: a response begins at the prompt's last position.
    const start = index * length + row.promptIds.length - 1;
    batch.advantage.fill(row.advantage, start, start + row.ids.length);
    batch.mask.fill(1, start, start + row.ids.length);
    batch.old.set(row.logps, start);
  });
  return batch;
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random.next() * (at + 1));
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}
