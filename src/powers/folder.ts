import { z } from "zod";
import { VivariumError } from "../core/errors.ts";
import { outside, parseInput, type Power } from "./types.ts";

/** Which folder, and what may be done in it. */
export interface FolderPowerOptions {
  /** An existing folder; what its links lead to outside of it is not given. */
  readonly path: string;
  /** Whether files may be written. @default false */
  readonly write?: boolean;
  /** Longest file that is read or written, in bytes. @default 131072 */
  readonly maxBytes?: number;
}

const path = z.string().min(1).max(1024);
const schema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("list"), path: path.default(".") }),
  z.strictObject({ op: z.literal("read"), path }),
  z.strictObject({ op: z.literal("write"), path, text: z.string() }),
]);

/** Most names that a listing holds. */
const maxNames = 1000;

/**
 * The files below one folder: `{ op: "list" | "read" | "write", path, text }`.
 *
 * @param options see {@linkcode FolderPowerOptions}
 */
export function folderPower(options: FolderPowerOptions): Power {
  const { write = false, maxBytes = 131_072 } = options;
  const about = write ? "reads and writes files" : "reads files";
  return {
    kind: "folder",
    about,
    async use(input) {
      const order = parseInput("the folder", schema, input);
      const root = await Deno.realPath(options.path);
      if (order.op === "write" && !write) throw outside("the folder may not be written to");
      try {
        const file = await inside(root, order.path, order.op === "write");
        switch (order.op) {
          case "list":
            return await names(file);
          case "read":
            return await text(file, maxBytes);
          case "write":
            if (new TextEncoder().encode(order.text).length > maxBytes) throw tooLarge(maxBytes);
            await Deno.writeTextFile(file, order.text);
            return null;
        }
      } catch (error) {
        if (error instanceof VivariumError) throw error;
        // The system's own words would name the folder of the host.
        const missing = error instanceof Deno.errors.NotFound;
        throw new VivariumError(
          missing ? "not-found" : "unavailable",
          `cannot ${order.op} '${order.path}': ${missing ? "it is not there" : "the file fails"}`,
        );
      }
    },
  };
}

/** The real path, once it is certain that it lies in the folder, links followed. */
async function inside(root: string, path: string, mayBeNew: boolean): Promise<string> {
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0")) {
    throw outside(`'${path.slice(0, 200)}' is not a path below the folder`);
  }
  if (path.split("/").includes("..")) {
    throw outside(`'${path.slice(0, 200)}' leads out of the folder`);
  }
  const wanted = `${root}/${path}`;
  let real: string;
  try {
    real = await Deno.realPath(wanted);
  } catch (error) {
    if (!mayBeNew || !(error instanceof Deno.errors.NotFound)) throw error;
    // A link that leads nowhere is not a new file: it would be made where it points.
    if (await Deno.lstat(wanted).then(() => true, () => false)) throw outside("a broken link");
    const slash = wanted.lastIndexOf("/");
    real = `${await Deno.realPath(wanted.slice(0, slash))}${wanted.slice(slash)}`;
  }
  if (real === root || real.startsWith(`${root}/`)) return real;
  throw outside(`'${path.slice(0, 200)}' leads out of the folder`);
}

async function names(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    names.push(isDirectory ? `${name}/` : name);
    if (names.length >= maxNames) break;
  }
  return names.sort();
}

async function text(file: string, maxBytes: number): Promise<string> {
  const { size, isFile } = await Deno.stat(file);
  // A pipe or a device has no end.
  if (!isFile) throw new VivariumError("bad-request", "only files can be read");
  if (size > maxBytes) throw tooLarge(maxBytes);
  return await Deno.readTextFile(file);
}

function tooLarge(maxBytes: number): VivariumError {
  return new VivariumError("too-large", `a file may have at most ${maxBytes} bytes here`);
}
