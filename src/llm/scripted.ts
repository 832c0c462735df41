import { z } from "zod";
import { messageOf, VivariumError } from "../core/errors.ts";
import { agentNameSchema } from "../core/ids.ts";
import { type Completion, EndOfScript, type Model } from "./types.ts";

/** One line of a script. */
export const scriptLineSchema = z.strictObject({
  /** What the model says. */
  response: z.string(),
  /** Who it is for; without it, for anyone. */
  agent: agentNameSchema.optional(),
});

/** One line of a script. */
export type ScriptLine = z.infer<typeof scriptLineSchema>;

/**
 * Reads a script: JSONL, one response a line; empty lines are skipped.
 *
 * @param file named in messages
 * @param text its text
 * @throws {VivariumError} `script`, with the number of the line that is wrong
 */
export function parseScript(file: string, text: string): readonly ScriptLine[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const wrong = (why: string): VivariumError =>
      new VivariumError("script", `cannot read the script '${file}': line ${index + 1}: ${why}`, {
        hint: 'each line must be JSON: {"response": "…"}, optionally with "agent"',
        data: { file, line: index + 1 },
      });
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (error) {
      throw wrong(messageOf(error));
    }
    const parsed = scriptLineSchema.safeParse(json);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    throw wrong([issue?.path.join("."), issue?.message].filter(Boolean).join(": "));
  });
}

/**
 * A model that says what is written. A line with an agent waits for that agent; a line without goes
 * to whoever asks next. Each agent hears what is for it in the order of the file.
 *
 * @param spec the SPEC, named in the record
 * @param lines the script
 */
export function scriptedModel(spec: string, lines: readonly ScriptLine[]): Model {
  const said = new Set<number>();
  /** For each agent, the first line that it may still need to look at. */
  const places = new Map<string, number>();
  return {
    spec,
    complete({ agent, prompt }): Promise<Completion> {
      let place = places.get(agent) ?? 0;
      const mine = (line: ScriptLine): boolean => line.agent === undefined || line.agent === agent;
      for (; place < lines.length; place++) {
        const line = lines[place];
        if (line !== undefined && !said.has(place) && mine(line)) break;
      }
      places.set(agent, place);
      const line = lines[place];
      if (line === undefined) {
        return Promise.reject(new EndOfScript(`the script has no further line for '${agent}'`));
      }
      said.add(place);
      return Promise.resolve({
        text: line.response,
        model: "scripted",
        tokens: { prompt: countWords(prompt), completion: countWords(line.response) },
      });
    },
    close: () => Promise.resolve(),
  };
}

/** A script has no tokens; its words stand for them, so that budgets mean something. */
function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
