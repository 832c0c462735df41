import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import { checkFile } from "../../store/mod.ts";
import { count, short } from "../words/forms.ts";
import { type Finding, ok, wrong } from "./types.ts";

/**
 * What is checked of a checkpoint's manifest. (The reader in src/policy loads ONNX Runtime with it, for
 * which this process has no right.)
 */
const manifestSchema = z.object({
  hash: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
});

type Manifest = z.infer<typeof manifestSchema>;

async function readManifest(folder: string): Promise<Manifest> {
  const file = `${folder}/manifest.json`;
  try {
    return manifestSchema.parse(JSON.parse(await Deno.readTextFile(file)));
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "is not there" : "is no manifest";
    throw new Error(`${file} ${why}`, { cause });
  }
}

/** A database file: SQLite's structure, the schema's checks, every reference. */
export function checkDatabase(db: string): readonly Finding[] {
  try {
    const { version, findings } = checkFile(db);
    if (findings.length === 0) {
      return [ok("database", `${db} is sound, its schema of version ${version}`)];
    }
    return findings.map((says) =>
      wrong("database", says, "go on with a copy from before, or export what can still be read")
    );
  } catch (error) {
    return [wrong("database", messageOf(error), "name a database that a house has made")];
  }
}

/** A checkpoint's files against the hashes in its manifest. */
export async function checkCheckpoint(folder: string): Promise<readonly Finding[]> {
  try {
    const manifest = await readManifest(folder);
    const damages = await damagesIn(folder, manifest);
    if (damages.length === 0) {
      return [ok("checkpoint", `${folder} is whole, ${short(manifest.hash)}`)];
    }
    const hint = "take it from the repository again, or make one: vivarium pretrain";
    return damages.map((damage) => wrong("checkpoint", damage, hint));
  } catch (error) {
    return [wrong("checkpoint", messageOf(error), "name one with --checkpoint")];
  }
}

/** The versions of the policy that lie beside a database. Old ones may have given up their weights. */
export async function checkVersions(db: string): Promise<readonly Finding[]> {
  const folder = `${db}.policy/versions`;
  const versions = versionsIn(folder);
  if (versions.length === 0) return [];
  const findings: Finding[] = [];
  for (const version of versions) {
    try {
      const place = `${folder}/${version}`;
      const mayBePruned = version !== versions.at(-1);
      const damages = await damagesIn(place, await readManifest(place), mayBePruned);
      const hint = `go back to a version before it: vivarium policy rollback ${
        Number(version) - 1
      }`;
      findings.push(...damages.map((damage) => wrong("policy", damage, hint)));
    } catch (error) {
      findings.push(wrong("policy", messageOf(error), `remove ${folder}/${version}`));
    }
  }
  if (findings.length > 0) return findings;
  return [ok("policy", `${count(versions.length, "version")} beside the database, all whole`)];
}

/** Each file that is not what the manifest says. */
async function damagesIn(
  folder: string,
  manifest: Manifest,
  mayBePruned = false,
): Promise<readonly string[]> {
  const damages: string[] = [];
  for (const [name, { bytes, sha256: expected }] of Object.entries(manifest.files)) {
    let content: Uint8Array;
    try {
      content = await Deno.readFile(`${folder}/${name}`);
    } catch (error) {
      if (mayBePruned && error instanceof Deno.errors.NotFound) continue;
      damages.push(`${folder}/${name} is missing`);
      continue;
    }
    if (content.length !== bytes) {
      damages.push(`${folder}/${name} is cut: ${content.length} bytes of ${bytes}`);
    } else if (sha256(content) !== expected) {
      damages.push(`${folder}/${name} is damaged: its SHA-256 is not what the manifest says`);
    }
  }
  return damages;
}

/** Folders of versions, oldest first: their numbers, with zeros before them. */
function versionsIn(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => /^\d+$/.test(name)).sort();
  } catch {
    return [];
  }
}
