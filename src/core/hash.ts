import { createHash } from "node:crypto";

/**
 * SHA-256 of a text or of bytes.
 *
 * @param data what to hash; text is taken as UTF-8
 * @returns 64 lower-case hexadecimal digits
 */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
