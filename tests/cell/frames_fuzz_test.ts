import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../src/core/random.ts";
import { orderSchema, parseClaim, parseFrame, ProtocolFault } from "../../src/cell/protocol.ts";
import type { DeathFacts } from "../../src/death/mod.ts";
import { claims, damaged, type Draw, type OpenFrame, orders, pick } from "./frame_grammar.ts";
import { limits, Puppet, secret } from "./puppet.ts";
import { turnOf } from "./support.ts";

/** Frames at each place. A hundred thousand in all take about a minute: `FUZZ_FRAMES=40000`. */
const frames = Number(Deno.env.get("FUZZ_FRAMES") ?? 2000);
const seed = Number(Deno.env.get("FUZZ_SEED") ?? Math.floor(Math.random() * 2 ** 31));

function drawer(salt: number): Draw {
  const random = seededRandom(seed + salt);
  return (bound) => Math.floor(random.next() * bound);
}

Deno.test(`the warden takes no damaged claim of the Worker (${frames} frames, seed ${seed})`, () => {
  const draw = drawer(1);
  for (let n = 0; n < frames; n++) {
    const line = damaged(draw, pick(draw, Object.values(claims)));
    refuses(line, () => parseClaim(parseFrame(line)));
  }
  for (const claim of Object.values(claims)) parseClaim(parseFrame(JSON.stringify(claim)));
});

Deno.test(`the warden takes no damaged order of the house (${frames} frames, seed ${seed})`, () => {
  const draw = drawer(2);
  for (let n = 0; n < frames; n++) {
    const line = damaged(draw, pick(draw, Object.values(orders)));
    refuses(line, () => {
      const { success } = orderSchema.safeParse(parseFrame(line));
      if (!success) throw new ProtocolFault("forgery", "not an order");
    });
  }
  for (const order of Object.values(orders)) {
    orderSchema.parse(parseFrame(JSON.stringify(order)));
  }
});

/** It must be refused as a fault of the protocol, and by nothing else. */
function refuses(line: string, take: () => unknown): void {
  try {
    take();
  } catch (error) {
    assert(error instanceof ProtocolFault, `${line}: ${error}`);
    return;
  }
  throw new Error(`taken: ${line}`);
}

/** Bytes that no warden writes while a turn is under way. */
function wrongBytes(draw: Draw): Uint8Array {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text + "\n");
  const signed = (claim: OpenFrame): string => JSON.stringify({ secret, ...claim });
  const { ready, born, call, notes, lived, died, fault } = claims as Record<string, OpenFrame>;
  const inTurn = [call, notes, lived, died, fault] as OpenFrame[];
  const claim = pick(draw, inTurn);
  switch (draw(6)) {
    case 0: // damaged, under the right secret
      return encode(damaged(draw, { secret, ...claim }));
    case 1: // well-formed, under another secret or none
      return encode(JSON.stringify({
        ...pick(draw, [
          {},
          { secret: null },
          { secret: "" },
          { secret: secret.slice(1) },
          { secret: secret + "s" },
          { secret: "S".repeat(64) },
          { secret: [secret] },
          { Secret: secret },
        ]),
        ...claim,
      }));
    case 2: // out of order
      return encode(signed(pick(draw, [
        ready as OpenFrame,
        born as OpenFrame,
        { ...born, id: 2 },
        ...[0, 1, 3, 2 ** 31].map((turn) => ({ ...claim, turn })),
        { ...call, call: 1 + draw(9) },
        { ...lived, genome: { methods: { handle: "h" }, state: null, attributes: {} } },
      ])));
    case 3: // too long
      return encode(signed({ ...lived, query: "x".repeat(limits.frameBytes) }));
    case 4: { // bytes that are no text
      const bytes = encode(signed(claim));
      bytes[draw(bytes.length - 1)] = pick(draw, [0xff, 0xc0, 0x80, 0xf8]);
      return bytes;
    }
    default: // cut, and gone on with another
      return encode(signed(claim).slice(0, 1 + draw(20)) + signed(claim));
  }
}

Deno.test(`the house kills for any frame that nobody may say (${frames} frames, seed ${seed})`, async () => {
  const draw = drawer(3);
  for (let n = 0; n < frames / 2; n++) {
    const puppet = new Puppet();
    await puppet.born();
    const away = (): Promise<never> => Promise.reject(new Error("not here"));
    const turn = puppet.cell.turn(turnOf(), { llm: away, send: away, ask: away });
    const bytes = wrongBytes(draw);
    puppet.writeBytes(bytes);
    // Where it was taken, the cell would go on, and this would end the turn well.
    puppet.say(puppet.lived());
    const outcome = await turn;
    const line = new TextDecoder().decode(bytes).slice(0, 300);
    assert(!outcome.lived, `taken: ${line}`);
    assert(outcome.facts.kill?.rule === "protocol", `no fault of the protocol: ${line}`);
    assertEquals([puppet.kills, puppet.cell.usable], [1, false], line);
  }
});

Deno.test(`the house kills for any frame while nobody has asked (${frames} frames, seed ${seed})`, async () => {
  const draw = drawer(4);
  for (let n = 0; n < frames / 2; n++) {
    const puppet = new Puppet();
    const born = draw(2) === 0;
    if (born) await puppet.born();
    const end = Promise.withResolvers<DeathFacts>();
    puppet.cell.onDeath(end.resolve);
    const valid = pick(draw, Object.values(claims).filter(({ op }) => born || op !== "ready"));
    const bytes = draw(2) === 0 ? wrongBytes(draw) : new TextEncoder().encode(
      JSON.stringify({ secret, ...valid }) + "\n",
    );
    const line = new TextDecoder().decode(bytes).slice(0, 300);
    if (!born && /"op":"ready"/.test(line) && line.includes(secret)) {
      await puppet.cell.kill("the test is over");
      continue;
    }
    puppet.writeBytes(bytes);
    const { kill } = await end.promise;
    assert(kill?.rule === "protocol", line);
    assertEquals(puppet.cell.usable, false);
  }
});

Deno.test("the house takes well-formed frames in order: the fuzz above can fail", async () => {
  const puppet = new Puppet();
  puppet.say(claims["ready"] as OpenFrame);
  await puppet.cell.ready;
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), {
    llm: () => Promise.resolve("x"),
    send: () => Promise.resolve(),
    ask: () => Promise.resolve(null),
  });
  for (const op of ["call", "notes"]) puppet.say(claims[op] as OpenFrame);
  puppet.say({ ...claims["call"], call: 1 });
  puppet.say(claims["lived"] as OpenFrame);
  assert((await turn).lived);
  await puppet.cell.kill("the test is over");
});
