/** A gate that someone waits at: opened and shut from outside. */
export class Gate {
  #open = false;
  #wake: (() => void) | undefined;

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.nudge();
  }

  shut(): void {
    this.#open = false;
  }

  /** Resolves when the gate is opened, or at the next nudge. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Ends the wait of whoever waits at it, so that it looks up. */
  nudge(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
