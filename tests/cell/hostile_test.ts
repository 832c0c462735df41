import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Cell, cellFiles, denoSpawner, launchCell, type Outcome } from "../../src/cell/mod.ts";
import { classify, type DeathFacts } from "../../src/death/mod.ts";
import { birthOf, launchOptions, scripted, shortLimits, turnOf } from "./support.ts";

const limits = { ...shortLimits, stepMs: 1000 };

/**
 * Cells whose shell is hostile from its first line: what an agent could do that has broken out of
 * its compartment and out of the locked realm. The warden and the house must hold by themselves.
 */
async function hostileCell(
  onOrder: string,
  run: (cell: Cell) => Promise<void>,
): Promise<void> {
  const dist = await Deno.makeTempDir();
  try {
    for (const file of ["cell.js", "import_map.json"]) {
      await Deno.copyFile(`${launchOptions.dist}/${file}`, `${dist}/${file}`);
    }
    await Deno.writeTextFile(
      `${dist}/agent.js`,
      `self.onmessage = (event) => {
         const port = event.ports[0];
         const say = (claim) => port.postMessage(typeof claim === "string" ? claim : JSON.stringify(claim));
         const print = (text) => Deno.stdout.writeSync(new TextEncoder().encode(text));
         port.onmessage = (message) => {
           const order = JSON.parse(message.data);
           if (order.op === "birth") return say({ op: "born", id: order.id });
           if (order.op !== "turn") return;
           const genome = { methods: { handle: "h() {}", step: "s() {}", execute: "e() {}" }, state: {}, attributes: {} };
           const lived = { op: "lived", turn: order.id, genome, query: "", dropped: [], used: [], returned: null };
           ${onOrder}
         };
         say({ op: "ready" });
       };`,
    );
    const cell = await launchCell({ ...launchOptions, dist, spawn: denoSpawner }, limits);
    try {
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      await run(cell);
    } finally {
      await cell.kill("the test is over");
    }
  } finally {
    await Deno.remove(dist, { recursive: true });
  }
}

const attacks: readonly {
  readonly name: string;
  readonly onOrder: string;
  readonly cause: string;
  readonly message: RegExp;
}[] = [
  {
    name: "writes a frame of its own to the pipe",
    onOrder: `print(JSON.stringify(lived) + "\\n"); for (;;);`,
    cause: "forgery",
    message: /does not bear the secret/,
  },
  {
    name: "guesses a secret",
    onOrder: `print(JSON.stringify({ secret: "0".repeat(64), ...lived }) + "\\n"); for (;;);`,
    cause: "forgery",
    message: /another secret/,
  },
  {
    name: "writes what is not JSON",
    onOrder: `print("hello\\n"); for (;;);`,
    cause: "forgery",
    message: /not JSON/,
  },
  {
    name: "writes a line without an end",
    onOrder: `for (;;) print("x".repeat(100000));`,
    cause: "flood",
    message: /longer than/,
  },
  {
    name: "says a frame with a secret in it",
    onOrder: `say({ ...lived, secret: "x" });`,
    cause: "contract",
    message: /malformed/,
  },
  {
    name: "says a frame with a field too many",
    onOrder: `say({ ...lived, reward: 1e9 });`,
    cause: "contract",
    message: /malformed/,
  },
  {
    name: "says what is not a claim",
    onOrder: `say({ op: "hello", secret: "x".repeat(64) });`,
    cause: "contract",
    message: /malformed/,
  },
  {
    name: "answers for another turn",
    onOrder: `say({ ...lived, turn: order.id + 1 });`,
    cause: "forgery",
    message: /nobody asked for/,
  },
  {
    name: "is born again in a turn",
    onOrder: `say({ op: "born", id: order.id });`,
    cause: "forgery",
    message: /born in a turn/,
  },
  {
    name: "says a genome without an execute",
    onOrder: `delete genome.methods.execute; say(lived);`,
    cause: "forgery",
    message: /would not have read/,
  },
  {
    name: "says a genome over its size",
    onOrder: `genome.state = "x".repeat(100000); say(lived);`,
    cause: "forgery",
    message: /would not have read/,
  },
  {
    name: "says data with a __proto__",
    onOrder:
      `say(JSON.stringify(lived).replace('"state":{}', '"state":{"__proto__":{"admin":1}}'));`,
    cause: "contract",
    message: /__proto__/,
  },
  {
    name: "says data nested without end",
    onOrder:
      `say(JSON.stringify(lived).replace('"state":{}', '"state":' + "[".repeat(5000) + "]".repeat(5000)));`,
    cause: "contract",
    message: /nested too deeply/,
  },
  {
    name: "calls the model beyond its limit",
    onOrder:
      `for (let call = 0; call < 100; call++) say({ op: "call", turn: order.id, call, power: "llm", to: "", body: "x" });`,
    cause: "flood",
    message: /called the model too often/,
  },
  {
    name: "prints beyond its limit",
    onOrder:
      `for (let n = 0; n < 100; n++) say({ op: "notes", turn: order.id, prints: ["x".repeat(10000)], attempts: [] });`,
    cause: "flood",
    message: /printed too much|beyond the limit/,
  },
  {
    name: "kills its own process",
    onOrder: `Deno.kill(Deno.pid, "SIGKILL");`,
    cause: "cell",
    message: /SIGKILL/,
  },
  {
    name: "stops its own process",
    onOrder: `Deno.kill(Deno.pid, "SIGSTOP");`,
    cause: "cell",
    message: /stopped/,
  },
  {
    name: "closes itself without a word",
    onOrder: `self.close();`,
    cause: "hang",
    message: /not over/,
  },
];

for (const { name, onOrder, cause, message } of attacks) {
  Deno.test(`a shell that ${name} is dead of '${cause}'`, async () => {
    await hostileCell(onOrder, async (cell) => {
      const outcome: Outcome = await cell.turn(turnOf(), scripted("return 1;"));
      assert(!outcome.lived, JSON.stringify(outcome));
      const verdict = classify(outcome.facts);
      assertEquals(verdict.cause, cause, JSON.stringify(outcome.facts));
      assertMatch(verdict.message, message);
      assert(!cell.usable);
    });
  });
}

Deno.test("a shell that speaks between turns is killed, and the house is told", async () => {
  await hostileCell(
    `say(lived); const late = setInterval(() => { clearInterval(late); say(lived); }, 50);`,
    async (cell) => {
      const death = new Promise((resolve) => cell.onDeath(resolve));
      assert((await cell.turn(turnOf(), scripted())).lived);
      const facts = await death as DeathFacts;
      assertEquals(facts.phase, "idle");
      assert(facts.kill?.rule === "protocol");
      assertMatch(facts.kill.message, /nobody asked for/);
    },
  );
});

Deno.test("a hostile shell has no rights, and the secret is nowhere in its reach", async () => {
  const questions = [
    "Deno.readTextFileSync(new URL(import.meta.url).pathname)",
    "Deno.readTextFileSync('/proc/self/environ')",
    "Deno.readDirSync('/')",
    "Deno.writeTextFileSync('/tmp/x', 'x')",
    "Deno.env.get('HOME')",
    "new Deno.Command('true').outputSync()",
    "Deno.connect({ port: 1 })",
    "await import('node:fs')",
    "await import('fs')",
    "await import('npm:zod')",
    "await import('file:///etc/passwd')",
    "await import('https://127.0.0.1:1/x.js')",
    "await new Promise((done, fail) => { const w = new Worker('data:text/javascript,Deno.readDirSync(\"/\")', { type: 'module', deno: { permissions: 'inherit' } }); w.onerror = (e) => { e.preventDefault(); fail(new Error(e.message)); }; w.onmessage = done; setTimeout(() => fail(new Error('silent')), 200); })",
  ];
  await hostileCell(
    `(async () => {
       const got = [];
       ${
      questions.map((question) =>
        `try { await (${question}); got.push(${JSON.stringify(question)}); } catch {}`
      ).join("\n")
    }
       say({ ...lived, returned: [got, Object.keys(globalThis).filter((key) => /secret/i.test(key))] });
     })();`,
    async (cell) => {
      const outcome = await cell.turn(turnOf(), scripted());
      assert(outcome.lived, JSON.stringify(outcome));
      assertEquals(outcome.returned, [[], []]);
    },
  );
});

Deno.test("the warden itself has no rights once its Worker is loaded", async () => {
  const dist = await Deno.makeTempDir();
  try {
    for (const file of cellFiles) {
      await Deno.copyFile(`${launchOptions.dist}/${file}`, `${dist}/${file}`);
    }
    const warden = await Deno.readTextFile(`${dist}/cell.js`);
    await Deno.writeTextFile(
      `${dist}/cell.js`,
      `const tell = (text) => Deno.stderr.writeSync(new TextEncoder().encode(text + "\\n"));
       const look = (when) => {
         try { Deno.readTextFileSync(new URL("./agent.js", import.meta.url)); tell(when + " it reads"); }
         catch { tell(when + " it is refused"); }
       };
       look("first");
       setInterval(() => look("then"), 20);
       ${warden}`,
    );
    const cell = await launchCell({ ...launchOptions, dist }, limits);
    try {
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      const outcome = await cell.turn(turnOf(), scripted("while (true) {}"));
      assert(!outcome.lived);
      const words = outcome.facts.stderr.trim().split("\n");
      assertEquals(words.at(0), "first it reads");
      assertEquals(words.at(-1), "then it is refused");
    } finally {
      await cell.kill("the test is over");
    }
  } finally {
    await Deno.remove(dist, { recursive: true });
  }
});
