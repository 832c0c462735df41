/**
 * The warden: entry of a cell's process. It takes the secret, starts the Worker, gives up the one
 * right it was started with (to read the Worker's file), and passes frames between the pipe and the
 * Worker, counting. When its standard input ends it ends the process, whatever the Worker does.
 */
import {
  type Claim,
  type ClaimedFault,
  helloSchema,
  type Order,
  orderSchema,
  parseClaim,
  parseFrame,
  ProtocolFault,
} from "../src/cell/protocol.ts";
import { readLines } from "../src/cell/lines.ts";

/** Longest line from the house; it is trusted, but a bound costs nothing. */
const maxOrderBytes = 8 * 1024 * 1024;

/** How long prints wait for company before they go out, in milliseconds. */
const notesDelayMs = 50;

type BirthOrder = Extract<Order, { op: "birth" }>;

/** What a turn has used so far, counted here once more: the shell counts too, and so does the house. */
interface Count {
  turn: number;
  printBytes: number;
  messages: number;
  modelCalls: number;
  prints: string[];
  attempts: { power: string; detail: string; signal: "run" | "static" }[];
}

const encoder = new TextEncoder();
let secret = "";
let limits: BirthOrder["limits"] | undefined;
let count = emptyCount(0);
let flooded = false;
let notesTimer: ReturnType<typeof setTimeout> | undefined;

function emptyCount(turn: number): Count {
  return { turn, printBytes: 0, messages: 0, modelCalls: 0, prints: [], attempts: [] };
}

/** Writes one claim to the pipe. */
function say(claim: Claim): void {
  const bytes = encoder.encode(JSON.stringify({ secret, ...claim }) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

function flushNotes(): void {
  if (notesTimer !== undefined) clearTimeout(notesTimer);
  notesTimer = undefined;
  const { turn, prints, attempts } = count;
  if (prints.length === 0 && attempts.length === 0) return;
  count.prints = [];
  count.attempts = [];
  say({ op: "notes", turn, prints, attempts });
}

/** Ends the turn as a flood, and says no more of it. */
function flood(message: string): void {
  flooded = true;
  flushNotes();
  say({ op: "fault", turn: count.turn, fault: { kind: "flood", message } });
}

/** Passes on what the Worker says, unless it is too much. */
function relay(claim: Claim): void {
  if (flooded) return;
  switch (claim.op) {
    case "ready":
      // The Worker's file is loaded, and nothing more will be: from here on, no rights at all.
      Deno.permissions.revokeSync({ name: "read" });
      break;
    case "notes":
      count.printBytes += claim.prints.reduce((sum, print) => sum + print.length + 1, 0);
      if (count.printBytes > 2 * (limits?.printBytes ?? 0) + 1) return flood("printed too much");
      count.prints.push(...claim.prints);
      count.attempts.push(...claim.attempts);
      notesTimer ??= setTimeout(flushNotes, notesDelayMs);
      return;
    case "call":
      if (claim.power === "llm") count.modelCalls++;
      else count.messages++;
      if (count.modelCalls > (limits?.modelCalls ?? 0)) return flood("called the model too often");
      if (count.messages > (limits?.messages ?? 0)) return flood("sent too many messages");
      break;
  }
  flushNotes();
  say(claim);
}

/** What the house says goes to the Worker; what it means for counting stays here. */
function obey(order: Order, worker: MessagePort): void {
  if (order.op === "birth") limits = order.limits;
  if (order.op === "birth" || order.op === "turn") {
    flooded = false;
    count = emptyCount(order.id);
  }
  worker.postMessage(JSON.stringify(order));
}

/** The Worker failed outside of agent code, or said what it cannot say: the end of this cell. */
function broken(fault: ClaimedFault): void {
  flushNotes();
  say({ op: "died", turn: count.turn, fault, settled: false });
}

/** Standard input as it comes. A web stream would cost a turn more than all else that the warden does. */
async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new Uint8Array(65_536);
  for (
    let size = await Deno.stdin.read(buffer);
    size !== null;
    size = await Deno.stdin.read(buffer)
  ) {
    yield buffer.subarray(0, size);
  }
}

function startWorker(): MessagePort {
  // `deno` is not in the types of the Web's Worker.
  const options = { type: "module", deno: { permissions: "none" } } as WorkerOptions;
  const worker = new Worker(new URL("./agent.js", import.meta.url), options);
  worker.onerror = (event) => {
    event.preventDefault();
    broken({ kind: "exception", message: `the shell failed: ${event.message}`.slice(0, 2000) });
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<unknown>) => {
    try {
      relay(parseClaim(parseFrame(String(event.data))));
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      broken({ kind: "contract", message: error.message });
    }
  };
  worker.postMessage("port", [port2]);
  return port1;
}

const lines = readLines(stdin(), maxOrderBytes);
const first = await lines.next();
if (first.done !== true) {
  secret = helloSchema.parse(parseFrame(first.value)).secret;
  const worker = startWorker();
  for await (const line of lines) obey(orderSchema.parse(parseFrame(line)), worker);
}
// The house is gone. Deno.exit ends the Worker's thread too, busy or not.
Deno.exit(0);
