import type { DatabaseSync } from "node:sqlite";
import { sha256 } from "../core/hash.ts";
import { chainedAgents, type Entry, historyOf, linkOf, origin } from "./chain.ts";

/** Findings of each agent that are told at most. */
const mostFindings = 20;

/**
 * Looks whether the history is the one that was written: every birth, step and death of every agent
 * against its chain, and every genome against its hash. It tells of whatever was changed, left out or
 * put in by someone who did not chain it all anew; who did that has another head than was told before.
 *
 * @param db a database of the newest schema
 * @returns what is wrong, one line each: whose, which life, which step
 */
export function verifyHistory(db: DatabaseSync): readonly string[] {
  return [
    ...chainedAgents(db).flatMap((agent) => verifyAgent(db, agent)),
    ...verifyGenomes(db),
  ];
}

function verifyAgent(db: DatabaseSync, agent: string): readonly string[] {
  const findings: string[] = [];
  let expected = 1;
  let previous = origin;
  let last = "its beginning";
  for (const entry of historyOf(db, agent)) {
    const name = nameOf(agent, entry);
    if (entry.entry === null || entry.link === null || entry.entry < expected) {
      findings.push(`${name} was put in: it has no place in the chain`);
      continue;
    }
    if (entry.entry > expected) findings.push(missing(agent, entry.entry - expected, last));
    else if (linkOf(previous, entry.kind, entry.values) !== entry.link) {
      findings.push(`${name} is not what was written`);
    }
    expected = entry.entry + 1;
    previous = entry.link;
    last = placeOf(entry);
  }
  const chain = db.prepare("select entries, head from chains where agent = ?").get(agent);
  if (chain === undefined) {
    if (expected > 1) findings.push(`the chain of '${agent}' has no head`);
  } else {
    const entries = Number(chain["entries"]);
    if (entries >= expected) findings.push(missing(agent, entries - expected + 1, last));
    else if (entries < expected - 1 || chain["head"] !== previous) {
      findings.push(`the head of the chain of '${agent}' is not its last link`);
    }
  }
  return shortened(findings);
}

/** A genome's name is its hash; its text must be what has it. */
function verifyGenomes(db: DatabaseSync): readonly string[] {
  const findings: string[] = [];
  for (const row of db.prepare("select hash, text from genomes").iterate()) {
    if (sha256(String(row["text"])) !== row["hash"]) {
      findings.push(`genome ${row["hash"]} is not what its hash says`);
    }
  }
  return shortened(findings);
}

function missing(agent: string, count: number, after: string): string {
  const what = count === 1 ? "an entry is" : `${count} entries are`;
  return `${what} missing from the history of '${agent}', after ${after}`;
}

function nameOf(agent: string, entry: Entry): string {
  return `${placeOf(entry)} of '${agent}'`;
}

function placeOf({ kind, life, step }: Entry): string {
  switch (kind) {
    case "life":
      return `the birth of life ${life}`;
    case "step":
      return `step ${step} of life ${life}`;
    case "death":
      return `the death of life ${life}`;
    default:
      return kind satisfies never;
  }
}

function shortened(findings: readonly string[]): readonly string[] {
  if (findings.length <= mostFindings) return findings;
  return [...findings.slice(0, mostFindings), `and ${findings.length - mostFindings} more like it`];
}
