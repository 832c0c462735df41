import Table from "cli-table3";
import stringWidth from "string-width";
import type { Terminal } from "../terminal.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly head: string;
  /** The cell's text: one printable line. */
  readonly of: (row: Row) => string;
  /** Figures stand right. @default "left" */
  readonly align?: "left" | "right";
  /** May be cut where the terminal is narrow; the widest is cut first. @default false */
  readonly shrinks?: boolean;
}

/** Spaces between two columns. */
const gap = 2;
/** A column is not cut below this. */
const leastWidth = 8;

/**
 * Rows in columns, without lines between them, no wider than the terminal; as wide as it gets where
 * the output is no terminal.
 *
 * @param rows what is shown
 * @param columns how
 * @param terminal for whom
 * @returns lines of text
 */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, "columns" | "color">,
): string {
  const cells = rows.map((row) => columns.map((column) => column.of(row)));
  const natural = columns.map((column, index) =>
    Math.max(stringWidth(column.head), ...cells.map((row) => stringWidth(row[index] ?? "")))
  );
  const widths = terminal.columns === null ? natural : fit(natural, columns, terminal.columns);
  const table = new Table({
    head: columns.map(({ head }, index) => spaced(head, index, columns)),
    colWidths: widths.map((width, index) => width + (index < widths.length - 1 ? gap : 0)),
    colAligns: columns.map(({ align }) => align ?? "left"),
    chars: bare,
    style: {
      "padding-left": 0,
      "padding-right": 0,
      border: [],
      head: terminal.color ? ["dim"] : [],
      compact: true,
    },
  });
  // The gap is on the right, so that what stands right does not touch its neighbour.
  table.push(...cells.map((row) => row.map((text, index) => spaced(text, index, columns))));
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

function spaced<Row>(text: string, index: number, columns: readonly Column<Row>[]): string {
  const last = index === columns.length - 1;
  return !last && columns[index]?.align === "right" ? `${text}${" ".repeat(gap)}` : text;
}

function fit<Row>(
  natural: readonly number[],
  columns: readonly Column<Row>[],
  most: number,
): readonly number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, width) => sum + width + gap, -gap);
  while (total() > most) {
    let widest = -1;
    for (const [index, { shrinks = false }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (shrinks && width > leastWidth && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const bare = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((name) => [name, ""]),
);
