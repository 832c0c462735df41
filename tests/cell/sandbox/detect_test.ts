import { assert, assertEquals, assertMatch } from "@std/assert";
import { detectLayers, layerNames, type Layers } from "../../../src/cell/sandbox/mod.ts";
import { lacking, only, runInside } from "./support.ts";

const home = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(home, { recursive: true }));

async function pathWith(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: home });
  await Deno.symlink("/bin/sh", `${folder}/sh`);
  await Deno.symlink("/usr/bin/ldd", `${folder}/ldd`);
  for (const [name, script] of Object.entries(programs)) {
    await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

const filterFolder = `${home}/filters`;

Deno.test("detectLayers() without bwrap and prlimit on the path says so, and cells run", async () => {
  const layers = await detectLayers({ path: await pathWith({}), filterFolder });
  for (const name of layerNames) {
    assertEquals(layers[name].on, false);
    assertMatch(layers[name].statement, new RegExp(`^${name} is off \\(.+\\): a cell.+\\.$`));
  }
  assertMatch(layers.bubblewrap.statement, /no 'bwrap' on the path/);
  for (const profile of ["strict", "fast", "portable"] as const) {
    const { out } = await runInside({ program: `console.log("lives")`, layers, profile });
    assertEquals(out, "lives");
  }
});

Deno.test("detectLayers() finds a broken bubblewrap at start", async (t) => {
  const denied =
    "bwrap: No permissions to create new namespace, likely because the kernel does not";
  const scripts = {
    "one that is refused namespaces": [`echo "${denied}" >&2; exit 1`, /No permissions to create/],
    "one that dies": ["kill -9 $$", /exit 137/],
    "one that runs nothing": ["exit 0", /no answer/],
  } as const;
  for (const [what, [script, why]] of Object.entries(scripts)) {
    await t.step(what, async () => {
      const { bubblewrap, seccomp } = await detectLayers({
        path: await pathWith({ bwrap: script }),
        filterFolder,
      });
      assert(!bubblewrap.on && !seccomp.on);
      assertMatch(bubblewrap.why, why);
      assertEquals(seccomp.why, "it needs bubblewrap");
    });
  }
});

/** Runs this module's detection in another process, started by a shell line that ends in `deno`. */
async function detectElsewhere(shellLine: string): Promise<Layers> {
  const door = new URL("../../../src/cell/sandbox/mod.ts", import.meta.url);
  const program = `import { detectLayers } from "${door}";
    console.log(JSON.stringify(await detectLayers()))`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `${shellLine} "$0" eval "$1"`, Deno.execPath(), program],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "detectLayers() finds a kernel that grants no user namespaces",
  ignore: lacking("bubblewrap"),
  fn: async () => {
    const forbid = "echo 0 > /proc/sys/user/max_user_namespaces";
    const { bubblewrap } = await detectElsewhere(
      `exec unshare --user --map-root-user sh -c '${forbid}; exec "$0" "$@"'`,
    );
    assert(!bubblewrap.on);
    assertMatch(bubblewrap.why, /namespace|Operation not permitted|No space/);
  },
});

Deno.test({
  name: "detectLayers() sees descriptors that the house inherited, and cells do not",
  ignore: lacking("bubblewrap", "prlimit"),
  fn: async () => {
    const secret = await Deno.makeTempFile();
    await Deno.writeTextFile(secret, "the secret");
    const layers = await detectElsewhere(`exec 7<${secret} 200<${secret}; exec`);
    assert(layers.shell.close.includes(7) && layers.shell.close.includes(200));
    const door = new URL("./support.ts", import.meta.url);
    // Inside, 7 is soon a descriptor of Deno's own; 200 is nobody's but the house's.
    const read = `try { console.log(Deno.readTextFileSync("/proc/self/fd/200")) }
      catch { console.log("closed") }`;
    for (const [close, expected] of [[layers.shell.close, "closed"], [[], "the secret"]] as const) {
      const shell = { ...layers.shell, close };
      // Without bubblewrap, which would hide /proc.
      const inside = { program: read, layers: { ...only("prlimit"), shell } };
      const program = `import { runInside } from "${door}";
        console.log((await runInside(${JSON.stringify(inside)})).out)`;
      const { stdout } = await new Deno.Command("bash", {
        args: ["-c", `exec 200<${secret}; exec "$0" eval "$1"`, Deno.execPath(), program],
        stderr: "inherit",
      }).output();
      assertEquals(new TextDecoder().decode(stdout).trim(), expected);
    }
    await Deno.remove(secret);
  },
});
