// SPDX-License-Identifier: MIT
#include "os/read_file.h"

#include <doctest/doctest.h>
#include <limits.h>
#include <sys/stat.h>

#include <array>
#include <string>

#include "fakes/temporary_folder.h"
#include "os/uptime.h"

TEST_CASE("a file is read whole, or not at all") {
  const fakes::TemporaryFolder folder;
  const std::string root = folder.path();
  std::array<char, 16> buffer{};
  struct Case {
    const char* reason;
    std::string content;
    bool fits;
  };
  for (const Case& c :
       {Case{"empty", "", true}, Case{"short", "abc\n", true}, Case{"just fits", std::string(16, 'x'), true},
        Case{"one too many", std::string(17, 'x'), false}, Case{"many too many", std::string(9000, 'x'), false}}) {
    CAPTURE(c.reason);
    folder.write("file", c.content);
    const auto text = os::read_file(root, "/file", buffer);
    CHECK(text.has_value() == c.fits);
    if (text) CHECK(*text == c.content);
    if (!text) CHECK(text.error().code() == EFBIG);
    const auto head = os::read_head(root, "/file", buffer);
    REQUIRE(head.has_value());
    CHECK(*head == c.content.substr(0, buffer.size()));
  }
}

TEST_CASE("an error names the file and keeps the reason") {
  const fakes::TemporaryFolder folder;
  const std::string root = folder.path();
  std::array<char, 16> buffer{};
  const auto missing = os::read_file("/no/such", "/file", buffer);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text() == "read /no/such/file: No such file or directory");
  CHECK(missing.error().code() == ENOENT);
  CHECK(os::read_file(root, "", buffer).error().code() == EISDIR);
  CHECK(os::read_file(root, "/" + std::string(PATH_MAX, 'x'), buffer).error().code() == ENAMETOOLONG);
}

TEST_CASE("a FIFO in the place of a file does not hold the reader") {
  const fakes::TemporaryFolder folder;
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  std::array<char, 16> buffer{};
  CHECK(os::read_file(folder.path().string(), "/fifo", buffer) == "");
}

TEST_CASE("values come out, or the reason of the file or of its content") {
  const fakes::TemporaryFolder folder;
  const std::string root = folder.path();
  std::array<char, 64> buffer{};
  CHECK(os::read_parsed(root, "/uptime", buffer, os::parse_uptime_seconds).error().code() == ENOENT);
  folder.write("uptime", "12.5 3\n");
  CHECK(os::read_parsed(root, "/uptime", buffer, os::parse_uptime_seconds) == 12U);
  folder.write("uptime", "soon\n");
  CHECK(os::read_parsed(root, "/uptime", buffer, os::parse_uptime_seconds).error().code() == 0);
}
