/**
 * Numbers of the system calls that the filter names, by architecture: `[x86_64, aarch64]`, from
 * Linux 6.1's `unistd_64.h` and `asm-generic/unistd.h`. `null`: the architecture has no such call.
 */
const numbers = {
  access: [21, null],
  arch_prctl: [158, null],
  brk: [12, 214],
  clock_getres: [229, 114],
  clock_gettime: [228, 113],
  clock_nanosleep: [230, 115],
  clone: [56, 220],
  clone3: [435, 435],
  close: [3, 57],
  dup: [32, 23],
  dup3: [292, 24],
  epoll_create1: [291, 20],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  epoll_wait: [232, null],
  eventfd2: [290, 19],
  execve: [59, 221],
  exit: [60, 93],
  exit_group: [231, 94],
  faccessat: [269, 48],
  faccessat2: [439, 439],
  fcntl: [72, 25],
  fstat: [5, 80],
  futex: [202, 98],
  getcwd: [79, 17],
  getegid: [108, 177],
  geteuid: [107, 175],
  getgid: [104, 176],
  getpid: [39, 172],
  getppid: [110, 173],
  getrandom: [318, 278],
  getrlimit: [97, 163],
  getrusage: [98, 165],
  getsockopt: [55, 209],
  gettid: [186, 178],
  gettimeofday: [96, 169],
  getuid: [102, 174],
  io_uring_setup: [425, 425],
  ioctl: [16, 29],
  lseek: [8, 62],
  lstat: [6, null],
  madvise: [28, 233],
  membarrier: [324, 283],
  memfd_create: [319, 279],
  mkdir: [83, null],
  mkdirat: [258, 34],
  mmap: [9, 222],
  mprotect: [10, 226],
  mremap: [25, 216],
  munmap: [11, 215],
  nanosleep: [35, 101],
  newfstatat: [262, 79],
  openat: [257, 56],
  pipe2: [293, 59],
  pkey_alloc: [330, 289],
  poll: [7, null],
  ppoll: [271, 73],
  prctl: [157, 167],
  pread64: [17, 67],
  prlimit64: [302, 261],
  process_vm_readv: [310, 270],
  read: [0, 63],
  readlink: [89, null],
  readlinkat: [267, 78],
  readv: [19, 65],
  recvfrom: [45, 207],
  recvmsg: [47, 212],
  restart_syscall: [219, 128],
  rseq: [334, 293],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  sched_getaffinity: [204, 123],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  sched_yield: [24, 124],
  sendmsg: [46, 211],
  sendto: [44, 206],
  set_robust_list: [273, 99],
  set_tid_address: [218, 96],
  shutdown: [48, 210],
  sigaltstack: [131, 132],
  socketpair: [53, 199],
  stat: [4, null],
  statx: [332, 291],
  sysinfo: [99, 179],
  tgkill: [234, 131],
  time: [201, null],
  uname: [63, 160],
  unlink: [87, null],
  unlinkat: [263, 35],
  wait4: [61, 260],
  waitid: [247, 95],
  write: [1, 64],
  writev: [20, 66],
} as const satisfies Readonly<Record<string, readonly [number, number | null]>>;

/** A system call that the filter knows by name. */
export type Syscall = keyof typeof numbers;

/** An architecture that the filter is written for. */
export type Architecture = "x86_64" | "aarch64";

/** The kernel's AUDIT_ARCH constants. */
export const auditArchitecture: Readonly<Record<Architecture, number>> = {
  x86_64: 0xc000003e,
  aarch64: 0xc00000b7,
};

/**
 * A call's number.
 *
 * @param call its name
 * @param architecture whose numbering
 * @returns the number, or `null` where there is no such call
 */
export function syscallNumber(call: Syscall, architecture: Architecture): number | null {
  return numbers[call][architecture === "x86_64" ? 0 : 1];
}
