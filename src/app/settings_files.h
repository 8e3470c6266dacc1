// SPDX-License-Identifier: MIT
// Where the files of the configuration are opened: on this box; by the helper, which keeps what it opened; or, in a
// process that became an ordinary user, out of what the helper passed.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "heal/helper_server.h"
#include "os/unique_fd.h"

namespace app {

class SettingsFiles {
 public:
  /// Gives a descriptor of its own for reading; its place in the file may be shared, so read it with pread(2). The
  /// error continues a sentence that the path begins ("cannot be read: Permission denied"); its code is the errno.
  virtual base::Result<void> open(const std::string& path, os::UniqueFd& fd) = 0;

 protected:
  ~SettingsFiles() = default;
};

class OwnFiles final : public SettingsFiles {
 public:
  base::Result<void> open(const std::string& path, os::UniqueFd& fd) override;
};

/// Opens as OwnFiles, and keeps what came of it.
class RecordedFiles final : public SettingsFiles {
 public:
  base::Result<void> open(const std::string& path, os::UniqueFd& fd) override;
  std::vector<heal::SettingsFile> take() { return std::move(files_); }

 private:
  OwnFiles own_;
  std::vector<heal::SettingsFile> files_;
};

/// Gives what was added, as it was found there. A file that was not is opened as OwnFiles does.
class PassedFiles final : public SettingsFiles {
 public:
  void add(heal::SettingsFile file) { files_.push_back(std::move(file)); }
  void clear() { files_.clear(); }
  base::Result<void> open(const std::string& path, os::UniqueFd& fd) override;

 private:
  OwnFiles own_;
  std::vector<heal::SettingsFile> files_;
};

}  // namespace app
