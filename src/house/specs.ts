/** A supervisor under the house's own one, or under another. */
export interface NewSupervisor {
  /** Its name; unique among agents and supervisors. */
  readonly name: string;
  /** Under whom it is. @default the house's own supervisor */
  readonly supervisor?: string;
  /** Who is restarted along with a child that died. @default "one_for_one" */
  readonly strategy?: "one_for_one" | "one_for_all" | "rest_for_one" | "simple_one_for_one";
  /** More restarts than this within the period end it. @default 100 a child, at least 500 */
  readonly intensity?: number;
  /** The period, in milliseconds. @default 10000 */
  readonly periodMs?: number;
  /** Whether the end for good of significant children ends it. @default "never" */
  readonly autoShutdown?: "never" | "any_significant" | "all_significant";
  /** Whether it comes back when it has ended. @default "permanent" */
  readonly restart?: "permanent" | "transient" | "temporary";
  /** Whether its end for good may end the one above. @default false */
  readonly significant?: boolean;
}
