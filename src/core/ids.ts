import { z } from "zod";

/** The shape of an agent's name: it is shown, logged and used in URLs, and is never a path. */
export const agentNamePattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** Parses an agent's name. */
export const agentNameSchema = z.string().regex(
  agentNamePattern,
  "an agent's name must be 1 to 63 characters: a lower-case letter, then letters, digits, '_' or '-'",
).brand<"AgentName">();

/** The logical name of an agent; stable over its lives. */
export type AgentName = string & z.$brand<"AgentName">;

/** Parses a genome's hash. */
export const genomeHashSchema = z.string().regex(
  /^[0-9a-f]{64}$/,
  "a genome's hash must be 64 hexadecimal digits",
).brand<"GenomeHash">();

/** SHA-256 of a genome's canonical text, in hexadecimal. */
export type GenomeHash = string & z.$brand<"GenomeHash">;
