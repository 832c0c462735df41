import { InvalidArgumentError } from "commander";
import {
  fetchPower,
  folderPower,
  type Power,
  powerNamePattern,
  type Powers,
} from "../powers/mod.ts";

/** Most powers that one house offers by its command line: as many as a child spec may grant. */
const maxOffers = 32;

/** A host as a URL has it: a name or an address, and a port where it is not the scheme's own. */
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/;

/**
 * The parser of `--offer NAME=KIND:WHAT`, given once a power: what the person who starts the house lends.
 *
 * @param text `notes=read:DIR`, `drafts=write:DIR` or `web=fetch:HOST[:PORT][,HOST…]`
 * @param before the powers that were given before it
 */
export function offers(text: string, before: Powers = {}): Powers {
  const [, name = "", kind = "", what = ""] = text.match(/^([^=]*)=(\w+):(.+)$/s) ?? [];
  if (what === "") {
    throw new InvalidArgumentError("It must be NAME=read:DIR, NAME=write:DIR or NAME=fetch:HOST.");
  }
  if (!powerNamePattern.test(name)) {
    throw new InvalidArgumentError(
      `The name '${name}' must begin with a small letter, and hold such letters, digits, _ and - alone.`,
    );
  }
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`'${name}' is offered twice.`);
  if (Object.keys(before).length >= maxOffers) {
    throw new InvalidArgumentError(`A house offers ${maxOffers} powers at most.`);
  }
  return { ...before, [name]: powerOf(kind, what) };
}

function powerOf(kind: string, what: string): Power {
  switch (kind) {
    case "read":
      return folderPower({ path: folder(what) });
    case "write":
      return folderPower({ path: folder(what), write: true });
    case "fetch":
      return fetchPower({ hosts: what.split(",").map(host) });
    default:
      throw new InvalidArgumentError(`'${kind}' must be read, write or fetch.`);
  }
}

/** The folder's real path: what the name means later, or from another folder, changes nothing. */
function folder(path: string): string {
  try {
    const real = Deno.realPathSync(path);
    if (Deno.statSync(real).isDirectory) return real;
  } catch {
    // Said below, in the same words.
  }
  throw new InvalidArgumentError(`'${path}' must be a folder that is there.`);
}

function host(text: string): string {
  const lower = text.toLowerCase();
  const port = Number(lower.match(/:(\d+)$/)?.[1] ?? 1);
  if (hostPattern.test(lower) && port <= 65_535) return lower;
  throw new InvalidArgumentError(`'${text}' must be HOST or HOST:PORT, without scheme or path.`);
}

/** The parser of `--grant NAME`, given once a power. */
export function grants(text: string, before: readonly string[] = []): readonly string[] {
  if (!powerNamePattern.test(text)) {
    throw new InvalidArgumentError("It must be the name of a power that the house offers.");
  }
  return before.includes(text) ? before : [...before, text];
}
