import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertMatch } from "@std/assert";
import { checkFile, openStore } from "../../src/store/mod.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow } from "./support.ts";

const grown = genomeRow({ grown: true }, first.hash);

/** A ledger of two agents: ada with two lives, a death and five steps; bob with a step. */
async function written(test: (path: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-history-" });
  const path = `${folder}/house.db`;
  const store = openStore(path);
  store.commit({ genomes: [first, grown], agents: [agentRow("ada"), agentRow("bob")] });
  store.commit({ lives: [lifeRow("ada", 1), lifeRow("bob", 1)], steps: [stepRow("bob", 1, 1)] });
  for (const step of [1, 2]) store.commit({ steps: [stepRow("ada", 1, step)] });
  store.commit({
    lives: [lifeRow("ada", 1, { end: "death", endedAtMs: 9, steps: 2 })],
    steps: [stepRow("ada", 1, 3, { lived: false })],
    deaths: [deathRow("ada", 1, "exception", { step: 3 })],
  });
  store.commit({ lives: [lifeRow("ada", 2)] });
  store.commit({ steps: [stepRow("ada", 2, 1)] });
  store.commit({ steps: [stepRow("ada", 2, 2, { genome: grown.hash })] });
  store.addReward({ key: "k", agent: "ada", life: 1, step: 1, term: "person", value: 5 });
  store.close();
  test(path);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("checkFile() finds nothing wrong with a history that was only ever added to", async () => {
  await written((path) => assertEquals(checkFile(path).findings, []));
});

const tamperings = [
  {
    name: "a step is changed",
    sql: `update steps set query = '"other"' where agent = 'ada' and life = 1 and step = 2`,
    says: [/^step 2 of life 1 of 'ada' is not what was written$/],
  },
  {
    name: "what a model said is changed",
    sql: "update steps set calls = '[]' where agent = 'ada' and life = 2 and step = 1",
    says: [/^step 1 of life 2 of 'ada' is not/],
  },
  {
    name: "a measured reward is changed",
    sql: "update rewards set value = 100 where agent = 'ada' and life = 1 and step = 2",
    says: [/^step 2 of life 1 of 'ada' is not/],
  },
  {
    name: "a reward is put in as if it had been measured",
    sql: `insert into rewards (agent, life, step, term, value) values ('bob', 1, 1, '"x"', 9)`,
    says: [/^step 1 of life 1 of 'bob' is not/],
  },
  {
    name: "a cause of death is changed",
    sql: "update deaths set cause = 'operator', owner = 'operator'",
    says: [/^the death of life 1 of 'ada' is not what was written$/],
  },
  {
    name: "a death is left out",
    sql: "delete from deaths",
    says: [/^an entry is missing from the history of 'ada', after step 3 of life 1$/],
  },
  {
    name: "the last steps are left out",
    sql: "delete from rewards where life = 2; delete from steps where agent = 'ada' and life = 2",
    says: [/^2 entries are missing from the history of 'ada', after the birth of life 2$/],
  },
  {
    name: "a step is put in",
    sql:
      `insert into steps (agent, life, step, at_ms, letter, now_ms, seed, calls, prints, returned,
      dropped, attempts, usage, edited, genome, query, lived)
      select agent, life, 2, at_ms, letter, now_ms, seed, calls, prints, returned, dropped, attempts,
      usage, edited, genome, query, lived from steps where agent = 'bob'`,
    says: [/^step 2 of life 1 of 'bob' was put in/],
  },
  {
    name: "a birth is changed",
    sql: `update lives set born_query = '"other"' where agent = 'ada' and life = 2`,
    says: [/^the birth of life 2 of 'ada' is not/],
  },
  {
    name: "a genome's source is changed",
    sql: `update genomes set text = replace(text, 'evaluate', 'console.log')
      where hash = '${first.hash}'`,
    says: [new RegExp(`^genome ${first.hash} is not what its hash says$`)],
  },
  {
    name: "a genome gets another parent",
    sql: `update genomes set parent = null where hash = '${grown.hash}'`,
    says: [/^step 2 of life 2 of 'ada' is not/],
  },
  {
    name: "two steps change places",
    sql: `update steps set step = 99 where agent = 'ada' and life = 1 and step = 1;
      update steps set step = 1 where agent = 'ada' and life = 1 and step = 2;
      update steps set step = 2 where step = 99`,
    says: [/missing from the history of 'ada'/, /^step 2 of life 1 of 'ada' was put in/],
  },
  {
    name: "the head of a chain is changed",
    sql: "update chains set head = 'x' where agent = 'bob'",
    says: [/^the head of the chain of 'bob' is not its last link$/],
  },
];

for (const { name, sql, says } of tamperings) {
  Deno.test(`checkFile() says whose history, and where, when ${name}`, async () => {
    await written((path) => {
      const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
      db.exec(sql);
      db.close();
      const { findings } = checkFile(path);
      for (const [at, pattern] of says.entries()) assertMatch(findings[at] ?? "nothing", pattern);
    });
  });
}
