import { serveApi } from "../../src/api/mod.ts";
import { openHouse } from "../../src/house/mod.ts";
import { folderPower } from "../../src/powers/mod.ts";

/** What the agents of the file were told to do: two deaths of ada, one of bob, and some life. */
const script: readonly { readonly agent: string; readonly response: string }[] = [
  { agent: "ada", response: "function greet(name) {\n  console.log(`hello ${name}`);\n}" },
  { agent: "ada", response: "this.greet('world');" },
  { agent: "ada", response: "throw new Error('no good\u001b[2J');" },
  { agent: "ada", response: "while (true) {}" },
  { agent: "bob", response: "new Deno.Command('rm', { args: ['-rf', '/'] }).outputSync();" },
  { agent: "bob", response: "this.state.n = 1;" },
];

/**
 * A database file of a house that has ended: agents ada (lives 1 and 2 died, of an exception and a
 * hang) and bob (life 1 died of harm), and the rows of two versions of a policy.
 *
 * @param folder where it is made
 */
export async function endedHouse(folder: string): Promise<string> {
  const db = `${folder}/garden.db`;
  await Deno.writeTextFile(`${folder}/garden.jsonl`, lines(script));
  const house = await openHouse({
    db,
    llm: `scripted:${folder}/garden.jsonl`,
    names: ["ada", "bob"],
    seed: 1,
    profile: "portable",
    warmCells: 0,
    // A loaded machine must not take an honest step for a hang.
    limits: { stepMs: 1500 },
  });
  house.begin();
  await house.finished();
  for (const version of [2, 3]) {
    const hash = "abc".charAt(version - 1).repeat(64);
    const metrics = { reward: version - 1.75 };
    house.store.recordPolicyVersion({
      version,
      parent: version - 1,
      hash,
      createdAtMs: 1,
      metrics,
    });
  }
  await house.stop();
  return db;
}

/** A house that is up and served, with no agent yet. */
export interface ServedHouse extends AsyncDisposable {
  readonly url: string;
  readonly db: string;
}

/**
 * Serves a house whose agents say what a script says.
 *
 * @param folder where its files are made
 * @param responses what the model answers to each agent
 * @param options what its API asks for, and where it differs
 */
export async function servedHouse(
  folder: string,
  responses: readonly { readonly agent: string; readonly response: string }[],
  { token, llm, db = `${folder}/served.db` }: {
    readonly token?: string;
    /** Instead of the script. */
    readonly llm?: string;
    readonly db?: string;
  } = {},
): Promise<ServedHouse> {
  await Deno.writeTextFile(`${folder}/served.jsonl`, lines(responses));
  const house = await openHouse({
    db,
    llm: llm ?? `scripted:${folder}/served.jsonl`,
    names: [],
    seed: 1,
    profile: "portable",
    warmCells: 0,
    powers: { notes: folderPower({ path: folder }) },
  });
  const server = serveApi(house, { port: 0, ...(token === undefined ? {} : { token }) });
  house.begin({ api: server.url });
  return {
    url: server.url,
    db,
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown();
      await house.stop();
    },
  };
}

function lines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join("");
}
