import { assertEquals, assertThrows } from "@std/assert";
import { assemble, instructionBytes } from "../../../src/cell/sandbox/bpf.ts";
import { cellFilter } from "../../../src/cell/sandbox/filter.ts";
import {
  type Architecture,
  auditArchitecture,
  type Syscall,
  syscallNumber,
} from "../../../src/cell/sandbox/syscalls.ts";

/** Runs classic BPF as the kernel does, on the words of one `struct seccomp_data`. */
function decide(program: Uint8Array<ArrayBuffer>, data: DataView): number {
  const code = new DataView(program.buffer);
  let accumulator = 0;
  for (let index = 0; index < program.length / instructionBytes; index++) {
    const at = index * instructionBytes;
    const constant = code.getUint32(at + 4, true);
    const jump = (taken: boolean) => code.getUint8(at + (taken ? 2 : 3));
    switch (code.getUint16(at, true)) {
      case 0x20:
        accumulator = data.getUint32(constant, true);
        break;
      case 0x54:
        accumulator = (accumulator & constant) >>> 0;
        break;
      case 0x15:
        index += jump(accumulator === constant);
        break;
      case 0x35:
        index += jump(accumulator >= constant);
        break;
      case 0x06:
        return constant;
      default:
        throw new Error("the kernel would refuse this program");
    }
  }
  throw new Error("the program ran off its end");
}

function verdict(
  architecture: Architecture,
  jit: boolean,
  call: Syscall | number,
  args: readonly bigint[] = [],
): string {
  const data = new DataView(new ArrayBuffer(64));
  const number = typeof call === "number" ? call : syscallNumber(call, architecture);
  if (number === null) return "absent";
  data.setUint32(0, number, true);
  data.setUint32(4, auditArchitecture[architecture], true);
  args.forEach((arg, index) => data.setBigUint64(16 + index * 8, arg, true));
  const answer = decide(cellFilter(architecture, jit), data);
  if (answer === 0x7fff0000) return "allow";
  if (answer === 0x80000000) return "kill";
  return `errno ${answer & 0xffff}`;
}

const threadFlags = 0x3d0f00n; // what glibc's pthread_create passes
const rows: readonly (readonly [Syscall, readonly bigint[], string, string])[] = [
  // call, arguments, strict, fast
  ["futex", [], "allow", "allow"],
  ["recvfrom", [], "allow", "allow"],
  ["recvmsg", [], "allow", "allow"],
  ["exit_group", [], "allow", "allow"],
  ["clone", [threadFlags], "allow", "allow"],
  ["clone", [17n], "kill", "kill"], // fork
  ["clone", [threadFlags | 0x10000000n], "kill", "kill"], // with a user namespace
  ["clone3", [], "errno 38", "errno 38"],
  ["mmap", [0n, 4096n, 3n, 0x22n], "allow", "allow"],
  ["mmap", [0n, 4096n, 5n, 0x2n], "allow", "allow"], // a library's text
  ["mmap", [0n, 4096n, 5n, 0x22n], "kill", "allow"],
  ["mmap", [0n, 4096n, 7n, 0x2n], "kill", "allow"],
  ["mprotect", [0n, 4096n, 1n], "allow", "allow"],
  ["mprotect", [0n, 4096n, 5n], "kill", "allow"],
  ["openat", [0n, 0n, 0o2000000n], "allow", "allow"],
  ["openat", [0n, 0n, 0o2000001n], "errno 30", "errno 30"],
  ["openat", [0n, 0n, 0o100n], "errno 30", "errno 30"],
  ["prlimit64", [0n, 7n, 0n], "allow", "allow"],
  ["prlimit64", [0n, 7n, 0x7f00_0000_0000n], "errno 22", "errno 22"],
  ["prlimit64", [0n, 7n, 0x1000n], "errno 22", "errno 22"],
  ["socketpair", [1n], "allow", "allow"],
  ["socketpair", [2n], "kill", "kill"],
  ["ioctl", [0n, 0x5401n], "allow", "allow"],
  ["ioctl", [0n, 0x5412n], "errno 25", "errno 25"], // TIOCSTI
  ["prctl", [15n], "allow", "allow"],
  ["prctl", [22n], "errno 22", "errno 22"], // PR_SET_SECCOMP
  ["memfd_create", [], "errno 38", "errno 38"],
  ["process_vm_readv", [], "errno 38", "errno 38"],
];

Deno.test("cellFilter() decides alike on both architectures", () => {
  for (const architecture of ["x86_64", "aarch64"] as const) {
    for (const [call, args, strict, fast] of rows) {
      const row = `${architecture} ${call} ${args}`;
      assertEquals(verdict(architecture, false, call, args), strict, `${row} strict`);
      assertEquals(verdict(architecture, true, call, args), fast, `${row} fast`);
    }
  }
});

Deno.test("cellFilter() kills for what it does not name", () => {
  // socket, ptrace, mount, bpf, perf_event_open, process_vm_writev, userfaultfd, kexec_load
  for (const number of [41, 101, 165, 321, 298, 311, 323, 246]) {
    assertEquals(verdict("x86_64", true, number), "kill", String(number));
  }
  for (const number of [198, 117, 40, 280, 241, 271, 282, 104]) {
    assertEquals(verdict("aarch64", true, number), "kill", String(number));
  }
});

Deno.test("cellFilter() kills for the x32 numbering and for a foreign architecture", () => {
  assertEquals(verdict("x86_64", true, 0x40000000 | 1), "kill");
  const foreign = new DataView(new ArrayBuffer(64));
  foreign.setUint32(4, 0x40000003, true); // i386, where 1 is exit
  foreign.setUint32(0, 1, true);
  assertEquals(decide(cellFilter("x86_64", true), foreign), 0x80000000);
});

Deno.test("assemble() lays out the kernel's struct sock_filter", () => {
  const bytes = assemble([
    { op: "jump-equal", value: 0x01020304, no: "far" },
    { op: "return", value: 1 },
    { op: "label", name: "far" },
    { op: "return", value: 2 },
  ]);
  assertEquals([...bytes.slice(0, 8)], [0x15, 0, 0, 1, 4, 3, 2, 1]);
});

Deno.test("assemble() refuses a jump that does not fit", () => {
  const far = Array.from({ length: 256 }, () => ({ op: "return", value: 0 } as const));
  const jump = { op: "jump-equal", value: 0, yes: "end" } as const;
  assertThrows(() => assemble([jump, ...far, { op: "label", name: "end" }]), RangeError);
  assertThrows(() => assemble([{ op: "label", name: "end" }, jump]), RangeError);
  assertThrows(() => assemble([jump]), RangeError);
});
