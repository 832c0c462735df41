/** A life of the test, as the report needs it. */
export interface LifeRecord {
  /** What it was asked first. */
  readonly query: string;
  /** Steps lived through. */
  readonly steps: number;
  /** Of what it died; null: it was cut at the horizon. */
  readonly cause: string | null;
  /** Steps that changed the genome. */
  readonly edits: number;
  /** Sum of its reward terms. */
  readonly reward: number;
  /** The part of it that is for value. */
  readonly value: number;
  /** Responses, and how many of them were distinct within the life. */
  readonly responses: number;
  readonly distinct: number;
}

/** What a policy came to in the test. */
export interface ArmRecord {
  readonly lives: readonly LifeRecord[];
  /** Lives that the machine or a person ended: not counted, but told. */
  readonly excluded: number;
  /** Of all responses of the test: [how often the same text came, how many texts came so often]. */
  readonly multiplicities: readonly (readonly [times: number, texts: number])[];
  readonly wallSeconds: number;
}

/** What training came to. */
export interface TrainingRecord {
  /** The trainer's settings where they differ from its defaults. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly wallSeconds: number;
  readonly steps: number;
  readonly deaths: number;
  readonly harm: number;
  /** SHA-256 of the last version's parameters. */
  readonly hash: string;
  /** By version, the trainer's metrics. */
  readonly versions: readonly {
    readonly version: number;
    readonly metrics: Record<string, number>;
  }[];
}

/** The policies compared. */
export const armNames = [
  "random",
  "pretrained",
  "trained",
  "no baseline",
  "no baseline, raw rewards",
  "never edits",
  "trained, energy metered",
  "never edits, energy metered",
] as const;

/** A policy compared. */
export type ArmName = typeof armNames[number];

/** All of one seed. */
export interface SeedRecord {
  readonly seed: number;
  readonly arms: Partial<Readonly<Record<ArmName, ArmRecord>>>;
  readonly training: Partial<Readonly<Record<ArmName, TrainingRecord>>>;
}
