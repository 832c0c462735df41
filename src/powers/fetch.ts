import { z } from "zod";
import { VivariumError } from "../core/errors.ts";
import { outside, parseInput, type Power } from "./types.ts";

/** Which hosts, and what may be asked of them. */
export interface FetchPowerOptions {
  /** Hosts, with their port where it is not the scheme's own: `api.example.com`, `localhost:8080`. */
  readonly hosts: readonly string[];
  /** Methods that may be used. @default GET and HEAD */
  readonly methods?: readonly string[];
  /** Most of an answer that is read, in bytes. @default 131072 */
  readonly maxBytes?: number;
}

const schema = z.strictObject({
  url: z.string().max(8192),
  method: z.string().max(16).toUpperCase().default("GET"),
  headers: z.record(z.string().max(128), z.string().max(4096)).default({}),
  body: z.string().max(131_072).optional(),
});

/** Headers that say who asks: they are the house's to set. */
const ours = /^(?:host|cookie|authorization|proxy-.*|origin|referer|forwarded|x-forwarded-.*)$/i;

/**
 * HTTP to named hosts: `{ url, method, headers, body }` gives `{ status, headers, text }`. Redirects
 * are answers like any other: they are not followed.
 *
 * @param options see {@linkcode FetchPowerOptions}
 */
export function fetchPower(options: FetchPowerOptions): Power {
  const hosts = new Set(options.hosts.map((host) => host.toLowerCase()));
  const methods = new Set(options.methods ?? ["GET", "HEAD"]);
  const maxBytes = options.maxBytes ?? 131_072;
  return {
    kind: "fetch",
    about: `asks ${[...hosts].join(", ")} by ${[...methods].join(", ")}`,
    async use(input, { signal }) {
      const { url: text, method, headers, body } = parseInput("fetch", schema, input);
      if (!URL.canParse(text)) throw new VivariumError("bad-request", "cannot fetch: not a URL");
      const url = new URL(text);
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw outside(`cannot fetch by '${url.protocol}'`);
      }
      if (!hosts.has(url.host)) {
        throw outside(`the host '${url.host.slice(0, 200)}' is not granted`);
      }
      if (url.username !== "" || url.password !== "") throw outside("a URL with a password");
      if (!methods.has(method)) throw outside(`the method '${method}' is not granted`);
      const foreign = Object.keys(headers).find((name) => ours.test(name));
      if (foreign !== undefined) throw outside(`the header '${foreign}' is not an agent's to set`);
      try {
        const init = { method, headers, signal, redirect: "manual" } as const;
        const answer = await fetch(url, body === undefined ? init : { ...init, body });
        const kept = ["content-type", "location", "retry-after"].flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, value] as const];
        });
        return {
          status: answer.status,
          headers: Object.fromEntries(kept),
          text: await bounded(answer, maxBytes),
        };
      } catch (error) {
        if (error instanceof VivariumError) throw error;
        throw new VivariumError("unavailable", `cannot reach '${url.host}'`, { cause: error });
      }
    },
  };
}

async function bounded(answer: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new VivariumError("too-large", `the answer has more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}
