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
export async function checkCheckpoint(folder: string): Promise<Finding> {
  try {
    const manifest = await readManifest(folder);
    const damage = await damageIn(folder, manifest);
    if (damage === undefined) {
      return ok("checkpoint", `${folder} is whole, ${short(manifest.hash)}`);
    }
    return wrong("checkpoint", damage, "take it from the repository again, or deno task pretrain");
  } catch (error) {
    return wrong("checkpoint", messageOf(error), "name one with --checkpoint");
  }
}

/** The versions of the policy that lie beside a database. Old ones may have given up their weights. */
export async function checkVersions(db: string): Promise<readonly Finding[]> {
  const folder = `${db}.policy/versions`;
  const versions = numbersIn(folder);
  if (versions.length === 0) return [];
  const findings: Finding[] = [];
  for (const version of versions) {
    try {
      const place = `${folder}/${version}`;
      const damage = await damageIn(place, await readManifest(place), version < versions.at(-1)!);
      if (damage !== undefined) {
        findings.push(wrong("policy", damage, "vivarium policy rollback to a version before it"));
      }
    } catch (error) {
      findings.push(wrong("policy", messageOf(error), `remove ${folder}/${version}`));
    }
  }
  if (findings.length > 0) return findings;
  return [ok("policy", `${count(versions.length, "version")} beside the database, all whole`)];
}

/** The first file that is not what the manifest says. */
async function damageIn(
  folder: string,
  manifest: Manifest,
  mayBePruned = false,
): Promise<string | undefined> {
  for (const [name, { bytes, sha256: expected }] of Object.entries(manifest.files)) {
    let content: Uint8Array;
    try {
      content = await Deno.readFile(`${folder}/${name}`);
    } catch (error) {
      if (mayBePruned && error instanceof Deno.errors.NotFound) continue;
      return `${folder}/${name} is missing`;
    }
    if (content.length !== bytes) {
      return `${folder}/${name} is cut: it must have ${bytes} bytes: it has ${content.length}`;
    }
    if (sha256(content) !== expected) {
      return `${folder}/${name} is damaged: its SHA-256 is not what the manifest says`;
    }
  }
  return undefined;
}

function numbersIn(folder: string): readonly number[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b);
  } catch {
    return [];
  }
}
