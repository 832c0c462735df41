import { type ErrorCode, messageOf, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Act } from "./act.ts";
import { type Claim, type Order, ProtocolFault } from "./protocol.ts";
import type { TurnPowers } from "./types.ts";

/** What a life gets to end by itself after a fault that no catch can undo, in milliseconds. */
export const graceMs = 250;

/** What a frame holds beside an answer's value, in bytes; more than enough. */
const frameRoom = 1024;

/** A call of the agent, as the cell claims it. */
export type CallClaim = Extract<Claim, { op: "call" }>;

/**
 * Does what the agent asked of the house. Its deadline stands still meanwhile. What ends the life is not
 * for the agent to catch: a model that fails, which is not its doing; a call of the model beyond its
 * tokens; an attempt at a power that was not granted.
 *
 * @param act the turn
 * @param powers what the house does
 * @param claim the call
 * @param frameBytes longest frame that is written
 * @returns the answer or the refusal, or undefined where the turn is over by then
 */
export async function serveCall(
  act: Act,
  powers: TurnPowers,
  claim: CallClaim,
  frameBytes: number,
): Promise<Order | undefined> {
  const place = { turn: claim.turn, call: claim.call };
  let order: Order;
  act.stopwatch.pause();
  try {
    const value = await perform(powers, claim);
    order = fits(value, frameBytes)
      ? { op: "answer", ...place, value }
      : { op: "refusal", ...place, error: "the answer is too long" };
  } catch (error) {
    const message = messageOf(error).slice(0, 2000);
    order = { op: "refusal", ...place, error: message };
    if (act.open && endsTheLife(error)) act.setFault({ kind: "llm", message }, graceMs);
    if (act.open && claim.power === "llm" && hasCode(error, "overloaded")) {
      act.setFault({ kind: "flood", message }, graceMs);
    }
    if (act.open && claim.power === "use" && hasCode(error, "forbidden")) {
      const detail = JSON.stringify(claim.body).slice(0, 500);
      act.attempts.push({ power: `use ${claim.to}`, detail, signal: "run" });
      act.setFault({ kind: "harm", message: `use(${claim.to}): ${message}` }, graceMs);
    }
  }
  if (!act.open) return undefined;
  act.stopwatch.resume();
  return order;
}

async function perform(powers: TurnPowers, claim: CallClaim): Promise<Json> {
  switch (claim.power) {
    case "llm":
      if (typeof claim.body !== "string") throw new ProtocolFault("forgery", "no prompt");
      return await powers.llm(claim.body);
    case "send":
      await powers.send(claim.to, claim.body);
      return null;
    case "ask":
      return await powers.ask(claim.to, claim.body);
    case "use":
      if (powers.use === undefined) {
        throw new VivariumError("forbidden", `the power '${claim.to}' was not granted`);
      }
      return await powers.use(claim.to, claim.body);
  }
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof VivariumError && error.code === code;
}

function endsTheLife(error: unknown): boolean {
  return hasCode(error, "provider") ||
    (error instanceof Error && error.name === "EndOfScript");
}

function fits(value: Json, frameBytes: number): boolean {
  const text = JSON.stringify(value);
  // A UTF-16 unit is at most three bytes: most answers need no counting.
  return text.length * 3 <= frameBytes - frameRoom ||
    new TextEncoder().encode(text).length <= frameBytes - frameRoom;
}
