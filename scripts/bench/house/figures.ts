/** The value below which a share of the values lies; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** The middle and the slow end of what was measured, with two places. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** Middle and slow end. */
export function spread(values: readonly number[]): Spread {
  return { p50: rounded(quantile(values, 0.5)), p99: rounded(quantile(values, 0.99)) };
}

/** A number with two places. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
