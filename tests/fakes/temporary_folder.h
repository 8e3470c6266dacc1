// SPDX-License-Identifier: MIT
// A folder of a test's own, gone with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace fakes {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string pattern = parent / "limpet-test-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  /// The path that a file of this name has, whether it is there or not.
  std::string file(std::string_view name) const { return path_ / name; }

  /// Writes a file, with the folders above it, and gives its path.
  std::string write(std::string_view name, std::string_view text) const {
    const std::string written = file(name);
    std::filesystem::create_directories(std::filesystem::path(written).parent_path());
    std::ofstream(written, std::ios::binary) << text;
    return written;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace fakes
