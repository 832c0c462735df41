import { VivariumError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { GenomeHash } from "../core/ids.ts";
import { type Genome, genomeText } from "../genome/mod.ts";
import { type Database, fromText } from "./database.ts";
import type { GenomeRow } from "./types.ts";

/**
 * Keeps a genome under its hash, once: the first parent that led to it stays its parent, so lineage
 * is a tree.
 */
export function insertGenome(db: Database, row: GenomeRow): void {
  const text = genomeText(row.genome);
  if (sha256(text) !== row.hash) {
    throw new VivariumError("internal", `cannot keep genome ${row.hash}: it hashes to another`);
  }
  db.run(
    "insert into genomes (hash, parent, text, created_at_ms) values (?, ?, ?, ?) on conflict do nothing",
    row.hash,
    row.parent === row.hash ? null : row.parent,
    text,
    row.createdAtMs,
  );
}

/** A genome by its hash. */
export function genomeBy(db: Database, hash: string): GenomeRow | undefined {
  const row = db.get<
    { hash: GenomeHash; parent: GenomeHash | null; text: string; createdAtMs: number }
  >(
    "select hash, parent, text, created_at_ms as createdAtMs from genomes where hash = ?",
    hash,
  );
  if (row === undefined) return undefined;
  const { text, ...rest } = row;
  return { ...rest, genome: fromText<Genome>(text) };
}
