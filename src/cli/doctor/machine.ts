import { cellFiles, detectLayers, layerNames } from "../../cell/mod.ts";
import { type Finding, note, ok, wrong } from "./types.ts";

/** The Deno that the project is tested with; its permissions and Workers change between minors. */
const testedDeno = "2.9";
/** Folder of the cell's bundled files. */
const dist = decodeURIComponent(new URL("../../../workers/dist", import.meta.url).pathname);

/** Deno itself. */
export function checkDeno(version = Deno.version.deno): Finding {
  if (version.startsWith(`${testedDeno}.`)) return ok("deno", `version ${version}`);
  return note(
    "deno",
    `version ${version}; Vivarium is tested with ${testedDeno}`,
    `npm install -g deno@${testedDeno}`,
  );
}

/** What the cells are made of. */
export function checkCells(folder = dist): Finding {
  for (const file of cellFiles) {
    try {
      if (Deno.statSync(`${folder}/${file}`).size > 0) continue;
    } catch {
      // Told below.
    }
    return wrong("cells", `${folder}/${file} is missing: no agent can be born`, "deno task build");
  }
  return ok("cells", "their files are built");
}

/** The operating system's layers, each proved by a trial run. */
export async function checkSandbox(): Promise<readonly Finding[]> {
  const layers = await detectLayers();
  return layerNames.map((name) => {
    const { on, statement } = layers[name];
    const says = statement.replace(`${name} is `, "").replace(/\.$/, "");
    return on
      ? ok(name, says)
      : note(name, says, "apt-get install bubblewrap util-linux (Debian's names)");
  });
}

/** Whether a house can listen there. */
export async function checkPort(port: number): Promise<Finding> {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return ok("port", `${port} is free`);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) {
      return wrong("port", `${port} cannot be listened on`, "choose one above 1023 with --port");
    }
    const url = `http://127.0.0.1:${port}`;
    return await isHouse(url) ? ok("port", `a house answers at ${url}`) : wrong(
      "port",
      `${port} is in use by another program`,
      "end it, or run with --port 0, which takes a free one",
    );
  }
}

async function isHouse(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) });
    const health = await response.json() as { readonly status?: unknown };
    return health.status === "ok";
  } catch {
    return false;
  }
}
