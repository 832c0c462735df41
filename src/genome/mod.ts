/**
 * What an agent is made of: sources and plain data, their identity, their differences, and how a
 * model's response becomes an edit. Pure text work: nothing here evaluates code or knows of cells.
 * Come in from the store (hash, text), the supervisor (diff, edited names), the API (parsing) and
 * the cell.
 */
export { firstGenome, type Genome, vitalMethods } from "./genome.ts";
export { genomeHash, genomeText } from "./identity.ts";
export { diffGenomes, readableGenome } from "./diff.ts";
export { type GenomeChange, genomeChanges } from "./changes.ts";
export { editedNames } from "./edited.ts";
export { extractCode } from "./extract.ts";
export { genomeSchema, maxDataDepth, parseGenome } from "./parse.ts";
export { type PreparedResponse, prepareResponse } from "./response.ts";
export { type PreparedMethod, prepareMethod } from "./method.ts";
export type { StaticReach } from "./reaches.ts";
export { type Judgement, ruleFor, type TripwireRule, tripwireRules } from "./tripwires.ts";
export { parseCode, type ParsedCode, parseJavaScript } from "./syntax.ts";
export { isGlobalName, isReservedName, powerNames, tripwireNames } from "./names.ts";
