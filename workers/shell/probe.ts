import type { Genome } from "../../src/genome/genome.ts";
import { vitalMethods } from "../../src/genome/genome.ts";
import { type Body, embody } from "./body.ts";
import { host, settle } from "./host.ts";
import type { Reading } from "./reading.ts";
import { idleStage, type StageOptions } from "./stage.ts";

/** Ticks that a genome is given to take an edit. */
const probeTicks = 3;

/** Calls of the model, or messages, in one probe; more is an error, as it would be in a turn. */
const probeCalls = 64;

/** What a turn is told of its moment. A probe is told what the next one would be. */
export type Moment = Pick<StageOptions, "nowMs" | "age" | "energy" | "seed">;

/** An edit that the probe's model offers, and how to see that it was taken. */
interface ProbeEdit {
  readonly response: string;
  taken(body: Body): boolean;
}

/**
 * The succession probe: whether an edit of a vital method has ended the agent's loop. The new
 * genome lives up to three ticks apart, with a model (and neighbours) that answer with an edit under
 * a random name. One that completes them without an error and takes the edit in no form can
 * take no further edit. One that fails is not judged here: the next step will show its own cause.
 *
 * @param before the genome before the turn
 * @param reading the genome after it
 * @param moment of the next turn: code must not tell the probe from it
 * @param rejected whether a promise was rejected and not caught meanwhile
 */
export async function endsItsLoop(
  before: Genome,
  reading: Reading,
  moment: Moment,
  rejected: () => boolean,
): Promise<boolean> {
  const { methods } = reading.genome;
  if (vitalMethods.every((name) => methods[name] === before.methods[name])) return false;
  for (const edit of [declaration(), assignment(), fenced(declaration())]) {
    if (await probe(reading, moment, edit) !== "untaken" || rejected()) return false;
  }
  return true;
}

async function probe(
  reading: Reading,
  moment: Moment,
  edit: ProbeEdit,
): Promise<"taken" | "untaken" | "failed"> {
  const limits = {
    printBytes: Infinity,
    messages: probeCalls,
    modelCalls: probeCalls,
    timers: 256,
  };
  const stage = idleStage(limits, {
    ...moment,
    hurried: true,
    request: (request) => Promise.resolve(request.power === "send" ? null : edit.response),
  });
  try {
    const body = embody(reading.genome, reading.query, stage);
    for (let tick = 0; tick < probeTicks; tick++) {
      await body.handle({ kind: "tick", from: "supervisor", body: null });
      await settle();
      if (edit.taken(body)) return "taken";
    }
    return "untaken";
  } catch {
    return "failed";
  } finally {
    stage.close();
  }
}

/** `function NAME() {…}` must become a method. */
function declaration(): ProbeEdit {
  const name = randomName(), nonce = randomName();
  return {
    response: `function ${name}() { return "${nonce}"; }`,
    taken: (body) => typeof own(body.agent, name) === "function",
  };
}

/** An assignment to the state or to the agent must stay. */
function assignment(): ProbeEdit {
  const name = randomName(), nonce = randomName();
  return {
    response: `this.${name} = "${nonce}"; this.state.${name} = "${nonce}";`,
    taken: (body) =>
      own(body.agent, name) === nonce || own(own(body.agent, "state"), name) === nonce,
  };
}

/** The same in a fence, for an `execute` that looks for one. */
function fenced(edit: ProbeEdit): ProbeEdit {
  return { ...edit, response: `\`\`\`js\n${edit.response}\n\`\`\`` };
}

function own(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

/** A name that agent code can neither foresee nor tell from a name that a model would give. */
function randomName(): string {
  const syllables = "ba de fi go lu ma ne pi ro su ta ve wi ko li mo".split(" ");
  const bytes = host.fillRandom(new Uint8Array(7));
  return [...bytes].map((byte) => syllables[byte % syllables.length]).join("");
}
