/** What a file is served as, by its ending. */
const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** The page's own files: plain ES modules and style sheets, read as they are. */
const pageFolder = new URL("./page/", import.meta.url);

/**
 * What is not ours, out of the installed packages: where it is served, and which file it is. Only
 * what is listed here can be asked for.
 */
const vendored: Readonly<Record<string, string>> = {
  "vendor/preact.js": import.meta.resolve("htm/preact/standalone"),
  "vendor/uplot.js": import.meta.resolve("uplot/dist/uPlot.esm.js"),
  "vendor/uplot.css": import.meta.resolve("uplot/dist/uPlot.min.css"),
  "vendor/highlight/lang/javascript.js": import.meta.resolve("sugar-high/lang/javascript"),
  "vendor/highlight/presets/javascript-runtime.js": beside(
    import.meta.resolve("sugar-high/lang/javascript"),
    "../presets/javascript-runtime.js",
  ),
  "vendor/highlight/shared.js": beside(
    import.meta.resolve("sugar-high/lang/javascript"),
    "../shared.js",
  ),
  "vendor/fonts/sans.woff2": import.meta.resolve(
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  ),
  "vendor/fonts/serif.woff2": import.meta.resolve(
    "@fontsource-variable/newsreader/files/newsreader-latin-wght-normal.woff2",
  ),
  "vendor/fonts/mono.woff2": import.meta.resolve(
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
  ),
};

/** One file of the dashboard, as it lies on the disk. */
export interface DashboardFile {
  /** Where it is served, below the assets' folder: `page/main.js`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads every file of the dashboard, in the order of their paths. */
export async function readFiles(): Promise<readonly DashboardFile[]> {
  const files: DashboardFile[] = [];
  for await (const path of pagePaths(pageFolder)) {
    files.push(await read(`page/${path}`, new URL(path, pageFolder)));
  }
  for (const [path, url] of Object.entries(vendored)) files.push(await read(path, new URL(url)));
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function* pagePaths(folder: URL, before = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${before}${name}`;
    if (isDirectory) yield* pagePaths(new URL(`${name}/`, folder), `${path}/`);
    else if (typeOf(path) !== undefined) yield path;
  }
}

async function read(path: string, url: URL): Promise<DashboardFile> {
  return {
    path,
    type: typeOf(path) ?? "application/octet-stream",
    bytes: await Deno.readFile(url),
  };
}

function typeOf(path: string): string | undefined {
  return mediaTypes[path.slice(path.lastIndexOf(".") + 1)];
}

function beside(url: string, path: string): string {
  return new URL(path, url).href;
}
