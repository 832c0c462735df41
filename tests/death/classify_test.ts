import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Cause, classify, type DeathFacts, ownerOf } from "../../src/death/mod.ts";

const seen: DeathFacts = { phase: "turn", stderr: "", detectedMs: 1 };
const outOfMemory = "# Fatal JavaScript out of memory: Reached heap limit";
const killedByHouse = { code: 137, signal: "SIGKILL", by: "house" } as const;

const cases: readonly {
  readonly name: string;
  readonly facts: Partial<DeathFacts>;
  readonly cause: Cause;
  readonly message: RegExp;
}[] = [
  ...([
    "syntax",
    "exception",
    "rejection",
    "stack-overflow",
    "contract",
    "flatline",
    "harm",
    "flood",
    "forgery",
    "llm",
    "exit",
  ] as const).map((kind) => ({
    name: `the fault ${kind}`,
    facts: { fault: { kind, message: "said so" } },
    cause: kind,
    message: /said so/,
  })),
  {
    name: "a deadline",
    facts: { deadlineMs: 300, exit: killedByHouse },
    cause: "hang",
    message: /300 ms/,
  },
  {
    name: "a deadline of a process that somebody had stopped",
    facts: { deadlineMs: 300, stopped: true, exit: killedByHouse },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "work between turns that does not end",
    facts: { phase: "idle", deadlineMs: 300, exit: killedByHouse },
    cause: "hang",
    message: /worked for 300 ms without a turn/,
  },
  {
    name: "a stop between turns",
    facts: { phase: "idle", stopped: true, exit: killedByHouse },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "a birth in a process that somebody had stopped",
    facts: { phase: "birth", deadlineMs: 300, stopped: true, exit: killedByHouse },
    cause: "cell",
    message: /stopped from outside/,
  },
  {
    name: "harm, and a stop after it",
    facts: { fault: { kind: "harm", message: "Deno.kill" }, deadlineMs: 300, stopped: true },
    cause: "harm",
    message: /Deno.kill/,
  },
  {
    name: "memory seen past its limit",
    facts: { memory: { rssBytes: 400e6, limitBytes: 320e6 }, exit: killedByHouse },
    cause: "memory",
    message: /381 MB resident, at most 305/,
  },
  {
    name: "memory, and a deadline after it",
    facts: { memory: { rssBytes: 4e8, limitBytes: 3e8 }, deadlineMs: 300, exit: killedByHouse },
    cause: "memory",
    message: /MB/,
  },
  {
    name: "memory that the kernel's cap refused",
    facts: { fault: { kind: "exception", message: "RangeError: Array buffer allocation failed" } },
    cause: "memory",
    message: /allocation failed/,
  },
  {
    name: "an allocator that gave up at the kernel's cap without a word",
    facts: { exit: { code: 134, signal: "SIGABRT", by: "itself" } },
    cause: "memory",
    message: /memory/,
  },
  {
    name: "a call that the kernel refused",
    facts: { exit: { code: 159, signal: "SIGSYS", by: "itself" } },
    cause: "harm",
    message: /kernel/,
  },
  {
    name: "the heap that ran full as the deadline passed",
    facts: {
      deadlineMs: 2000,
      exit: { code: 133, signal: "SIGTRAP", by: "house" },
      stderr: outOfMemory,
    },
    cause: "heap",
    message: /Reached heap limit/,
  },
  {
    name: "the heap",
    facts: { exit: { code: 133, signal: "SIGTRAP", by: "itself" }, stderr: outOfMemory },
    cause: "heap",
    message: /Reached heap limit/,
  },
  {
    name: "one value larger than V8 allows",
    facts: {
      exit: { code: 133, signal: "SIGTRAP", by: "itself" },
      stderr: "#\n# Fatal JavaScript invalid size error 268435457 (see crbug.com/1201626)\n#",
    },
    cause: "heap",
    message: /invalid size error/,
  },
  {
    name: "memory that the system refused",
    facts: {
      exit: { code: 134, signal: "SIGABRT", by: "itself" },
      stderr: "memory allocation of 65536 bytes failed",
    },
    cause: "memory",
    message: /memory/,
  },
  {
    name: "a trap without a word of memory",
    facts: { exit: { code: 133, signal: "SIGTRAP", by: "itself" }, stderr: "panicked" },
    cause: "cell",
    message: /SIGTRAP/,
  },
  {
    name: "an exit by itself",
    facts: { exit: { code: 0, signal: null, by: "itself" } },
    cause: "exit",
    message: /exit code 0/,
  },
  {
    name: "a kill by somebody else",
    facts: { exit: { code: 137, signal: "SIGKILL", by: "itself" } },
    cause: "cell",
    message: /SIGKILL/,
  },
  {
    name: "a kill by the house without another reason",
    facts: { exit: killedByHouse },
    cause: "cell",
    message: /SIGKILL/,
  },
  {
    name: "a frame without the secret",
    facts: { protocol: "forgery: a frame does not bear the secret", exit: killedByHouse },
    cause: "forgery",
    message: /secret/,
  },
  {
    name: "too many frames",
    facts: { protocol: "flood: a line is longer than 10 bytes", exit: killedByHouse },
    cause: "flood",
    message: /longer/,
  },
  {
    name: "harm, and a deadline after it",
    facts: { fault: { kind: "harm", message: "Deno.kill()" }, deadlineMs: 300 },
    cause: "harm",
    message: /Deno\.kill/,
  },
  {
    name: "a model that failed, and an exception that came of it",
    facts: { fault: { kind: "llm", message: "no answer" }, exit: killedByHouse },
    cause: "llm",
    message: /no answer/,
  },
  {
    name: "a genome that does not compile at birth",
    facts: { phase: "birth", fault: { kind: "syntax", message: "bad method" } },
    cause: "spawn",
    message: /bad method/,
  },
  {
    name: "a birth that never ends",
    facts: { phase: "birth", deadlineMs: 300, exit: killedByHouse },
    cause: "spawn",
    message: /300 ms/,
  },
  {
    name: "a process that ended between turns",
    facts: { phase: "idle", exit: { code: 139, signal: "SIGSEGV", by: "itself" } },
    cause: "cell",
    message: /SIGSEGV/,
  },
  { name: "nothing at all", facts: {}, cause: "cell", message: /failed/ },
];

for (const { name, facts, cause, message } of cases) {
  Deno.test(`classify() finds '${cause}' when there is ${name}`, () => {
    const verdict = classify({ ...seen, ...facts });
    assertEquals(verdict.cause, cause);
    assertEquals(verdict.owner, ownerOf(cause));
    assertMatch(verdict.message, message);
    assertEquals(verdict.evidence["phase"], facts.phase ?? "turn");
  });
}

Deno.test("classify() keeps in evidence what it rests on, and nothing that was not seen", () => {
  const { evidence } = classify({
    ...seen,
    fault: { kind: "exception", message: "m", stack: "at f" },
    exit: { code: 1, signal: null, by: "itself" },
    stderr: "last words",
  });
  assertEquals(evidence, {
    phase: "turn",
    detectedMs: 1,
    fault: "exception",
    message: "m",
    stack: "at f",
    exitCode: 1,
    killedBy: "itself",
    stderr: "last words",
  });
  assert(!("signal" in classify(seen).evidence));
});
