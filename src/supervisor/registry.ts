import { VivariumError } from "../core/errors.ts";
import type { Store } from "../store/types.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { SupervisorView } from "./node.ts";
import { keepSupervisors, storedSupervisors } from "./recovery.ts";
import { type NestedSpecInput, parseNestedSpec } from "./spec.ts";

/** The supervisors of a house, as its users see and steer them; those under the root are kept. */
export class SupervisorRegistry {
  readonly #hierarchy: Hierarchy;
  readonly #store: Store;
  readonly #refuseTaken: (name: string) => void;

  /** @param refuseTaken throws `conflict` for a name that somebody has */
  constructor(hierarchy: Hierarchy, store: Store, refuseTaken: (name: string) => void) {
    this.#hierarchy = hierarchy;
    this.#store = store;
    this.#refuseTaken = refuseTaken;
  }

  /**
   * Starts a supervisor under the house's own one, or under another.
   *
   * @param input its spec, and its place as a child
   * @throws {VivariumError} `bad-request` for a field that is wrong or contradicts another,
   * `not-found` for a supervisor that is not there, `conflict` for a name that is taken
   */
  add(input: NestedSpecInput): SupervisorView {
    const spec = parseNestedSpec(input);
    this.#refuseTaken(spec.name);
    if (this.isPool(spec.supervisor)) {
      const must = `'supervisor' must be none of a pool's: '${spec.supervisor}' has agents only`;
      throw new VivariumError("bad-request", `cannot start a supervisor: ${must}`, {
        data: { field: "supervisor" },
      });
    }
    this.#hierarchy.addSupervisor(spec);
    this.keep();
    return this.look(spec.name);
  }

  /**
   * Whether a supervisor's children all come of one template.
   *
   * @param name @default the house's own
   */
  isPool(name?: string): boolean {
    return this.#hierarchy.templateOf(name) !== undefined;
  }

  /** All supervisors, the house's own one first, each after the one that it is under. */
  list(): SupervisorView[] {
    return this.#hierarchy.views();
  }

  /** One supervisor. Throws `not-found`. */
  look(name: string): SupervisorView {
    const view = this.list().find((each) => each.name === name);
    if (view !== undefined) return view;
    throw new VivariumError("not-found", `there is no supervisor '${name}'`, {
      hint: "GET /v1/supervisors lists them",
    });
  }

  /**
   * Stops a supervisor with all that is under it, last to first, and forgets it; its agents are
   * stopped for good. Throws `not-found`; `conflict` for the house's own.
   */
  async remove(name: string): Promise<void> {
    await this.#hierarchy.removeSupervisor(name);
  }

  /** Writes down which there are. */
  keep(): void {
    keepSupervisors(this.#store, this.#hierarchy.nested());
  }

  /** Starts those that were there when the house went down. */
  restore(): void {
    for (const spec of storedSupervisors(this.#store)) {
      if (!this.#hierarchy.has(spec.name)) this.#hierarchy.addSupervisor(spec);
    }
  }
}
