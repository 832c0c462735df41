/**
 * The shell: entry of the Worker in which an agent lives. It cuts and freezes its own realm before
 * it answers, and evaluates agent code in compartments only. It speaks with the warden over a port,
 * in text, and knows neither the secret nor the pipe. It exports nothing: an import of this file
 * would find nothing to call.
 */
import { lockRealm } from "./shell/realm.ts";
import { embody } from "./shell/body.ts";
import { faultOf, textOf } from "./shell/describe.ts";
import { host } from "./shell/host.ts";
import { idleStage } from "./shell/stage.ts";
import { type Life, LivingTurn } from "./shell/turn.ts";
import type { Claim, Order } from "../src/cell/protocol.ts";

let life: Life | undefined;
let turn: LivingTurn | undefined;

globalThis.onmessage = (event: MessageEvent) => {
  const port = event.ports[0];
  if (port === undefined) return;
  const say = (claim: Claim): void => port.postMessage(JSON.stringify(claim));
  port.onmessage = (message: MessageEvent<string>) => {
    const order: Order = JSON.parse(message.data);
    // An answer must not come in between code that has returned and the end of its turn.
    host.later(() => attempt(order, say));
  };
  lockRealm((reason) => turn?.rejected(reason));
  say({ op: "ready" });
};

/** A shell that fails says so: the house would wait for it until the deadline. */
function attempt(order: Order, say: (claim: Claim) => void): void {
  try {
    obey(order, say);
  } catch (error) {
    const fault = { kind: "exception", message: `the shell failed: ${textOf(error)}` } as const;
    say({ op: "died", turn: "id" in order ? order.id : order.turn, fault, settled: false });
  }
}

/** Does what the warden passes on from the house. */
function obey(order: Order, say: (claim: Claim) => void): void {
  switch (order.op) {
    case "birth":
      say(born(order));
      break;
    case "turn":
      if (life === undefined || turn !== undefined) throw new Error("there is no life to live");
      turn = new LivingTurn(life, order, (claim) => {
        if (claim.op === "died") life = undefined;
        if (claim.op === "died" || claim.op === "lived") turn = undefined;
        say(claim);
      });
      void turn.live();
      break;
    case "answer":
      turn?.answer(order.turn, order.call, order.value);
      break;
    case "refusal":
      turn?.refuse(order.turn, order.call, order.error);
      break;
  }
}

/** Starts a life: its genome must compile, in a body that is thrown away. */
function born(order: Extract<Order, { op: "birth" }>): Claim {
  life = undefined;
  const stage = idleStage(order.limits);
  try {
    embody(order.genome, order.query, stage);
  } catch (error) {
    const fault = faultOf(error, "exception");
    const kind = error instanceof SyntaxError ? "syntax" : fault.kind;
    return { op: "died", turn: order.id, fault: { ...fault, kind }, settled: true };
  } finally {
    stage.close();
  }
  life = { genome: order.genome, query: order.query, limits: order.limits };
  return { op: "born", id: order.id };
}
