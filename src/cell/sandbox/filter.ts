/**
 * The seccomp filter of a cell: an allow-list, found by `strace` on honest cells (load, garbage
 * collection, Workers, crashes, exits). What is not on it kills the process with SIGSYS. It bounds
 * what code can ask of the kernel after it has escaped V8, Deno's permissions and the lockdown:
 * no new process, no socket, no signal to others, no file opened for writing, no new namespace, and
 * in `strict` no memory that becomes executable.
 */

import { assemble, type Instruction } from "./bpf.ts";
import { type Architecture, auditArchitecture, type Syscall, syscallNumber } from "./syscalls.ts";

/** `(argument & mask) === equals`, on the low or the high 32 bits of an argument. */
interface Test {
  readonly argument: 0 | 1 | 2 | 3 | 4 | 5;
  readonly half?: "low" | "high";
  readonly mask?: number;
  readonly equals: number;
}

/** All tests of one of the alternatives must hold; else the call fails with `errno`, or kills. */
interface Condition {
  readonly call: Syscall;
  readonly anyOf: readonly (readonly Test[])[];
  readonly errno?: number;
}

const errno = { EINVAL: 22, ENOTTY: 25, EROFS: 30, ENOSYS: 38 } as const;

/** In order of frequency: the kernel walks the list from its head. */
// deno-fmt-ignore
const allowed: readonly Syscall[] = [
  "futex", "read", "write", "epoll_wait", "epoll_pwait", "madvise", "munmap", "mremap", "close",
  "gettid", "getpid", "clock_gettime", "sched_yield", "readv", "writev", "recvfrom", "recvmsg",
  "sendto", "sendmsg", "epoll_ctl", "brk", "rt_sigprocmask", "rt_sigaction", "rt_sigreturn",
  "sigaltstack", "getrandom", "clock_nanosleep", "nanosleep", "clock_getres", "gettimeofday", "time",
  "fstat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "lseek",
  "pread64", "readlink", "readlinkat", "getcwd", "sched_getaffinity", "sched_getparam",
  "sched_getscheduler", "set_robust_list", "rseq", "set_tid_address", "membarrier", "exit",
  "exit_group", "eventfd2", "epoll_create1", "dup", "dup3", "pipe2", "poll", "ppoll", "shutdown",
  "getsockopt", "getrusage", "getrlimit", "sysinfo", "uname", "getuid", "geteuid", "getgid", "getegid",
  "getppid", "restart_syscall", "arch_prctl",
  "tgkill", // abort() signals its own thread; the PID namespace holds nobody else's
  "wait4", "waitid", // bubblewrap's reaper lives under the same filter
  "execve", // bubblewrap becomes Deno; nothing else is there to become
];

const is = (argument: Test["argument"], ...values: number[]): readonly (readonly Test[])[] =>
  values.map((equals) => [{ argument, equals }]);

/** Answered, never done: callers have a way on without them. */
const refused: readonly Condition[] = [
  { call: "clone3", anyOf: [], errno: errno.ENOSYS }, // flags behind a pointer; glibc turns to clone
  { call: "pkey_alloc", anyOf: [], errno: errno.ENOSYS },
  { call: "io_uring_setup", anyOf: [], errno: errno.ENOSYS },
  { call: "memfd_create", anyOf: [], errno: errno.ENOSYS },
  { call: "process_vm_readv", anyOf: [], errno: errno.ENOSYS }, // how a crash walks its own stack
  { call: "mkdir", anyOf: [], errno: errno.EROFS },
  { call: "mkdirat", anyOf: [], errno: errno.EROFS },
  { call: "unlink", anyOf: [], errno: errno.EROFS },
  { call: "unlinkat", anyOf: [], errno: errno.EROFS },
];

const CLONE_THREAD = 0x1_0000;
/** NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e02_0080;
const O_WRITING = 0o1 | 0o2 | 0o100 | 0o1000; // WRONLY, RDWR, CREAT, TRUNC
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_ANONYMOUS = 0x20;

const conditional: readonly Condition[] = [
  {
    call: "clone",
    anyOf: [[{ argument: 0, mask: CLONE_THREAD | CLONE_NAMESPACES, equals: CLONE_THREAD }]],
  },
  { call: "openat", anyOf: [[{ argument: 2, mask: O_WRITING, equals: 0 }]], errno: errno.EROFS },
  { call: "ioctl", anyOf: is(1, 0x5401, 0x5421, 0x5451, 0x5413), errno: errno.ENOTTY }, // TCGETS FIONBIO FIOCLEX TIOCGWINSZ
  { call: "fcntl", anyOf: is(1, 0, 1, 2, 3, 4, 1030), errno: errno.EINVAL }, // DUPFD … SETFL, DUPFD_CLOEXEC
  { call: "prctl", anyOf: is(0, 15, 16, 0x53564d41), errno: errno.EINVAL }, // SET_NAME GET_NAME SET_VMA
  { call: "socketpair", anyOf: is(0, 1) }, // AF_UNIX: tokio's signal pipe
  {
    call: "prlimit64", // read a limit, never set one
    anyOf: [[{ argument: 2, equals: 0 }, { argument: 2, half: "high", equals: 0 }]],
    errno: errno.EINVAL,
  },
];

/** Without a JIT only the dynamic linker makes memory executable, and only straight from a file. */
const writeXorExecute: readonly Condition[] = [
  {
    call: "mmap",
    anyOf: [
      [{ argument: 2, mask: PROT_EXEC, equals: 0 }],
      [
        { argument: 2, mask: PROT_EXEC | PROT_WRITE, equals: PROT_EXEC },
        { argument: 3, mask: MAP_ANONYMOUS, equals: 0 },
      ],
    ],
  },
  { call: "mprotect", anyOf: [[{ argument: 2, mask: PROT_EXEC, equals: 0 }]] },
];

const answer = {
  allow: 0x7fff_0000, // SECCOMP_RET_ALLOW
  kill: 0x8000_0000, // SECCOMP_RET_KILL_PROCESS
  fail: (errno: number) => 0x0005_0000 | errno, // SECCOMP_RET_ERRNO
} as const;

/** Offsets in `struct seccomp_data`. */
const offset = { number: 0, architecture: 4, arguments: 16 } as const;
/** Calls of the x32 ABI carry this bit on the same architecture. */
const x32Bit = 0x4000_0000;

function ruleOf(condition: Condition, number: number): Instruction[] {
  const { call, anyOf } = condition;
  const end = `${call}:end`;
  const rule: Instruction[] = [{ op: "jump-equal", value: number, no: end }];
  anyOf.forEach((tests, index) => {
    const otherwise = `${call}:${index + 1}`;
    for (const { argument, half, mask, equals } of tests) {
      rule.push({
        op: "load",
        offset: offset.arguments + argument * 8 + (half === "high" ? 4 : 0),
      });
      if (mask !== undefined) rule.push({ op: "and", mask });
      rule.push({ op: "jump-equal", value: equals, no: otherwise });
    }
    rule.push({ op: "return", value: answer.allow }, { op: "label", name: otherwise });
  });
  const value = condition.errno === undefined ? answer.kill : answer.fail(condition.errno);
  rule.push({ op: "return", value }, { op: "label", name: end });
  return rule;
}

/**
 * Assembles the filter of a cell.
 *
 * @param architecture whose numbering of system calls
 * @param jit whether V8 may make code at run time; without, no memory becomes executable
 * @returns the program, as `bwrap --seccomp` reads it
 */
export function cellFilter(architecture: Architecture, jit: boolean): Uint8Array<ArrayBuffer> {
  const program: Instruction[] = [
    { op: "load", offset: offset.architecture },
    { op: "jump-equal", value: auditArchitecture[architecture], yes: "known" },
    { op: "return", value: answer.kill },
    { op: "label", name: "known" },
    { op: "load", offset: offset.number },
  ];
  if (architecture === "x86_64") {
    program.push(
      { op: "jump-at-least", value: x32Bit, no: "native" },
      { op: "return", value: answer.kill },
      { op: "label", name: "native" },
    );
  }
  const plain: readonly Syscall[] = jit ? [...allowed, "mmap", "mprotect"] : allowed;
  const rules: readonly Condition[] = [
    ...(jit ? [] : writeXorExecute), // first: these are asked often, and the kernel cannot cache them
    ...plain.map((call) => ({ call, anyOf: [[]] })),
    ...conditional,
    ...refused,
  ];
  for (const condition of rules) {
    const number = syscallNumber(condition.call, architecture);
    if (number !== null) program.push(...ruleOf(condition, number));
  }
  program.push({ op: "return", value: answer.kill });
  return assemble(program);
}
