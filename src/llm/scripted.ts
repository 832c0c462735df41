import { z } from "zod";
import { messageOf, VivariumError } from "../core/errors.ts";
import { type Completion, type CompletionRequest, EndOfScript, type Model } from "./types.ts";

const lineSchema = z.strictObject({
  response: z.string(),
  agent: z.string().optional(),
});

/** What a script says: lines for one agent, and lines for whoever asks. */
export interface Script {
  readonly forAgent: ReadonlyMap<string, readonly string[]>;
  readonly forAnyone: readonly string[];
}

/**
 * Reads a script: JSON lines, `{"response": "…"}`, optionally with `"agent"`. Empty lines are skipped.
 *
 * @param text the file's text
 * @param name how errors name the file
 * @throws {VivariumError} `script`, with the number of the line
 */
export function parseScript(text: string, name: string): Script {
  const forAgent = new Map<string, string[]>();
  const forAnyone: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const { response, agent } = parseLine(line, name, index + 1);
    if (agent === undefined) forAnyone.push(response);
    else forAgent.set(agent, [...forAgent.get(agent) ?? [], response]);
  }
  return { forAgent, forAnyone };
}

function parseLine(line: string, name: string, number: number): z.infer<typeof lineSchema> {
  let why: string;
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    why = `${issue?.path.join(".") || "the line"}: ${issue?.message}`;
  } catch (error) {
    why = messageOf(error);
  }
  throw new VivariumError("script", `cannot read the script '${name}': line ${number}: ${why}`, {
    hint: 'each line must be {"response": "…"}, optionally with "agent"',
  });
}

/**
 * Reads a script's file.
 *
 * @throws {VivariumError} `script` where there is none, or a line is malformed
 */
export async function readScript(file: string): Promise<Script> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    throw new VivariumError("script", `cannot read the script '${file}': ${messageOf(cause)}`, {
      hint: "name a file of JSON lines that is there",
      cause,
    });
  }
  return parseScript(text, file);
}

/**
 * A model that says what a script says: first the agent's own lines, then those for anyone.
 *
 * @param spec the SPEC, for the record
 * @param script its lines
 */
export function scriptedModel(spec: string, script: Script): Model {
  const places = new Map<string, number>();
  let place = 0;
  const next = (agent: string): string => {
    const own = script.forAgent.get(agent);
    if (own !== undefined) {
      const at = places.get(agent) ?? 0;
      const line = own[at];
      if (line !== undefined) {
        places.set(agent, at + 1);
        return line;
      }
    }
    const line = script.forAnyone[place];
    if (line === undefined) throw new EndOfScript(`the script has no further line for '${agent}'`);
    place++;
    return line;
  };
  return {
    spec,
    complete({ agent }: CompletionRequest): Promise<Completion> {
      try {
        const text = next(agent);
        return Promise.resolve({ text, model: spec, tokens: { prompt: 0, completion: 0 } });
      } catch (error) {
        return Promise.reject(error);
      }
    },
    close: () => Promise.resolve(),
  };
}
