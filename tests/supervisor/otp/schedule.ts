import { type Random, seededRandom } from "../../../src/core/random.ts";
import type { AutoShutdown, RestartType, Strategy } from "../../../src/supervisor/tree/mod.ts";

/** What comes of a start. */
export type StartOutcome = "ok" | "fail" | "ignore";

/** A worker: a stubborn one does not heed a shutdown, and is killed after its patience. */
export interface Worker {
  readonly type: "worker";
  readonly stubborn: boolean;
}

/** A supervisor, flags in OTP's units: its period is in seconds. */
export interface Sup {
  readonly type: "supervisor";
  readonly id: string;
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly periodS: number;
  readonly autoShutdown: AutoShutdown;
  /** Of simple_one_for_one: the one spec of its pool. */
  readonly children: readonly Child[];
}

/** A child, and what comes of its starts, one after the other; beyond the list all succeed. */
export interface Child {
  readonly id: string;
  readonly restart: RestartType;
  readonly significant: boolean;
  readonly shutdown: number | "brutal_kill" | "infinity";
  readonly kind: Worker | Sup;
  readonly outcomes: readonly StartOutcome[];
}

/** What is done to a tree. Deaths of one operation are heard of one right after the other. */
export type Op =
  | { readonly op: "pass"; readonly seconds: number }
  | {
    readonly op: "die";
    readonly sup: string;
    readonly deaths: readonly (readonly [child: string, reason: string])[];
  }
  | { readonly op: "add"; readonly sup: string; readonly child: Child }
  | { readonly op: "stop" | "revive" | "drop"; readonly sup: string; readonly child: string };

/** A tree and what happens to it. */
export interface Schedule {
  readonly root: Sup;
  readonly ops: readonly Op[];
}

/** A schedule of random crashes, the same for the same seed. */
export function scheduleOf(seed: number): Schedule {
  const draw = new Draw(seededRandom(seed));
  const root = draw.sup("root", 0);
  const sups = supsOf(root);
  const ops: Op[] = [];
  for (let left = draw.whole(3, 12); left > 0; left--) ops.push(draw.op(draw.one(sups), ops));
  return { root, ops };
}

function supsOf(sup: Sup): readonly Sup[] {
  const below = sup.children.map(({ kind }) => kind).filter((kind) => kind.type === "supervisor");
  return [sup, ...below.flatMap(supsOf)];
}

class Draw {
  readonly #random: Random;
  #added = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  whole(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  one<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)] as T;
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  sup(id: string, depth: number): Sup {
    const strategy = this.one<Strategy>([
      "one_for_one",
      "one_for_all",
      "one_for_all",
      "rest_for_one",
      "rest_for_one",
      "simple_one_for_one",
    ]);
    const autoShutdown = this.one<AutoShutdown>([
      "never",
      "never",
      "any_significant",
      "all_significant",
    ]);
    const pool = strategy === "simple_one_for_one";
    const intensity = this.one([0, 1, 2, 3, 4, 6, 10]);
    const flags = { strategy, intensity, periodS: this.whole(1, 5) };
    const count = pool ? 1 : this.whole(1, depth === 0 ? 5 : 3);
    const children = Array.from({ length: count }, (_, index) => {
      const name = `${id === "root" ? "" : id}${"abcde"[index]}`;
      return this.child(pool ? `p${name}` : name, autoShutdown, pool ? 2 : depth, pool);
    });
    return { type: "supervisor", id, ...flags, autoShutdown, children };
  }

  child(id: string, autoShutdown: AutoShutdown, depth: number, pool: boolean): Child {
    const restart = this.one<RestartType>(["permanent", "permanent", "transient", "temporary"]);
    const maybe = autoShutdown !== "never" && restart !== "permanent";
    const significant = maybe && this.chance(0.5);
    const nested = depth < 2 && this.chance(0.25);
    const stubborn = !nested && this.chance(0.04);
    const shutdown = nested
      ? "infinity"
      : stubborn
      ? 2
      : this.chance(0.15)
      ? "brutal_kill"
      : this.one([5000, "infinity"] as const);
    const kind = nested ? this.sup(id, depth + 1) : { type: "worker", stubborn } as const;
    return { id, restart, significant, shutdown, kind, outcomes: this.outcomes(pool) };
  }

  outcomes(pool: boolean): StartOutcome[] {
    const first: StartOutcome = this.chance(0.03) ? "fail" : "ok";
    return [
      first,
      ...Array.from({ length: this.whole(0, 8) }, (): StartOutcome => {
        if (this.chance(0.3)) return "fail";
        return !pool && this.chance(0.06) ? "ignore" : "ok";
      }),
    ];
  }

  op(sup: Sup, before: readonly Op[]): Op {
    const kind = this.one(["die", "die", "die", "die", "die", "pass", "add", "ask"] as const);
    const pool = sup.strategy === "simple_one_for_one";
    if (kind === "pass") return { op: "pass", seconds: this.whole(0, 4) };
    if (kind === "add" || (pool && this.chance(0.4))) return this.addition(sup, pool);
    const names = [
      ...(pool ? [] : sup.children.map(({ id }) => id)),
      ...before.flatMap((op) => op.op === "add" && op.sup === sup.id ? [op.child.id] : []),
      "nobody",
    ];
    if (kind === "ask") {
      const op = this.one(pool ? ["stop"] as const : ["stop", "revive", "drop"] as const);
      return { op, sup: sup.id, child: this.one(names) };
    }
    const workers = names.filter((id) =>
      !sup.children.some((child) => child.id === id && child.kind.type === "supervisor")
    );
    const chosen = [this.one(workers), ...workers.filter(() => this.chance(0.2))];
    const deaths = [...new Set(chosen)].map((id) =>
      [id, this.one(["crash", "crash", "crash", "normal", "shutdown"])] as const
    );
    return { op: "die", sup: sup.id, deaths };
  }

  addition(sup: Sup, pool: boolean): Op {
    const fresh = `${pool ? "p" : "n"}${this.#added++}`;
    if (!pool) {
      const id = this.chance(0.2) ? this.one(sup.children).id : fresh;
      const taken = sup.children.find((child) => child.id === id);
      // A name that is taken is refused; its spec and its outcomes must stay what they were.
      const child = taken ?? this.child(id, sup.autoShutdown, 2, false);
      return { op: "add", sup: sup.id, child };
    }
    const [template] = sup.children;
    if (template === undefined) throw new Error("a pool has a spec");
    const child = { ...template, id: fresh, outcomes: this.outcomes(true) };
    return { op: "add", sup: sup.id, child };
  }
}

/** A schedule as an Erlang term. */
export function erlangOf({ root, ops }: Schedule): string {
  return `{${supTerm(root)}, [${ops.map(opTerm).join(", ")}]}.`;
}

function supTerm(sup: Sup): string {
  const { id, strategy, intensity, periodS, autoShutdown, children } = sup;
  const flags = [id, strategy, intensity, periodS, autoShutdown].join(", ");
  return `{sup, ${flags}, [${children.map(childTerm).join(", ")}]}`;
}

function childTerm({ id, restart, significant, shutdown, kind, outcomes }: Child): string {
  const term = kind.type === "worker" ? `{worker, ${kind.stubborn}}` : supTerm(kind);
  return `{${id}, ${restart}, ${significant}, ${shutdown}, ${term}, [${outcomes.join(", ")}]}`;
}

function opTerm(op: Op): string {
  switch (op.op) {
    case "pass":
      return `{pass, ${op.seconds}}`;
    case "die": {
      const deaths = op.deaths.map(([id, reason]) => `{${id}, ${reason}}`).join(", ");
      return `{die, ${op.sup}, [${deaths}]}`;
    }
    case "add":
      return `{add, ${op.sup}, ${childTerm(op.child)}}`;
    case "stop":
    case "revive":
    case "drop":
      return `{${op.op}, ${op.sup}, ${op.child}}`;
  }
}

/** The schedules whose traces are recorded. */
export const recordedSchedules: readonly Schedule[] = Array.from(
  { length: 1500 },
  (_, seed) => scheduleOf(seed),
);
