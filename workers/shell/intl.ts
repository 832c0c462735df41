/**
 * `Intl` for agents. `ses` knows nothing of it, so its parts are mended and frozen here: what reads
 * the machine's clock reads the turn's instead, and instances lead to no constructor but frozen ones.
 * The locale and the time zone are the cell's own (`en-US`, `UTC`), set by its environment.
 */

let present = (): number => 0;

/** Says what time it is from now on. One turn at a time runs in a Worker. */
export function setPresent(now: () => number): void {
  present = now;
}

/** `Intl`, once the realm is locked. */
export function safeIntl(): typeof Intl {
  return Intl;
}

/**
 * Mends and freezes the realm's `Intl`. To be called once, after lockdown and before agent code.
 *
 * @param harden freezes a value and all that can be reached from it
 */
export function lockIntl(harden: (value: unknown) => void): void {
  const { prototype } = Intl.DateTimeFormat;
  const format = Object.getOwnPropertyDescriptor(prototype, "format")?.get;
  const { formatToParts } = prototype;
  if (format === undefined) throw new Error("Intl.DateTimeFormat is not what it was");
  const bound = new WeakMap<object, unknown>();
  Object.defineProperties(prototype, {
    format: {
      get(this: Intl.DateTimeFormat): unknown {
        let own = bound.get(this);
        if (own === undefined) {
          const native = Reflect.apply(format, this, []) as (date: unknown) => string;
          own = (date?: unknown) => native(date === undefined ? present() : date);
          bound.set(this, own);
        }
        return own;
      },
    },
    formatToParts: {
      value(this: Intl.DateTimeFormat, date?: Date | number): unknown {
        return Reflect.apply(formatToParts, this, [date === undefined ? present() : date]);
      },
    },
  });
  harden(Intl);
  // Two prototypes to which no name leads, but instances do.
  const segments = new Intl.Segmenter().segment("");
  harden(segments);
  harden(segments[Symbol.iterator]());
}
