import { extractCode, parseCode } from "../genome/mod.ts";

/** A part of a response that can be left out: a statement, or, where it does not parse, a line. */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** How many other parts it stands in. */
  readonly depth: number;
}

/** A response's code, cut into parts. */
export interface Parts {
  readonly code: string;
  /** In order; a part that stands in another comes after it. */
  readonly parts: readonly Part[];
}

/**
 * Cuts a response into its statements, those in blocks and functions too.
 *
 * @param response Markdown or code, as a model wrote it
 */
export function partsOf(response: string): Parts {
  const code = extractCode(response);
  try {
    const { code: plain, program } = parseCode(code);
    const parts: Part[] = [];
    collect(program, 0, parts);
    parts.sort((a, b) => a.start - b.start || b.end - a.end);
    return { code: plain, parts };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { code, parts: linesOf(code) };
  }
}

/** Lists of statements, by the type of the node and the field that they stand in. */
const lists: Readonly<Record<string, string>> = {
  Program: "body",
  BlockStatement: "body",
  StaticBlock: "body",
  SwitchCase: "consequent",
};

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function collect(node: Node, depth: number, parts: Part[]): void {
  const list = lists[node.type];
  for (const [field, value] of Object.entries(node)) {
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const child of children) {
      if (!isNode(child)) continue;
      const removable = field === list;
      if (removable) parts.push({ start: child.start, end: child.end, depth });
      collect(child, removable ? depth + 1 : depth, parts);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && "start" in value && typeof value.start === "number";
}

function linesOf(code: string): readonly Part[] {
  let at = 0;
  return code.split("\n").map((line) => {
    const start = at;
    at += line.length + 1;
    return { start, end: Math.min(at, code.length), depth: 0 };
  });
}

/** The code with only the parts that are kept; what stands in a part that is left out goes with it. */
export function textOf({ code, parts }: Parts, kept: ReadonlySet<Part>): string {
  let text = "";
  let at = 0;
  for (const part of parts) {
    if (kept.has(part) || part.start < at) continue;
    text += code.slice(at, part.start);
    at = part.end;
  }
  return (text + code.slice(at)).split("\n").filter((line) => line.trim() !== "").join("\n");
}

/** Those of the parts that are still there: kept, and in nothing that was left out. */
export function presentParts({ parts }: Parts, kept: ReadonlySet<Part>): readonly Part[] {
  let goneTo = 0;
  return parts.filter((part) => {
    if (part.start < goneTo) return false;
    if (kept.has(part)) return true;
    goneTo = part.end;
    return false;
  });
}
