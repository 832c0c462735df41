import { printable } from "../../core/text.ts";

/** The beginning of a hash, as people compare them. */
export function short(hash: string): string {
  return hash.slice(0, 12);
}

/** A number with its sign, the minus a minus. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}

/** A number as it is, without more digits than mean something. */
export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A share of one as percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A time as the machine's clock on the wall says it. */
export function when(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${date.toTimeString().slice(0, 8)}`;
}

/** A duration in the unit that suits it. */
export function duration(ms: number): string {
  if (ms < 1000) return `${figure(Math.round(ms * 10) / 10)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** A size in the unit that suits it. */
export function size(bytes: number): string {
  if (bytes < 10_000) return count(bytes, "byte");
  if (bytes < 10_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${figure(Math.round(bytes / 100_000) / 10)} MB`;
}

/** A count with its noun. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/**
 * A text of several lines, as an agent wrote it, safe to show: lines stay lines, everything else that
 * moves a terminal becomes visible.
 *
 * @param text any text
 * @param options `indent`: what each line begins with; `maxLines`: lines shown at most [200]
 */
export function block(
  text: string,
  { indent = "    ", maxLines = 200 }: {
    readonly indent?: string;
    readonly maxLines?: number;
  } = {},
): string {
  const lines = text.replaceAll("\t", "  ").split(/\r?\n/);
  const shown = lines.slice(0, maxLines).map((line) =>
    `${indent}${printable(line, 2000)}`.trimEnd()
  );
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`${indent}… ${count(left, "line")} more`] : [])].join("\n");
}

/** Names and values, the values below each other. */
export function fields(pairs: readonly (readonly [string, string | null | undefined])[]): string {
  const given = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}
