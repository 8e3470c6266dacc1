// SPDX-License-Identifier: MIT
// A box of tests/fixtures in a folder of its own, where a test may change it and let ten seconds pass.
#pragma once

#include <filesystem>
#include <string>

#include "collect/slow_reading.h"
#include "fakes/temporary_folder.h"

namespace fakes {

class BoxCopy {
 public:
  explicit BoxCopy(const std::string& box) : fixture_(std::filesystem::path(LIMPET_FIXTURES) / box) {
    copy(fixture_ / "proc", folder_.path() / "proc");
    if (exists(fixture_ / "sys")) copy(fixture_ / "sys", folder_.path() / "sys");
  }

  /// Puts the files of ten seconds later in the place of the first ones.
  void pass_ten_seconds() const { copy(fixture_ / "later", folder_.path() / "proc"); }

  const std::filesystem::path& path() const { return folder_.path(); }
  std::string procfs_root() const { return path() / "proc"; }
  collect::SlowPaths slow_paths() const { return {.procfs_root = procfs_root(), .sysfs_root = path() / "sys"}; }
  void write(std::string_view name, std::string_view text) const { folder_.write(name, text); }
  void remove(const std::string& name) const { std::filesystem::remove_all(path() / name); }

 private:
  static void copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    using Options = std::filesystem::copy_options;
    std::filesystem::copy(from, to, Options::recursive | Options::overwrite_existing);
  }

  std::filesystem::path fixture_;
  TemporaryFolder folder_;
};

}  // namespace fakes
