// SPDX-License-Identifier: MIT
#include "os/disk_space.h"

#include <doctest/doctest.h>

TEST_CASE("a real file system has sensible figures") {
  const auto space = os::read_disk_space("/");
  REQUIRE(space.has_value());
  CHECK(space->blocks > 0);
  CHECK(space->free_blocks <= space->blocks);
  CHECK(space->available_blocks <= space->free_blocks);
  CHECK(space->free_files <= space->files);
}

TEST_CASE("a path that is not there is named in the error") {
  const auto space = os::read_disk_space("/no/such/mount");
  REQUIRE_FALSE(space.has_value());
  CHECK(space.error().code() == ENOENT);
  CHECK(space.error().text() == "read the space of /no/such/mount: No such file or directory");
}

TEST_CASE("what is in memory is gone after a boot") {
  CHECK(os::outlives_boot("/usr"));
  CHECK_FALSE(os::outlives_boot("/dev/shm"));
  CHECK_FALSE(os::outlives_boot("/no/such/mount"));
}
