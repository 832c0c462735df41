/** A warden without a check in it: it says that it is ready once its Worker has said anything. */
const warden = `
const bytes = new Uint8Array(65536);
const read = await Deno.stdin.read(bytes);
const { secret } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, read ?? 0)));
const options = { type: "module", deno: { permissions: "none" } };
const worker = new Worker(new URL("./agent.js", import.meta.url), options);
worker.onmessage = () => {
  const ready = JSON.stringify({ secret, op: "ready" }) + "\\n";
  Deno.stdout.writeSync(new TextEncoder().encode(ready));
};
await Deno.stdin.read(bytes);
Deno.exit(0);
`;

/**
 * Writes the files of a cell with nothing in it: what an empty Deno with an empty Worker costs, under
 * the same flags and layers, is the floor that no cell can be below.
 *
 * @param importMap the import map of real cells
 * @returns a folder for `sandboxedCells`, to be removed by the caller
 */
export function writeEmptyCell(importMap: URL): string {
  const folder = Deno.makeTempDirSync({ prefix: "vivarium-floor-" });
  Deno.writeTextFileSync(`${folder}/cell.js`, warden);
  Deno.writeTextFileSync(`${folder}/agent.js`, `postMessage("ready");`);
  Deno.writeTextFileSync(`${folder}/shell.txt`, "");
  Deno.copyFileSync(importMap, `${folder}/import_map.json`);
  return folder;
}
