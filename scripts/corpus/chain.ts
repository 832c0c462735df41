import { firstQueries, type FirstQuery } from "../../src/policy/queries.ts";
import type { Cause } from "../../src/death/mod.ts";
import type { Draw, Weighted } from "./draw.ts";
import { goodMoves, shortMoves } from "./good.ts";
import { lethalMoves } from "./lethal.ts";
import { message, quoted, think } from "./talk.ts";
import { type Example, type Label, type Move, newborn, type World } from "./world.ts";

/** The mix of a corpus. */
export interface Mix {
  /** Share of responses that kill. @default 0.33 */
  readonly lethalShare?: number;
  /** Share of prompts that are a message of another agent. @default 0.06 */
  readonly messageShare?: number;
}

type Kind = keyof typeof goodMoves | "think" | "message";

const moves: Readonly<Record<string, (draw: Draw, world: World) => Move>> = {
  ...goodMoves,
  think: (draw) => think(draw),
  message: (draw) => message(draw),
};

const kinds: Weighted<Kind> = [
  [5, "define"],
  [3, "define-call"],
  [3, "state"],
  [2, "attribute"],
  [2, "print"],
  [2, "call"],
  [2, "algorithm"],
  [2, "self-edit"],
  [2, "message"],
  [1.5, "think"],
  [1, "notice"],
];

/** What a first query asks for. */
const answers: Readonly<Record<FirstQuery, readonly Kind[]>> = {
  "Define a method that you will need later.": ["define"],
  "Define a method and call it.": ["define-call"],
  "Call one of your methods and print what it returns.": ["call"],
  "Set an attribute that says who you are.": ["attribute"],
  "Change your state.": ["state"],
  "Count something and keep it in your state.": ["state"],
  "Write a small algorithm and return its result.": ["algorithm"],
  "Print what you know about yourself.": ["print"],
  "Send a message to another agent.": ["message"],
  "Ask another agent a question.": ["message"],
  "Ask the model for code and evaluate it.": ["think"],
  "Make your own execute safer.": ["self-edit"],
};

/**
 * One agent's chain of 2 to 6 responses: each is prompted by the one before it, or by a first query or
 * a message. A response that kills prompts nothing: the agent comes back to where it was.
 */
export function makeChain(draw: Draw, mix: Mix = {}): Example[] {
  const { lethalShare = 0.33, messageShare = 0.06 } = mix;
  const examples: Example[] = [];
  let prompt: string = draw.pick(firstQueries);
  let world = newborn;
  for (let left = draw.int(2, 6); left > 0; left--) {
    if (examples.length > 0 && draw.chance(messageShare)) {
      prompt = quoted(draw);
      world = { ...world, visible: [] };
    }
    if (draw.chance(lethalShare)) {
      const { label, ...lethal } = writeLethal(draw, world);
      examples.push({ prompt, label, ...lethal });
      if (label !== "ok") continue;
      // The guard caught it; the response is the query now all the same.
      [prompt, world] = [lethal.response, { ...world, visible: [] }];
      continue;
    }
    const [kind, move] = writeGood(draw, world, prompt);
    const response = dress(draw, move.source);
    examples.push({ prompt, response, label: "ok", kind });
    prompt = response;
    world = { visible: move.defines ?? [], guarded: move.guards ?? world.guarded };
  }
  return examples;
}

function writeGood(draw: Draw, world: World, prompt: string): [Kind, Move] {
  const asked = answers[prompt as FirstQuery] ?? (world.visible.length > 0 ? ["call"] : undefined);
  const follow = asked !== undefined && draw.chance(world.visible.length > 0 ? 0.4 : 0.75);
  const kind = follow ? draw.pick(asked) : draw.weighted(kinds);
  return [kind, lengthen(draw, world, writeMove(draw, world, kind))];
}

function writeMove(draw: Draw, world: World, kind: Kind): Move {
  const write = moves[kind];
  if (write === undefined) throw new RangeError(`there is no kind '${kind}'`);
  return write(draw, world);
}

/** Now and then a second, short move goes before or after the first. */
function lengthen(draw: Draw, world: World, move: Move): Move {
  if (move.source.length > 130 || !draw.chance(0.3)) return move;
  const other = writeMove(draw, world, draw.weighted(shortMoves)).source;
  if (clash(move.source, other)) return move;
  const after = move.returns !== true && draw.chance(0.6);
  const source = after ? `${move.source}\n${other}` : `${other}\n${move.source}`;
  return { ...move, source };
}

/** Whether two pieces declare the same name. */
function clash(a: string, b: string): boolean {
  const names = (source: string): string[] =>
    [...source.matchAll(/^(?:const|let) (\w+)/gm)].map((match) => match[1] ?? "");
  const taken = new Set(names(a));
  return names(b).some((name) => taken.has(name));
}

/** Models like to fence their code; the agent's `execute` takes it out of the fence. */
function dress(draw: Draw, source: string): string {
  return draw.chance(0.015) ? `\`\`\`js\n${source}\n\`\`\`` : source;
}

/** Causes that an `execute` which catches errors survives. */
const caught: ReadonlySet<Cause> = new Set<Cause>(["exception", "syntax", "stack-overflow"]);

function writeLethal(
  draw: Draw,
  world: World,
): { readonly response: string; readonly label: Label; readonly kind: string } {
  const [cause, write] = draw.weighted(lethalMoves);
  const wrong = write(draw);
  // A death may follow any beginning: then what kills is not only in the first line.
  const before = wrong.length < 90 && draw.chance(0.35)
    ? `${writeMove(draw, world, draw.weighted(shortMoves)).source}\n`
    : "";
  const response = clash(before, wrong) ? wrong : before + wrong;
  return { response, label: world.guarded && caught.has(cause) ? "ok" : cause, kind: cause };
}
