import { sha256 } from "../../core/hash.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/** Name of the file that says what the others must be. */
export const manifestName = "manifest.json";

/**
 * Writes a folder so that it is there whole or not at all, whenever the machine stops: files into a
 * temporary folder, each flushed to the disk, then one rename.
 *
 * @param path the folder; must not exist, unless `replace`
 */
export async function writeFolder(
  path: string,
  files: Readonly<Record<string, Uint8Array>>,
  manifest: Omit<Manifest, "files">,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<Manifest> {
  const temporary = `${path}.new`;
  await removeIfThere(temporary);
  await Deno.mkdir(temporary, { recursive: true });
  const whole: Manifest = {
    ...manifest,
    files: Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name,
        { bytes: bytes.length, sha256: sha256(bytes) },
      ]),
    ),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFlushed(`${temporary}/${name}`, bytes);
  }
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  await writeFlushed(`${temporary}/${manifestName}`, new TextEncoder().encode(text));
  await flush(temporary);
  if (replace) await removeIfThere(path);
  await Deno.rename(temporary, path);
  await flush(path.slice(0, path.lastIndexOf("/")) || ".");
  return whole;
}

/**
 * Reads a manifest.
 *
 * @throws {VivariumError} `checkpoint` if it is not there, or is not one
 */
export async function readManifest(path: string): Promise<Manifest> {
  const file = `${path}/${manifestName}`;
  try {
    return manifestSchema.parse(JSON.parse(await Deno.readTextFile(file)));
  } catch (cause) {
    throw damaged(
      file,
      cause instanceof Deno.errors.NotFound ? "there is no such file" : "it is no manifest",
      cause,
    );
  }
}

/**
 * Reads a file that a manifest names, and checks its hash.
 *
 * @throws {VivariumError} `checkpoint` if it is not what the manifest says
 */
export async function readChecked(
  path: string,
  manifest: Manifest,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const file = `${path}/${name}`;
  const expected = manifest.files[name];
  if (expected === undefined) throw damaged(file, "the manifest does not name it");
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw damaged(file, messageOf(cause), cause);
  }
  const actual = sha256(bytes);
  if (actual === expected.sha256) return bytes;
  throw damaged(
    file,
    `its SHA-256 must be ${expected.sha256.slice(0, 12)}…: received ${actual.slice(0, 12)}…`,
  );
}

/** Writes a file and flushes it; a reader sees the old one or the new one, never a part. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await writeFlushed(`${path}.new`, new TextEncoder().encode(text));
  await Deno.rename(`${path}.new`, path);
}

function damaged(file: string, why: string, cause?: unknown): VivariumError {
  return new VivariumError("checkpoint", `cannot load the checkpoint '${file}': ${why}`, {
    hint: "the shipped checkpoint is assets/policy; `deno task pretrain` makes it anew",
    data: { file },
    cause,
  });
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

async function flush(folder: string): Promise<void> {
  using file = await Deno.open(folder, { read: true });
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
