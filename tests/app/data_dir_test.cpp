// SPDX-License-Identifier: MIT
#include "app/data_dir.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakes/temporary_folder.h"

namespace {

// Root may write everywhere: for as long as this lives it is nobody, if it was root.
class NotRoot {
 public:
  NotRoot() : was_root_(::geteuid() == 0) {
    if (was_root_) REQUIRE(::seteuid(65534) == 0);
  }
  ~NotRoot() {
    if (was_root_) (void)!::seteuid(0);
  }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;

 private:
  bool was_root_;
};

}  // namespace

TEST_CASE("a folder that can be written, or made, is no problem, and is not made by looking") {
  const fakes::TemporaryFolder folder;
  CHECK(app::find_data_dir_problem(folder.file(".")).empty());
  CHECK(app::find_data_dir_problem(folder.file("to/be/made")).empty());
  CHECK(::access(folder.file("to").c_str(), F_OK) != 0);
}

TEST_CASE("what is in the way is named, with what to do") {
  const fakes::TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  CHECK(app::find_data_dir_problem(file) == "the data folder " + file +
                                                " cannot be written: Not a directory. Move that file away, or set "
                                                "[limpet] data_dir to another folder.");
  const std::string below = app::find_data_dir_problem(file + "/data");
  CHECK_MESSAGE(below.contains("Not a directory"), below);
  const std::string endless = app::find_data_dir_problem("/" + std::string(5000, 'a'));
  CHECK_MESSAGE(endless.contains("File name too long"), endless);
}

TEST_CASE("a folder of somebody else's") {
  const fakes::TemporaryFolder folder;
  const std::string closed = folder.file("closed");
  REQUIRE(::mkdir(closed.c_str(), 0555) == 0);
  REQUIRE(::chmod(folder.file(".").c_str(), 0755) == 0);
  const NotRoot not_root;
  const std::string written = app::find_data_dir_problem(closed);
  CHECK_MESSAGE(written.starts_with("the data folder " + closed + " cannot be written: Permission denied. Give"),
                written);
  const std::string made = app::find_data_dir_problem(closed + "/to/make");
  CHECK_MESSAGE(made.starts_with("the data folder " + closed + "/to/make cannot be made in " + closed + ": Permission"),
                made);
}
