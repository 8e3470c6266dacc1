// SPDX-License-Identifier: MIT
#include "os/directory.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "fakes/temporary_folder.h"

namespace {

std::multiset<std::string> names_of(os::Directory& directory) {
  std::multiset<std::string> names;
  for (;;) {
    const auto name = directory.next();
    REQUIRE(name.has_value());
    if (!*name) return names;
    names.emplace(**name);
  }
}

}  // namespace

TEST_CASE("every name comes once, also where they fill the buffer many times") {
  const fakes::TemporaryFolder folder;
  std::multiset<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    const std::string name = std::to_string(i) + std::string(static_cast<std::size_t>(i) % 200, 'x');
    folder.write(name, "");
    expected.insert(name);
  }
  const std::string longest(255, 'y');
  folder.write(longest, "");
  expected.insert(longest);
  auto directory = os::Directory::open(folder.path().string(), "/");
  REQUIRE(directory.has_value());
  CHECK(names_of(*directory) == expected);
  CHECK(names_of(*directory).empty());
}

TEST_CASE("files are read by their path from the directory") {
  const fakes::TemporaryFolder folder;
  folder.write("12/stat", "12 (a) S");
  const auto directory = os::Directory::open(folder.path().string(), "");
  REQUIRE(directory.has_value());
  std::array<char, 4> buffer{};
  CHECK(directory->read_head("12/stat", buffer) == "12 (");
  CHECK(directory->read_head("13/stat", buffer).error().text() == "read 13/stat: No such file or directory");
}

TEST_CASE("an empty one, one that is not there, one that is a file") {
  const fakes::TemporaryFolder folder;
  folder.write("file", "");
  std::filesystem::create_directory(folder.path() / "empty");
  auto empty = os::Directory::open(folder.path().string(), "/empty");
  REQUIRE(empty.has_value());
  CHECK(names_of(*empty).empty());
  CHECK(os::Directory::open("/no/such", "/folder").error().text() == "list /no/such/folder: No such file or directory");
  CHECK(os::Directory::open(folder.path().string(), "/file").error().code() == ENOTDIR);
}
