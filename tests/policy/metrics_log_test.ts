import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import protobuf from "protobufjs";
import { crc32c, MetricsLog, type UpdateDraft } from "../../src/policy/server/mod.ts";

/** TensorFlow's own words, as much of them as scalars need (core/util/event.proto, summary.proto). */
const proto = protobuf.parse(`
  syntax = "proto3";
  message Summary {
    message Value { string tag = 1; float simple_value = 2; }
    repeated Value value = 1;
  }
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; }
  }
`).root.lookupType("Event");

interface Event {
  readonly wallTime: number;
  readonly step?: { toNumber(): number } | number;
  readonly fileVersion?: string;
  readonly summary?: { readonly value: readonly { tag: string; simpleValue: number }[] };
}

/** Reads an event file as TensorBoard does, checksums and all, with a bitwise checksum of its own. */
function readEvents(bytes: Uint8Array<ArrayBuffer>): Event[] {
  const view = new DataView(bytes.buffer);
  const checked = (at: number, length: number): Uint8Array => {
    const data = bytes.subarray(at, at + length);
    const crc = BigInt(bitwise(data));
    const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
    assertEquals(view.getUint32(at + length, true), Number((turned + 0xa282ead8n) & 0xffffffffn));
    return data;
  };
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    checked(at, 8);
    const length = Number(view.getBigUint64(at, true));
    events.push(proto.decode(checked(at + 12, length)) as unknown as Event);
    at += 12 + length + 4;
  }
  return events;
}

function bitwise(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc ^ (byte >> bit)) & 1;
      crc = (crc >>> 1) ^ (carry === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function eventsIn(folder: string): Promise<Event[]> {
  const names = [...Deno.readDirSync(`${folder}/tensorboard`)].map(({ name }) => name).sort();
  const files = names.map((name) => Deno.readFile(`${folder}/tensorboard/${name}`));
  return (await Promise.all(files)).flatMap(readEvents);
}

async function linesIn(folder: string): Promise<unknown[]> {
  const text = await Deno.readTextFile(`${folder}/metrics.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function published(version: number): UpdateDraft {
  return {
    atMs: 1_000_500 + version,
    outcome: "published",
    version,
    why: null,
    episodes: [`ada/${version}`],
    metrics: { reward: version / 4, "completions/mean_length": 300 },
  };
}

const dropped: UpdateDraft = {
  atMs: 2_000_000,
  outcome: "diverged",
  version: null,
  why: "the loss is no number",
  episodes: ["bob/1"],
  metrics: {},
};

Deno.test("crc32c() gives the published checksums", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  // RFC 3720, appendix B.4.
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

Deno.test("MetricsLog writes events that a reader of the format reads back", () =>
  inFolder(async (folder) => {
    const log = await MetricsLog.open(folder, [], 1_700_000_000_000);
    assertEquals(await eventsIn(folder), []);
    await log.add(published(1));
    await log.add(dropped);
    await log.add(published(2));
    const [header, ...events] = await eventsIn(folder);
    assertEquals([header?.fileVersion, header?.wallTime], ["brain.Event:2", 1000.501]);
    assertEquals(events.map(({ step }) => Number(step)), [1, 2]);
    assertAlmostEquals(events[0]?.wallTime ?? NaN, 1000.501, 1e-9);
    assertEquals(events[1]?.summary?.value.map(({ tag, simpleValue }) => [tag, simpleValue]), [
      ["train/reward", 0.5],
      ["train/completions/mean_length", 300],
    ]);
    assertEquals(await linesIn(folder), [
      { id: 1, ...published(1) },
      { id: 2, ...dropped },
      { id: 3, ...published(2) },
    ]);
    assertEquals(log.after(1).map(({ id }) => id), [2, 3]);
  }));

Deno.test("MetricsLog makes up for what a crash kept from it when it is opened again", () =>
  inFolder(async (folder) => {
    const log = await MetricsLog.open(folder, [], 1_700_000_000_000);
    await log.add(published(1));
    await log.add(dropped);
    const cut = JSON.stringify({ id: 3, ...published(2) }).slice(0, 40);
    await Deno.writeTextFile(`${folder}/metrics.jsonl`, cut, { append: true });
    const again = await MetricsLog.open(folder, [1, 2, 3].map(published), 1_700_000_001_000);
    const expected = [published(1), dropped, published(2), published(3)];
    assertEquals(await linesIn(folder), expected.map((update, i) => ({ id: i + 1, ...update })));
    assertEquals(again.after(0).length, 4);
    const steps = (await eventsIn(folder)).map(({ step }) => Number(step));
    assertEquals(steps.filter((step) => step > 0), [1, 2, 3]);
    assert(steps.length === 5, "a header for each process");
  }));
