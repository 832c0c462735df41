import { gzipSync } from "node:zlib";
import { readFiles } from "./files.ts";

/** A file, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed; null where that gains nothing. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  readonly etag: string;
}

/** The page and all that it loads. */
export interface Assets {
  /** A digest of all of them: it names the folder, so that a browser may keep each for ever. */
  readonly revision: string;
  /** The page itself. */
  readonly page: Asset;
  /** By path below `/assets/REVISION/`. */
  readonly files: ReadonlyMap<string, Asset>;
}

/** Modules that every page needs, told to the browser before it finds them one by one. */
const preloaded = /^(vendor\/preact\.js|page\/(?!pages\/|chart\/|tree\/).*\.js)$/;

/** Reads, digests and compresses the dashboard's files. */
export async function loadAssets(): Promise<Assets> {
  const read = await readFiles();
  const files = new Map<string, Asset>();
  const seals: string[] = [];
  for (const { path, type, bytes } of read) {
    const asset = await assetOf(type, bytes);
    files.set(path, asset);
    seals.push(`${path} ${asset.etag}`);
  }
  const revision = (await digest(new TextEncoder().encode(seals.join("\n")))).slice(0, 16);
  const template = files.get("page/index.html");
  if (template === undefined) throw new Error("the dashboard has no page/index.html");
  files.delete("page/index.html");
  const preloads = [...files.keys()].filter((path) => preloaded.test(path))
    .map((path) => `<link rel="modulepreload" href="/assets/${revision}/${path}">`);
  const html = new TextDecoder().decode(template.bytes)
    .replace("<!-- modulepreload -->", preloads.join("\n    "))
    .replaceAll("{{assets}}", `/assets/${revision}`);
  return { revision, page: await assetOf(template.type, new TextEncoder().encode(html)), files };
}

async function assetOf(type: string, bytes: Uint8Array<ArrayBuffer>): Promise<Asset> {
  const gzipped = type.startsWith("font/") ? null : new Uint8Array(gzipSync(bytes, { level: 9 }));
  return { type, bytes, gzipped, etag: `"${(await digest(bytes)).slice(0, 32)}"` };
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
