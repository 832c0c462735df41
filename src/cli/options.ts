import { InvalidArgumentError } from "commander";

/**
 * A parser of whole numbers for an option or an argument.
 *
 * @param least the least that is taken
 * @param most the most
 */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      const range = most > 1e9 ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`It must be an integer ${range}.`);
    }
    return value;
  };
}

/** A parser of a list of whole numbers, separated by commas; `1-5` is a range. */
export function integers(least: number, most: number): (text: string) => readonly number[] {
  const one = integer(least, most);
  return (text) =>
    text.split(",").flatMap((part) => {
      const [from = "", to] = part.split("-", 2);
      if (to === undefined) return [one(from)];
      const [first, last] = [one(from), one(to)];
      if (last < first || last - first >= 1000) {
        throw new InvalidArgumentError("A range goes up, over 1000 numbers at most.");
      }
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/**
 * A parser of an option given once a name, `NAME=NUMBER`, that gathers what was given.
 *
 * @param names the names that are taken
 */
export function numbersByName<Name extends string>(
  names: readonly Name[],
): (text: string, before?: Partial<Record<Name, number>>) => Partial<Record<Name, number>> {
  return (text, before = {}) => {
    const [, given, number = ""] = text.match(/^(\w+)=(-?\d+(?:\.\d+)?)$/) ?? [];
    const name = names.find((one) => one === given);
    if (name === undefined) {
      throw new InvalidArgumentError(`It must be NAME=NUMBER, NAME one of ${names.join(", ")}.`);
    }
    return { ...before, [name]: Number(number) };
  };
}

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * A parser of a time in the past: so long ago (`30s`, `10m`, `2h`, `1d`), or a date, with a time of day or
 * without, as ISO 8601 writes it.
 *
 * @returns milliseconds since 1970
 */
export function time(text: string): number {
  const [, count, unit] = text.match(/^(\d{1,9})([smhd])$/) ?? [];
  if (count !== undefined) {
    return Date.now() - Number(count) * secondsIn[unit as keyof typeof secondsIn] * 1000;
  }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) {
    throw new InvalidArgumentError("It must be like 30s, 10m, 2h, 1d or 2026-11-23T10:00.");
  }
  return at;
}
