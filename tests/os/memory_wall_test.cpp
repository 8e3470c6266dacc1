// SPDX-License-Identifier: MIT
#include "os/memory_wall.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fakes/possible.h"

namespace {

// More than this test has, with a sanitizer's shadow too; and as much can be had without a wall.
constexpr std::size_t kWall = std::size_t{1} << (sizeof(std::size_t) == 8 ? 45 : 30);

bool can_have(std::size_t bytes) {
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  ::munmap(memory, bytes);
  return true;
}

rlim_t wall() {
  rlimit now{};
  ::getrlimit(RLIMIT_DATA, &now);
  return now.rlim_cur;
}

// Whether `holds` does in a process of its own, since a wall cannot be taken down again.
bool apart(bool (*holds)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(holds() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// qemu-user takes the limit and does nothing.
bool kernel_has_walls() {
  return fakes::possible(apart([] { return os::limit_memory(kWall) && wall() == kWall; }), "RLIMIT_DATA does nothing");
}

}  // namespace

TEST_CASE("what is above the wall is not to be had") {
  if (!kernel_has_walls()) return;
  CHECK(apart([] { return can_have(kWall); }));
  CHECK(apart([] { return os::limit_memory(kWall) && !can_have(kWall); }));
}

TEST_CASE("a process that has more already is left as it is") {
  CHECK(apart([] { return os::limit_memory(4096) && can_have(std::size_t{1} << 20); }));
}

TEST_CASE("a lower wall stays") {
  CHECK(apart([] {
    const rlimit lower{.rlim_cur = kWall / 2, .rlim_max = kWall / 2};
    ::setrlimit(RLIMIT_DATA, &lower);
    const rlim_t before = wall();
    return os::limit_memory(kWall) && wall() == before;
  }));
}
