/** How long and how often an outside model is asked. */
export interface ProviderLimits {
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** Attempts after the first, for what is worth repeating. */
  readonly retries: number;
}

/** Limits where none are named. */
export const defaultProviderLimits: ProviderLimits = { timeoutMs: 120_000, retries: 3 };
