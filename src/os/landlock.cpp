// SPDX-License-Identifier: MIT
#include "os/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "os/unique_fd.h"

namespace os {
namespace {

// linux/landlock.h, which a libc does not bring along. The numbers of the calls are the same on every processor.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;   // LANDLOCK_CREATE_RULESET_VERSION
constexpr unsigned kPathBeneath = 1;  // LANDLOCK_RULE_PATH_BENEATH
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};
struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t folder = -1;
};

constexpr std::uint64_t kWriteFile = 1 << 1;
constexpr std::uint64_t kReadFile = 1 << 2;
constexpr std::uint64_t kReadFolder = 1 << 3;
constexpr std::uint64_t kRemove = 1 << 4 | 1 << 5;
constexpr std::uint64_t kMake = 1 << 7 | 1 << 8 | 1 << 9;  // a folder, a file, a socket
constexpr std::uint64_t kTruncate = 1 << 14;
constexpr std::uint64_t kReading = kReadFile | kReadFolder;
constexpr std::uint64_t kWriting = kReading | kWriteFile | kRemove | kMake | kTruncate;
constexpr std::uint64_t kOnFiles = kReadFile | kWriteFile | kTruncate;
constexpr std::uint64_t kSignals = 1 << 1;  // LANDLOCK_SCOPE_SIGNAL

// Every right that a kernel of this version can take: landlock(7), VERSIONS.
std::uint64_t known_rights(long version) {
  if (version >= 5) return (1 << 16) - 1;  // with ioctl(2) of devices
  if (version >= 3) return (1 << 15) - 1;  // with truncation
  return (1 << 13) - 1;  // moving from folder to folder, of version 2, is refused where it is not known
}

base::Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return {};
  const PathBeneath rule{.allowed = S_ISDIR(status.st_mode) ? rights : rights & kOnFiles, .folder = fd.get()};
  if (::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0U) == 0) return {};
  return std::unexpected(base::Error::from_errno(errno, "keep open", path));
}

}  // namespace

base::Result<void> shut_into(const OpenFolders& folders) {
  const long version = ::syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version < 0) return std::unexpected(base::Error::from_errno(errno, "use Landlock"));
  Ruleset wanted{.files = known_rights(version), .scoped = version >= 6 ? kSignals : 0};
  if (folders.read.empty()) wanted.files &= ~kReading;
  const UniqueFd ruleset(static_cast<int>(::syscall(kCreateRuleset, &wanted, sizeof wanted, 0U)));
  if (!ruleset) return std::unexpected(base::Error::from_errno(errno, "use Landlock"));
  for (const std::string& path : folders.written) {
    if (auto done = allow(ruleset.get(), path, kWriting & wanted.files); !done) return done;
  }
  for (const std::string& path : folders.read) {
    if (auto done = allow(ruleset.get(), path, kReading & wanted.files); !done) return done;
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(kRestrictSelf, ruleset.get(), 0U) == 0) return {};
  return std::unexpected(base::Error::from_errno(errno, "use Landlock"));
}

}  // namespace os
