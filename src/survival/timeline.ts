/** What happened at one time. */
export interface Moment<Life> {
  readonly time: number;
  /** Lives still watched just before this time. */
  readonly atRisk: number;
  /** Those whose watch ended here, by the event or by censoring. */
  readonly ended: readonly Life[];
}

/**
 * Lives in the order in which they end, moment by moment. Who is censored at a time still counts as at
 * risk there.
 *
 * @throws {RangeError} if a time is negative or not a number
 */
export function timeline<Life extends { readonly time: number }>(
  lives: readonly Life[],
): readonly Moment<Life>[] {
  for (const { time } of lives) {
    if (time >= 0) continue;
    throw new RangeError(`cannot order lives: 'time' must be at least 0: received ${time}`);
  }
  const byTime = Map.groupBy(lives, ({ time }) => time);
  let atRisk = lives.length;
  return [...byTime].sort(([a], [b]) => a - b).map(([time, ended]) => {
    const moment = { time, atRisk, ended };
    atRisk -= ended.length;
    return moment;
  });
}
