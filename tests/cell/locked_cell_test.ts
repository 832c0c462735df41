import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { messageOf } from "../../src/core/errors.ts";
import type { DeathFacts } from "../../src/death/mod.ts";
import { limits, pass, Puppet, secret } from "./puppet.ts";
import { birthOf, scripted, turnOf } from "./support.ts";

Deno.test("LockedCell gives the secret first, and orders without it", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.say(puppet.lived());
  assert((await turn).lived);
  assertEquals(puppet.orders.map(({ op }) => op), ["hello", "birth", "turn"]);
  assertEquals(puppet.orders[0], { op: "hello", secret });
  assert(!JSON.stringify(puppet.orders.slice(1)).includes(secret));
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell does not wait for what a process has left behind with its pipes", async () => {
  const puppet = new Puppet();
  puppet.end({ code: 130, signal: "SIGINT" }, { left: true });
  await pass();
  puppet.clock.advance(1000);
  const error = await assertRejects(() => puppet.cell.ready);
  assertStringIncludes(messageOf(error), "the cell ended (SIGINT)");
  assert(!puppet.cell.usable);
  await puppet.cell.kill("it is reaped already");
  assertEquals(puppet.kills, 0);
});

Deno.test("LockedCell kills at the deadline, and says so when the process is reaped", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.clock.advance(999);
  await pass();
  assertEquals(puppet.kills, 0);
  puppet.clock.advance(50);
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill, { rule: "deadline", deadlineMs: 1000 });
  assertEquals(outcome.facts.exit, { code: 137, signal: "SIGKILL" });
  assert(outcome.facts.detectedMs >= 1000);
});

Deno.test("LockedCell takes an outcome that came in time though the house was late to look", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.say(puppet.lived());
  puppet.clock.advance(1000);
  const outcome = await turn;
  assert(outcome.lived);
  assertEquals(puppet.kills, 0);
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell takes an answer that lay in the pipe as it killed at the deadline, and says that it was late", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const deaths: DeathFacts[] = [];
  puppet.cell.onDeath((facts) => deaths.push(facts));
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.lastWords = [puppet.lived()];
  puppet.clock.advance(1050);
  const outcome = await turn;
  assert(outcome.lived);
  assertEquals([outcome.late, puppet.kills, puppet.cell.usable], [true, 1, false]);
  await puppet.cell.kill("the test is over");
  assertEquals(deaths, [], "nobody died of it");
});

Deno.test("LockedCell says of a birth too that it was late", async () => {
  const puppet = new Puppet();
  const birth = puppet.cell.birth(birthOf(undefined, limits));
  puppet.lastWords = [{ op: "born", id: 1 }];
  puppet.clock.advance(1050);
  assertEquals(await birth, { lived: true, late: true });
  assertEquals(puppet.cell.usable, false);
  const slow = new Puppet();
  const never = slow.cell.birth(birthOf(undefined, limits));
  slow.clock.advance(1050);
  const outcome = await never;
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill, { rule: "deadline", deadlineMs: 1000 });
});

Deno.test("LockedCell takes no answer that lay in the pipe as it killed for memory", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.lastWords = [puppet.lived()];
  puppet.rssBytes = 400 * 1024 * 1024;
  puppet.clock.advance(60);
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill?.rule, "memory");
});

Deno.test("LockedCell says what ended it to whoever uses it when it is already dying", async () => {
  const puppet = new Puppet();
  await puppet.born();
  // A frame between turns kills; the next turn begins before the process is reaped.
  puppet.say(puppet.lived());
  while (puppet.kills === 0) await Promise.resolve();
  const outcome = await puppet.cell.turn(turnOf(), scripted());
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill?.rule, "protocol");
});

Deno.test("LockedCell keeps the words of whoever has it killed, and the first reason", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  void puppet.cell.kill("the house moves out");
  await puppet.cell.kill("the test is over");
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill, { rule: "order", why: "the house moves out" });
  assertEquals(puppet.kills, 1);
});

Deno.test("LockedCell says of a deadline how much was computed, and whether the process was stopped", async () => {
  const puppet = new Puppet();
  await puppet.born();
  puppet.glance = { processorMs: 500, stopped: true };
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.clock.advance(60);
  puppet.glance = { processorMs: 570, stopped: true };
  puppet.clock.advance(1000);
  const outcome = await turn;
  assert(!outcome.lived);
  const kill = { rule: "deadline", deadlineMs: 1000, processorMs: 70, stopped: true } as const;
  assertEquals(outcome.facts.kill, kill);
});

Deno.test("LockedCell kills for processor time that a step uses beyond its limit, and counts each step by itself", async () => {
  const puppet = new Puppet();
  await puppet.born();
  puppet.glance = { processorMs: 1_000_000, stopped: false };
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.clock.advance(60);
  puppet.glance = { processorMs: 1_000_000 + limits.cpuMs, stopped: false };
  puppet.clock.advance(60);
  await pass();
  assertEquals(puppet.kills, 0);
  puppet.glance = { processorMs: 1_000_010 + limits.cpuMs, stopped: false };
  puppet.clock.advance(60);
  const outcome = await turn;
  assert(!outcome.lived);
  const processorMs = limits.cpuMs + 10;
  assertEquals(outcome.facts.kill, { rule: "cpu", processorMs, limitMs: limits.cpuMs });
});

Deno.test("LockedCell kills when resident memory is seen past its limit", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.clock.advance(60);
  await pass();
  assertEquals(puppet.kills, 0);
  puppet.rssBytes = 400 * 1024 * 1024;
  puppet.clock.advance(60);
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.kill, {
    rule: "memory",
    rssBytes: 400 * 1024 * 1024,
    limitBytes: limits.memoryMb * 1024 * 1024,
  });
});

Deno.test("LockedCell tells how a process ended by itself in a turn, with its last words", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  puppet.say({ op: "notes", turn: 2, prints: ["so far"], attempts: [] });
  puppet.complain("Fatal JavaScript out of memory\u001b[2J");
  await pass();
  puppet.end({ code: 133, signal: "SIGTRAP" });
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.exit, { code: 133, signal: "SIGTRAP" });
  assertEquals(outcome.facts.stderr, "Fatal JavaScript out of memory\\u001b[2J");
  assertEquals(outcome.prints, ["so far"]);
  assert(!puppet.cell.usable);
  const after = await puppet.cell.birth(birthOf(undefined, limits));
  assert(!after.lived);
});

const floods: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  "prints over the limit": [{ op: "notes", turn: 2, prints: ["x".repeat(100)], attempts: [] }],
  "prints over the limit in bytes": [{
    op: "notes",
    turn: 2,
    prints: ["é".repeat(50)],
    attempts: [],
  }],
  "one call of the model too many": Array.from(
    { length: 3 },
    (_, call) => ({ op: "call", turn: 2, call, power: "llm", to: "", body: "x" }),
  ),
  "one message too many": Array.from(
    { length: 3 },
    (_, call) => ({ op: "call", turn: 2, call, power: "send", to: "bob", body: 1 }),
  ),
  "notes without end": Array.from(
    { length: 5000 },
    () => ({ op: "notes", turn: 2, prints: [], attempts: [] }),
  ),
};

for (const [name, claims] of Object.entries(floods)) {
  Deno.test(`LockedCell kills for a flood of ${name}, though the warden let it through`, async () => {
    const puppet = new Puppet();
    await puppet.born();
    const powers = { ...scripted(), llm: () => Promise.resolve("") };
    const turn = puppet.cell.turn(turnOf(), powers);
    puppet.say(...claims);
    const outcome = await turn;
    assert(!outcome.lived);
    const { kill } = outcome.facts;
    assert(kill?.rule === "protocol");
    assertEquals(kill.kind, "flood");
    assertEquals(puppet.kills, 1);
  });
}

Deno.test("LockedCell lets a fault outweigh what is said after it", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  const fault = { kind: "harm", message: "Deno.remove()" };
  puppet.say({ op: "fault", turn: 2, fault }, puppet.lived());
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.fault, fault as DeathFacts["fault"]);
  assert(puppet.cell.usable, "the turn ended by itself");
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell kills a life that does not end after its fault", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  const fault = { kind: "harm", message: "Deno.remove()" };
  puppet.say({ op: "fault", turn: 2, fault });
  await pass();
  puppet.clock.advance(249);
  await pass();
  assertEquals(puppet.kills, 0);
  puppet.clock.advance(20);
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.fault?.kind, "harm");
  assertEquals(outcome.facts.kill, { rule: "grace", graceMs: 250 });
});

Deno.test("LockedCell ends a life whose script has ended", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const ended = Object.assign(new Error("no further line"), { name: "EndOfScript" });
  const turn = puppet.cell.turn(turnOf(), { ...scripted(), llm: () => Promise.reject(ended) });
  puppet.say({ op: "call", turn: 2, call: 0, power: "llm", to: "", body: "x" });
  await pass();
  assertEquals(puppet.orders.at(-1)?.op, "refusal");
  puppet.say({
    op: "died",
    turn: 2,
    fault: { kind: "exception", message: "Error: no further line" },
    settled: true,
  });
  const outcome = await turn;
  assert(!outcome.lived);
  assertEquals(outcome.facts.fault, { kind: "llm", message: "no further line" });
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell does not carry an answer into a later turn", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const answer = Promise.withResolvers<string>();
  const turn = puppet.cell.turn(turnOf(), { ...scripted(), llm: () => answer.promise });
  puppet.say({ op: "call", turn: 2, call: 0, power: "llm", to: "", body: "x" }, puppet.lived());
  assert((await turn).lived);
  const next = puppet.cell.turn(turnOf(), scripted());
  answer.resolve("late");
  await pass();
  assertEquals(puppet.orders.filter(({ op }) => op === "answer"), []);
  puppet.say(puppet.lived({ turn: 3 }));
  assert((await next).lived);
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell refuses an answer that does not fit a frame", async () => {
  const puppet = new Puppet();
  await puppet.born();
  const long = "x".repeat(limits.frameBytes);
  const turn = puppet.cell.turn(turnOf(), { ...scripted(), llm: () => Promise.resolve(long) });
  puppet.say({ op: "call", turn: 2, call: 0, power: "llm", to: "", body: "x" });
  await pass();
  assertEquals(puppet.orders.at(-1)?.op, "refusal");
  puppet.say(puppet.lived());
  assert((await turn).lived);
  await puppet.cell.kill("the test is over");
});

Deno.test("LockedCell tells its listener when the process ends between turns, and not of its own kill", async () => {
  const seen: DeathFacts[] = [];
  const lost = new Puppet();
  lost.cell.onDeath((facts) => seen.push(facts));
  await lost.born();
  lost.end({ code: 137, signal: "SIGKILL" });
  await pass();
  assertEquals(seen.map(({ phase, kill }) => [phase, kill]), [["idle", undefined]]);
  const killed = new Puppet();
  killed.cell.onDeath((facts) => seen.push(facts));
  await killed.cell.kill("the test is over");
  await killed.cell.kill("the test is over");
  assertEquals([seen.length, killed.kills], [1, 1]);
});

Deno.test("LockedCell does one thing at a time, and nothing without a life", async () => {
  const puppet = new Puppet();
  await assertRejects(() => puppet.cell.turn(turnOf(), scripted()), Error, "no life");
  await puppet.born();
  const turn = puppet.cell.turn(turnOf(), scripted());
  await assertRejects(() => puppet.cell.turn(turnOf(), scripted()), Error, "at work");
  await puppet.cell.kill("the test is over");
  assert(!(await turn).lived);
});

Deno.test("LockedCell is not ready when the process ends before it says so", async () => {
  const puppet = new Puppet();
  puppet.complain("error: no such file");
  puppet.end({ code: 1, signal: null });
  await assertRejects(() => puppet.cell.ready, Error, "no such file");
});

Deno.test("LockedCell is of no further use when a life has left it full of memory", async () => {
  for (const [rssBytes, usable] of [[100, true], [200, false]] as const) {
    const puppet = new Puppet();
    await puppet.born();
    puppet.rssBytes = rssBytes * 1024 * 1024;
    const turn = puppet.cell.turn(turnOf(), scripted());
    puppet.say({ op: "died", turn: 2, fault: { kind: "exception", message: "m" }, settled: true });
    assert(!(await turn).lived);
    assertEquals(puppet.cell.usable, usable);
    await puppet.cell.kill("the test is over");
  }
});
