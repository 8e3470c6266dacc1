// SPDX-License-Identifier: MIT
// What the main process may ask of the kernel: every system call it makes, on every processor it is built for. One that
// is missing here is refused with ENOSYS, as by a kernel that does not know it, so that the C library takes its older
// way: on 32-bit ARM musl tries the calls with 64-bit times first. Names and numbers are the kernel's: asm/unistd.h.
#pragma once

#include <array>
#include <cstdint>

namespace os {

/// What one of a call's arguments must be; of 64 bits the lower half, as the kernel takes all of these for an int.
struct ArgumentRule {
  std::uint8_t index = 0;
  std::uint32_t forbidden_bits = 0;  // none of these, or
  std::uint8_t value_count = 0;      // one of these
  std::array<std::uint32_t, 4> values = {};
  constexpr bool any() const { return forbidden_bits == 0 && value_count == 0; }
};

struct AllowedCall {
  const char* name;
  std::array<std::int16_t, 3> numbers;  // on x86_64, aarch64, 32-bit ARM
  ArgumentRule rule = {};
};

namespace syscall_table {

inline constexpr std::int16_t kNone = -1;  // the processor has no such call

// AF_UNIX, AF_INET, AF_INET6: no packets as they are on the wire, and no door to the kernel's network.
inline constexpr ArgumentRule kFamilies{.value_count = 3, .values = {1, 2, 10}};
// SIOCGIFNAME, SIOCGIFINDEX; TIOCGWINSZ and TCGETS, by which stdio sees a terminal: none that types into one.
inline constexpr ArgumentRule kQuestions{.index = 1, .value_count = 4, .values = {0x8910, 0x8933, 0x5413, 0x5401}};
// PROT_EXEC
inline constexpr ArgumentRule kNoCode{.index = 2, .forbidden_bits = 4};
// As fork(3) calls it, with CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID: no thread, no namespace.
inline constexpr ArgumentRule kPlainChild{.forbidden_bits = ~(0xFFU | 0x01000000U | 0x00200000U)};
// PR_SET_PDEATHSIG
inline constexpr ArgumentRule kEndsWithUs{.value_count = 1, .values = {1}};
// 0: the limits of no other process.
inline constexpr ArgumentRule kOwn{.value_count = 1, .values = {0}};

}  // namespace syscall_table

inline constexpr auto kAllowedCalls = [] {
  using namespace syscall_table;
  return std::to_array<AllowedCall>({
      // Waiting, and the time.
      {"poll", {7, kNone, 168}},
      {"ppoll", {271, 73, 336}},
      {"ppoll_time64", {kNone, kNone, 414}},
      {"restart_syscall", {219, 128, 0}},
      {"timerfd_create", {283, 85, 350}},
      {"timerfd_settime", {286, 86, 353}},
      {"timerfd_settime64", {kNone, kNone, 411}},
      {"signalfd4", {289, 74, 355}},
      {"clock_gettime", {228, 113, 263}},
      {"clock_gettime64", {kNone, kNone, 403}},
      {"clock_adjtime", {305, 266, 372}},
      {"clock_adjtime64", {kNone, kNone, 405}},
      {"gettimeofday", {96, 169, 78}},
      {"adjtimex", {159, 171, 124}},
      {"nanosleep", {35, 101, 162}},
      {"clock_nanosleep", {230, 115, 265}},
      {"clock_nanosleep_time64", {kNone, kNone, 407}},
      {"rt_sigaction", {13, 134, 174}},
      {"rt_sigprocmask", {14, 135, 175}},
      {"rt_sigreturn", {15, 139, 173}},
      {"sigreturn", {kNone, kNone, 119}},
      {"futex", {202, 98, 240}},
      {"futex_time64", {kNone, kNone, 422}},
      // Descriptors, whatever they are of.
      {"read", {0, 63, 3}},
      {"write", {1, 64, 4}},
      {"readv", {19, 65, 145}},
      {"writev", {20, 66, 146}},
      {"pread64", {17, 67, 180}},
      {"pwrite64", {18, 68, 181}},
      {"close", {3, 57, 6}},
      {"lseek", {8, 62, 19}},
      {"_llseek", {kNone, kNone, 140}},
      {"fcntl", {72, 25, 55}},
      {"fcntl64", {kNone, kNone, 221}},
      {"pipe2", {293, 59, 359}},
      {"fsync", {74, 82, 118}},
      {"fdatasync", {75, 83, 148}},
      {"ftruncate", {77, 46, 93}},
      {"ftruncate64", {kNone, kNone, 194}},
      {"fstat", {5, 80, 108}},
      {"fstat64", {kNone, kNone, 197}},
      {"fchmod", {91, 52, 94}},
      {"fchown", {93, 55, 95}},
      {"fchown32", {kNone, kNone, 207}},
      {"getdents64", {217, 61, 217}},
      {"close_range", {436, 436, 436}},
      // Files by their path: which of them is for Landlock and the owner's rights to say.
      {"open", {2, kNone, 5}},
      {"openat", {257, 56, 322}},
      {"stat", {4, kNone, 106}},
      {"lstat", {6, kNone, 107}},
      {"stat64", {kNone, kNone, 195}},
      {"lstat64", {kNone, kNone, 196}},
      {"newfstatat", {262, 79, kNone}},
      {"fstatat64", {kNone, kNone, 327}},
      {"statx", {332, 291, 397}},
      {"statfs", {137, 43, 99}},
      {"statfs64", {kNone, kNone, 266}},
      {"access", {21, kNone, 33}},
      {"faccessat", {269, 48, 334}},
      {"faccessat2", {439, 439, 439}},
      {"readlink", {89, kNone, 85}},
      {"readlinkat", {267, 78, 332}},
      {"getcwd", {79, 17, 183}},
      {"mkdir", {83, kNone, 39}},
      {"mkdirat", {258, 34, 323}},
      {"unlink", {87, kNone, 10}},
      {"unlinkat", {263, 35, 328}},
      {"rmdir", {84, kNone, 40}},
      {"rename", {82, kNone, 38}},
      {"renameat", {264, 38, 329}},
      {"chmod", {90, kNone, 15}},
      {"fchmodat", {268, 53, 333}},
      {"chown", {92, kNone, 182}},
      {"chown32", {kNone, kNone, 212}},
      {"lchown", {94, kNone, 16}},
      {"lchown32", {kNone, kNone, 198}},
      {"fchownat", {260, 54, 325}},
      {"utimensat", {280, 88, 348}},
      {"utimensat_time64", {kNone, kNone, 412}},
      {"umask", {95, 166, 60}},
      // Sockets.
      {"socket", {41, 198, 281}, kFamilies},
      {"socketpair", {53, 199, 288}, kFamilies},
      {"bind", {49, 200, 282}},
      {"listen", {50, 201, 284}},
      {"accept4", {288, 242, 366}},
      {"connect", {42, 203, 283}},
      {"shutdown", {48, 210, 293}},
      {"send", {kNone, kNone, 289}},
      {"sendto", {44, 206, 290}},
      {"sendmsg", {46, 211, 296}},
      {"recv", {kNone, kNone, 291}},
      {"recvfrom", {45, 207, 292}},
      {"recvmsg", {47, 212, 297}},
      {"getsockname", {51, 204, 286}},
      {"getpeername", {52, 205, 287}},
      {"getsockopt", {55, 209, 295}},
      {"setsockopt", {54, 208, 294}},
      {"ioctl", {16, 29, 54}, kQuestions},
      // Memory: never to be executed.
      {"brk", {12, 214, 45}},
      {"mmap", {9, 222, kNone}, kNoCode},
      {"mmap2", {kNone, kNone, 192}, kNoCode},
      {"mprotect", {10, 226, 125}, kNoCode},
      {"mremap", {25, 216, 163}},
      {"munmap", {11, 215, 91}},
      {"madvise", {28, 233, 220}},
      // This process, and the child that reads disks and sensors.
      {"fork", {57, kNone, 2}},
      {"clone", {56, 220, 120}, kPlainChild},
      {"wait4", {61, 260, 114}},
      {"exit", {60, 93, 1}},
      {"exit_group", {231, 94, 248}},
      {"kill", {62, 129, 37}},
      {"tkill", {200, 130, 238}},
      {"tgkill", {234, 131, 268}},
      {"pidfd_open", {434, 434, 434}},
      {"prctl", {157, 167, 172}, kEndsWithUs},
      {"prlimit64", {302, 261, 369}, kOwn},
      {"getrlimit", {97, 163, kNone}},
      {"ugetrlimit", {kNone, kNone, 191}},
      {"getpid", {39, 172, 20}},
      {"getppid", {110, 173, 64}},
      {"gettid", {186, 178, 224}},
      {"getuid", {102, 174, 24}},
      {"getuid32", {kNone, kNone, 199}},
      {"geteuid", {107, 175, 49}},
      {"geteuid32", {kNone, kNone, 201}},
      {"getgid", {104, 176, 47}},
      {"getgid32", {kNone, kNone, 200}},
      {"getegid", {108, 177, 50}},
      {"getegid32", {kNone, kNone, 202}},
      {"getrusage", {98, 165, 77}},
      {"set_tid_address", {218, 96, 256}},
      {"set_robust_list", {273, 99, 338}},
      {"rseq", {334, 293, 398}},
      {"sched_getaffinity", {204, 123, 242}},
      {"sched_yield", {24, 124, 158}},
      {"sysinfo", {99, 179, 116}},
      {"uname", {63, 160, 122}},
      {"getrandom", {318, 278, 384}},
  });
}();

}  // namespace os
