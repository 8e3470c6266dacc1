// SPDX-License-Identifier: MIT
#include "app/read_text.h"

#include <doctest/doctest.h>
#include <errno.h>
#include <sys/stat.h>

#include "fakes/temporary_folder.h"

namespace {

base::Result<app::TextFile> read_text(const std::string& path, std::size_t longest) {
  app::OwnFiles files;
  return app::read_text(files, path, longest);
}

}  // namespace

TEST_CASE("a file is read whole, and who may read it is seen") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a", std::string("one\0two", 7));
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  auto file = read_text(path, 7);
  REQUIRE(file);
  CHECK(file->text == std::string("one\0two", 7));
  CHECK_FALSE(file->readable_by_others);
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  file = read_text(path, 7);
  REQUIRE(file);
  CHECK(file->readable_by_others);
}

TEST_CASE("what cannot be read is said, and nothing waits") {
  const fakes::TemporaryFolder folder;
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  REQUIRE(::mkdir(folder.file("folder").c_str(), 0700) == 0);
  const struct {
    const char* reason;
    std::string path;
    int code;
    const char* text;
  } cases[] = {
      {"missing", folder.file("missing"), ENOENT, "cannot be read: No such file or directory"},
      {"a folder", folder.file("folder"), EISDIR, "cannot be read: Is a directory"},
      {"a pipe that nobody writes into", folder.file("pipe"), 0, "is a pipe, a socket or a disk, not a file"},
      {"a byte too long", folder.write("long", "12345678"), EFBIG, "cannot be read: File too large"},
      {"under a file", folder.write("file", "") + "/a", ENOTDIR, "cannot be read: Not a directory"},
      {"no name", "", ENOENT, "cannot be read: No such file or directory"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const auto file = read_text(test.path, 7);
    REQUIRE_FALSE(file);
    CHECK(file.error().code() == test.code);
    CHECK(file.error().text() == test.text);
  }
}

TEST_CASE("/dev/null is an empty file, an endless device is too long") {
  const auto nothing = read_text("/dev/null", 7);
  REQUIRE(nothing);
  CHECK(nothing->text.empty());
  const auto endless = read_text("/dev/zero", 7);
  REQUIRE_FALSE(endless);
  CHECK(endless.error().code() == EFBIG);
}
