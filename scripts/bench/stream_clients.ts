/** Many readers of a house's events, in a process of their own. Run by `event_streams.ts`. */

/** Readers that are connected. */
export interface Readers {
  /** Cuts all of them. Resolves with how many events they heard together. */
  leave(): Promise<number>;
}

/**
 * Starts a process that reads the events of a house many times over; the last reader never reads.
 *
 * @returns once all are connected
 */
export async function connectAll(url: string, count: number): Promise<Readers> {
  const script = import.meta.filename ?? "";
  // Readers have machines of their own; here they must not take the house's.
  const child = new Deno.Command("nice", {
    args: ["-n", "19", Deno.execPath(), "run", "-q", "--allow-net", script, url, `${count}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const line = async (): Promise<string> => (await lines.read()).value ?? "";
  const ready = await line();
  if (!ready.startsWith("connected")) throw new Error(`the readers did not connect: ${ready}`);
  return {
    async leave(): Promise<number> {
      await child.stdin.close();
      const heard = Number((await line()).trim());
      await lines.cancel();
      await child.status;
      return heard;
    },
  };
}

/** Counts the events that come, until the connection is cut. */
async function listen(connection: Deno.TcpConn, onEvents: (count: number) => void): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  try {
    for (let length = await connection.read(buffer); length !== null;) {
      onEvents(events(buffer.subarray(0, length)));
      length = await connection.read(buffer);
    }
  } catch {
    // Cut, as all are in the end.
  }
}

const marker = new TextEncoder().encode("id: ");

function events(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(0x69); at >= 0; at = chunk.indexOf(0x69, at + 1)) {
    if (marker.every((byte, index) => chunk[at + index] === byte)) count++;
  }
  return count;
}

if (import.meta.main) {
  const [url = "", count = "0"] = Deno.args;
  const { hostname, port } = new URL(url);
  const request = new TextEncoder().encode(
    `GET /v1/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: text/event-stream\r\n\r\n`,
  );
  let heard = 0;
  const connections: Deno.TcpConn[] = [];
  for (let n = 0; n < Number(count); n++) {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(request);
    connections.push(connection);
    if (n < Number(count) - 1) void listen(connection, (count) => heard += count);
  }
  console.log(`connected ${connections.length}`);
  await Deno.stdin.read(new Uint8Array(1));
  for (const connection of connections) connection.close();
  console.log(heard);
}
