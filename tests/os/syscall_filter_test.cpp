// SPDX-License-Identifier: MIT
#include "os/syscall_filter.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "fakes/in_child.h"
#include "fakes/possible.h"
#include "os/syscall_table.h"

namespace {

constexpr int kNoFilter = 200;
constexpr int kWorks = 0;

// What `call` comes to behind the filter: 0, or its errno.
int behind_filter(const std::function<long()>& call) {
  return fakes::in_child([&] {
    if (!os::filter_system_calls()) return kNoFilter;
    errno = 0;
    return call() >= 0 ? kWorks : errno;
  });
}

bool kernel_filters() {
  return fakes::possible(behind_filter([] { return 0L; }) == kWorks,
                         "the kernel has no seccomp, or its emulator passes none on");
}

struct Attempt {
  const char* what;
  std::function<long()> call;
};

long open_socket(int family, int type) { return ::socket(family, type, 0); }

// "#define __NR_read 63", and in the table of the newer processors "__NR3264_fstatat" for newfstatat.
int number_in(const std::string& header, std::string name) {
  std::ifstream file(header);
  if (name.starts_with("new")) name.insert(3, ")?").insert(0, "(?:");
  const std::regex pattern("#define __NR(3264)?_" + name + R"(\s+(\(__NR_SYSCALL_BASE\s*\+\s*)?(\d+)\)?\s*)");
  std::smatch found;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, found, pattern)) return std::stoi(found[3]);
  }
  return os::syscall_table::kNone;
}

}  // namespace

TEST_CASE("what a taken-over process would try is refused as by a kernel that does not know it") {
  if (!kernel_filters()) return;
  char* const shell[] = {const_cast<char*>("/bin/sh"), nullptr};
  const Attempt attempts[] = {
      {"start a program", [&] { return ::execve("/bin/sh", shell, nullptr); }},
      {"start a program by its descriptor",
       [&] { return ::syscall(SYS_execveat, 0, "", shell, nullptr, AT_EMPTY_PATH); }},
      {"trace another process", [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }},
      {"read another one's memory",
       [] { return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0); }},
      {"take another one's descriptor", [] { return ::syscall(SYS_pidfd_getfd, 0, 0, 0); }},
      {"mount", [] { return ::mount("none", "/mnt", "tmpfs", 0, nullptr); }},
      {"unmount", [] { return ::umount2("/", MNT_DETACH); }},
      {"change the root", [] { return ::chroot("/tmp"); }},
      {"make a namespace", [] { return ::unshare(CLONE_NEWUSER); }},
      {"make a namespace by clone", [] { return ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0); }},
      {"make a thread", [] { return ::syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0); }},
      {"clone by clone3", [] { return ::syscall(SYS_clone3, nullptr, 0); }},
      {"enter a namespace", [] { return ::setns(0, 0); }},
      {"load a module", [] { return ::syscall(SYS_finit_module, 0, "", 0); }},
      {"load a kernel", [] { return ::syscall(SYS_kexec_load, 0, 0, nullptr, 0); }},
      {"reboot", [] { return ::reboot(RB_DISABLE_CAD); }},
      {"set the clock", [] { return ::syscall(SYS_clock_settime, CLOCK_REALTIME, nullptr); }},
      {"set the host's name", [] { return ::sethostname("x", 1); }},
      {"become somebody else", [] { return ::syscall(SYS_setresuid, 0, 0, 0); }},
      {"take capabilities", [] { return ::syscall(SYS_capset, nullptr, nullptr); }},
      {"load into the kernel", [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
      {"use io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
      {"read the kernel's keys", [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
      {"catch page faults", [] { return ::syscall(SYS_userfaultfd, 0); }},
      {"read the kernel's log", [] { return ::syscall(SYS_syslog, 10, nullptr, 0); }},
      {"make a device", [] { return ::mknod("/tmp/limpet-test-node", S_IFCHR | 0600, 0); }},
      {"make a link", [] { return ::symlink("/etc/shadow", "/tmp/limpet-test-link"); }},
      {"a packet socket", [] { return open_socket(AF_PACKET, SOCK_RAW); }},
      {"a netlink socket", [] { return open_socket(AF_NETLINK, SOCK_RAW); }},
      {"a vsock", [] { return open_socket(AF_VSOCK, SOCK_STREAM); }},
      {"type into the terminal", [] { return ::ioctl(0, TIOCSTI, "x"); }},
      {"memory that can be executed",
       [] {
         void* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return memory == MAP_FAILED ? -1L : 0L;
       }},
      {"make memory executable",
       [] {
         void* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return static_cast<long>(::mprotect(memory, 4096, PROT_READ | PROT_EXEC));
       }},
      {"dumpable again", [] { return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }},
      {"another one's limits", [] { return ::syscall(SYS_prlimit64, ::getppid(), RLIMIT_NOFILE, nullptr, nullptr); }},
      {"another filter", [] { return ::syscall(SYS_seccomp, 1, 0, nullptr); }},
  };
  for (const Attempt& attempt : attempts) {
    CHECK_MESSAGE(behind_filter(attempt.call) == ENOSYS, attempt.what);
  }
}

TEST_CASE("what the daemon does itself works behind the filter") {
  if (!kernel_filters()) return;
  const Attempt attempts[] = {
      {"open a file", [] { return ::open("/proc/self/stat", O_RDONLY); }},
      {"sockets",
       [] {
         return std::min({open_socket(AF_UNIX, SOCK_STREAM), open_socket(AF_INET, SOCK_STREAM),
                          ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || errno == EAFNOSUPPORT ? 0L : -1L});
       }},
      {"an interface's number", [] { return ::if_nametoindex("lo") != 0 || errno == ENODEV ? 0L : -1L; }},
      {"memory",
       [] {
         return ::mmap(nullptr, 1 << 22, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1L
                                                                                                                   : 0L;
       }},
      {"a timed wait", [] { return ::poll(nullptr, 0, 1); }},
      {"sleep", [] { return ::usleep(1); }},
      {"its own limits",
       [] {
         rlimit limit{};
         return ::getrlimit(RLIMIT_NOFILE, &limit);
       }},
      {"a child that ends with it",
       [] {
         const pid_t child = ::fork();
         if (child == 0) ::_exit(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 ? 0 : 1);
         int status = -1;
         return child > 0 && ::waitpid(child, &status, 0) == child && status == 0 ? 0L : -1L;
       }},
  };
  for (const Attempt& attempt : attempts) CHECK_MESSAGE(behind_filter(attempt.call) == kWorks, attempt.what);
}

TEST_CASE("the child of a filtered process is filtered, and the kernel says so of both") {
  if (!kernel_filters()) return;
  const long got = behind_filter([] {
    const pid_t child = ::fork();
    if (child == 0) {
      std::ifstream file("/proc/self/status");
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      const bool refused = ::chroot("/") < 0 && errno == ENOSYS;
      ::_exit(refused && text.find("Seccomp:\t2") != text.npos && text.find("NoNewPrivs:\t1") != text.npos ? 0 : 1);
    }
    int status = -1;
    return ::waitpid(child, &status, 0) == child && status == 0 ? 0L : -1L;
  });
  CHECK(got == kWorks);
}

TEST_CASE("the numbers are the kernel's own, on every processor whose headers are here") {
  const struct {
    std::size_t column;
    std::vector<std::string> headers;
  } machines[] = {
      {0, {"/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/x86_64-linux-gnu/include/asm/unistd_64.h"}},
      {1, {"/usr/include/asm-generic/unistd.h"}},
      {2,
       {"/usr/arm-linux-gnueabihf/include/asm/unistd-common.h", "/usr/arm-linux-gnueabihf/include/asm/unistd-eabi.h"}},
      {2, {"/usr/arm-linux-gnueabi/include/asm/unistd-common.h", "/usr/arm-linux-gnueabi/include/asm/unistd-eabi.h"}},
  };
  for (const auto& machine : machines) {
    const auto is_there = [](const std::string& header) { return std::ifstream(header).good(); };
    if (std::none_of(machine.headers.begin(), machine.headers.end(), is_there)) continue;
    for (const os::AllowedCall& call : os::kAllowedCalls) {
      CAPTURE(machine.column);
      const std::string name = call.name;
      CAPTURE(name);
      const int number = call.numbers[machine.column];
      int found = os::syscall_table::kNone;
      for (const std::string& header : machine.headers) found = std::max(found, number_in(header, name));
      // Calls that the table of the newer processors lists for others than aarch64.
      if (number != os::syscall_table::kNone) CHECK(number == found);
    }
  }
}
