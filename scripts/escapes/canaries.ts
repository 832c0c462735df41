import { createSocket } from "node:dgram";

/** Things outside a cell that nobody inside may touch. */
export interface Canaries extends AsyncDisposable {
  /** Puts their whereabouts into an attack's code. */
  fill(code: string): string;
  /** What was touched since the last call, a line each. */
  touched(): Promise<string[]>;
  /** Text that stands in the secret file, and nowhere else. */
  readonly secret: string;
}

/** Sets the canaries out: a secret file, a watched folder, TCP, UDP and unix listeners. */
export async function setOutCanaries(cellModule: string): Promise<Canaries> {
  const home = await Deno.makeTempDir({ prefix: "canaries-" });
  const folder = `${home}/watched`;
  const secret = `secret-${crypto.randomUUID()}`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${home}/secret.txt`, secret);
  await Deno.writeTextFile(`${folder}/keep.txt`, "keep");
  const map = { version: 3, sources: ["file:///LEAKED-FROM-MAP.ts"], names: [], mappings: "AAAA" };
  await Deno.writeTextFile(`${home}/map.json`, JSON.stringify(map));

  const touches: string[] = [];
  const tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = tcp.addr;
  const udp = createSocket("udp4", () => touches.push("a UDP datagram came"));
  await new Promise<void>((bound) => udp.bind(port, "127.0.0.1", bound));
  const unix = Deno.listen({ path: `${home}/canary.sock`, transport: "unix" });
  const ears = [
    hear(tcp, () => touches.push("a TCP connection came")),
    hear(unix, () => touches.push("a unix connection came")),
  ];

  let known = await stateOf(home);
  return {
    secret,
    fill: (code) =>
      code
        .replaceAll("{{SECRET}}", `${home}/secret.txt`)
        .replaceAll("{{DIR}}", folder)
        .replaceAll("{{PORT}}", String(port))
        .replaceAll("{{SOCK}}", `${home}/canary.sock`)
        .replaceAll("{{MAP}}", `${home}/map.json`)
        .replaceAll("{{CELL}}", cellModule),
    async touched() {
      const now = await stateOf(home);
      const changes = [...new Set([...known.keys(), ...now.keys()])]
        .filter((path) => known.get(path) !== now.get(path))
        .map((path) => `a file was changed: ${path}`);
      known = now;
      return [...touches.splice(0), ...changes];
    },
    async [Symbol.asyncDispose]() {
      tcp.close();
      udp.close();
      unix.close();
      await Promise.all(ears);
      await Deno.remove(home, { recursive: true });
    },
  };
}

async function hear(listener: AsyncIterable<Deno.Conn>, touch: () => void): Promise<void> {
  for await (const connection of listener) {
    touch();
    connection.close();
  }
}

/** Every file below a folder, with its content and its times. */
async function stateOf(folder: string): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const { mtime, mode, size } = await Deno.lstat(path);
    const content = isFile && size < 65_536 ? await Deno.readTextFile(path) : "";
    state.set(path, [mtime?.getTime(), mode, size, content].join(" "));
    if (isDirectory) { for (const [deep, what] of await stateOf(path)) state.set(deep, what); }
  }
  return state;
}
