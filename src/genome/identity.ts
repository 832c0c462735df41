import { canonicalJson } from "../core/json.ts";
import { sha256 } from "../core/hash.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Genome } from "./genome.ts";

/**
 * The canonical text of a genome: what is hashed, and what the store keeps.
 *
 * @param genome a genome
 * @returns JSON with sorted keys
 */
export function genomeText(genome: Genome): string {
  return canonicalJson({
    methods: { ...genome.methods },
    state: genome.state,
    attributes: { ...genome.attributes },
  });
}

/**
 * The identity of a genome.
 *
 * @param genome a genome
 * @returns SHA-256 of {@linkcode genomeText}
 */
export function genomeHash(genome: Genome): GenomeHash {
  return sha256(genomeText(genome)) as GenomeHash;
}
