import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertMatch } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";
import { readCheckpoint, VersionStore } from "../../src/policy/checkpoint/mod.ts";
import { writeTinyCheckpoint } from "../policy/tiny_checkpoint.ts";
import { agentRow, first } from "../store/support.ts";
import { root } from "../support/command.ts";
import { invoke } from "./support.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-doctor-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** A database with one agent. */
function makeDatabase(name: string): string {
  const path = `${folder}/${name}.db`;
  const store = openStore(path);
  store.commit({ genomes: [first], agents: [agentRow("ada")] });
  for (let id = 0; id < 200; id++) {
    store.commit({ events: [{ kind: "house.started", data: { filler: "x".repeat(200) } }] });
  }
  store.close();
  return path;
}

interface Told {
  readonly well: boolean;
  readonly findings: readonly { readonly state: string; readonly what: string; says: string }[];
}

async function doctor(...args: readonly string[]): Promise<{ code: number; wrong: string[] }> {
  const { code, out } = await invoke(["doctor", "--port", String(freePort()), "--json", ...args]);
  const told = JSON.parse(out) as Told;
  assertEquals(told.well, code === 0);
  const wrong = told.findings.filter(({ state }) => state === "wrong");
  return { code, wrong: wrong.map(({ what, says }) => `${what}: ${says}`) };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

Deno.test("doctor says that all is well where it is, in words", async () => {
  const db = makeDatabase("sound");
  const { code, out } = await invoke(["doctor", "--port", String(freePort()), "--db", db]);
  assertEquals(code, 0, out);
  assertMatch(out, /^ok +database +.*sound\.db is sound, its schema of version \d+$/m);
  assertMatch(out, /^ok +checkpoint +.*assets\/policy is whole, [0-9a-f]{12}$/m);
  assertMatch(out, /^(ok|note) +seccomp +(on|off)\b/m);
  assertMatch(out, /^all is well$/m);
});

Deno.test("doctor names a row whose reference leads nowhere, and exits 1", async () => {
  const path = makeDatabase("orphan");
  const db = new DatabaseSync(path);
  db.exec("pragma foreign_keys = off; delete from genomes");
  db.close();
  assertEquals(await doctor("--db", path), {
    code: 1,
    wrong: ["database: row 1 of 'agents' refers to a row of 'genomes' that is not there"],
  });
});

Deno.test("doctor finds a damaged page", async () => {
  const path = makeDatabase("torn");
  const db = new DatabaseSync(path);
  const page = db.prepare("select rootpage from sqlite_schema where name = 'events'").get();
  const pageSize = Number(db.prepare("pragma page_size").get()?.["page_size"]);
  db.exec("pragma wal_checkpoint(truncate)");
  db.close();
  const bytes = Deno.readFileSync(path);
  bytes.fill(
    0xff,
    (Number(page?.["rootpage"]) - 1) * pageSize,
    Number(page?.["rootpage"]) * pageSize,
  );
  Deno.writeFileSync(path, bytes);
  const { code, wrong } = await doctor("--db", path);
  assertEquals(code, 1);
  assertMatch(wrong.join("\n"), /^database: .*(malformed|btree|page)/i);
});

Deno.test("doctor finds a bit that was flipped in a checkpoint, and a version that is not there", async () => {
  const path = makeDatabase("learned");
  const checkpoint = `${folder}/checkpoint`;
  Deno.mkdirSync(checkpoint);
  for (const { name } of Deno.readDirSync(`${root}/assets/policy`)) {
    Deno.copyFileSync(`${root}/assets/policy/${name}`, `${checkpoint}/${name}`);
  }
  const model = `${checkpoint}/model.safetensors`;
  const bytes = Deno.readFileSync(model);
  bytes[bytes.length >> 1]! ^= 1;
  Deno.writeFileSync(model, bytes);
  Deno.truncateSync(`${checkpoint}/tokenizer.json`, 100);
  Deno.mkdirSync(`${path}.policy/versions/1`, { recursive: true });
  const { code, wrong } = await doctor("--db", path, "--checkpoint", checkpoint);
  const size = Deno.statSync(`${root}/assets/policy/tokenizer.json`).size;
  assertEquals({ code, wrong: wrong.sort() }, {
    code: 1,
    wrong: [
      `checkpoint: ${model} is damaged: its SHA-256 is not what the manifest says`,
      `checkpoint: ${checkpoint}/tokenizer.json is cut: 100 bytes of ${size}`,
      `policy: ${path}.policy/versions/1/manifest.json is not there`,
    ],
  });
});

Deno.test("doctor finds the versions that the policy has published whole, and one that was cut", async () => {
  const path = makeDatabase("trained");
  await writeTinyCheckpoint(`${folder}/base`);
  const base = await readCheckpoint(`${folder}/base`);
  const versions = await VersionStore.open(`${path}.policy/versions`, base);
  const { parameters } = base;
  const state = { parameters, m: parameters, v: parameters, updates: 1 };
  await versions.publish({ state, metrics: {}, memory: {}, episodes: [], createdAtMs: 0 });
  assertEquals(await doctor("--db", path), { code: 0, wrong: [] });
  const model = `${path}.policy/versions/000001/model.safetensors`;
  const { size } = Deno.statSync(model);
  Deno.truncateSync(model, size - 1);
  assertEquals(await doctor("--db", path), {
    code: 1,
    wrong: [`policy: ${model} is cut: ${size - 1} bytes of ${size}`],
  });
});

Deno.test("doctor tells a port of another program from that of a house", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const ended = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const { code, wrong } = await doctor("--port", String(port));
  assertEquals([code, wrong], [1, [`port: ${port} is in use by another program`]]);
  listener.close();
  await ended.catch(() => {});
});
