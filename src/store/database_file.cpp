// SPDX-License-Identifier: MIT
#include "store/database_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

#include "os/unique_fd.h"

namespace store {
namespace {

constexpr std::array<const char*, 3> kSuffixes = {"", "-wal", "-shm"};
constexpr std::string_view kBrokenMark = ".broken-";
constexpr std::size_t kBrokenStamp = sizeof "YYYYmmdd-HHMMSS" - 1;

std::string broken_name(const std::string& path, base::WallTime now) {
  using namespace std::chrono;
  const auto seconds_now = floor<seconds>(now);
  const auto day = floor<days>(seconds_now);
  const year_month_day date(day);
  const hh_mm_ss time(seconds_now - day);
  base::FixedString<32> stamp;
  stamp.appendf("%04d%02u%02u-%02d%02d%02d", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string name = path;
  name.append(kBrokenMark).append(stamp.view());
  return name;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

StoreResult<void> DatabaseFile::create_if_missing() const {
  const os::UniqueFd made(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (made || errno == EEXIST) return {};
  const int code = errno;
  const StoreTrouble trouble = code == ENOSPC || code == EDQUOT ? StoreTrouble::kFull
                               : code == EROFS                  ? StoreTrouble::kReadOnly
                                                                : StoreTrouble::kFolder;
  return std::unexpected(StoreError{trouble, base::Error::from_errno(code, "make", path_)});
}

void DatabaseFile::let_group_read(std::optional<gid_t> group) const {
  for (const char* suffix : kSuffixes) {
    const std::string name = path_ + suffix;
    // Not ours to give, or not our file: then it stays as it is, and Limpet works all the same.
    [[maybe_unused]] const bool given = !group || ::chown(name.c_str(), static_cast<uid_t>(-1), *group) == 0;
    [[maybe_unused]] const bool set = ::chmod(name.c_str(), 0640) == 0;
  }
}

bool DatabaseFile::looks_like_database() const {
  static constexpr char kMagic[] = "SQLite format 3";  // with its NUL: 16 bytes
  const os::UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return true;  // why it cannot be read is SQLite's to say
  std::array<char, sizeof kMagic> head{};
  const ssize_t length = ::read(file.get(), head.data(), head.size());
  if (length <= 0) return true;
  return std::string_view(head.data(), static_cast<std::size_t>(length)) == std::string_view(kMagic, sizeof kMagic);
}

bool DatabaseFile::has_log() const {
  struct stat log {};
  return ::stat((path_ + "-wal").c_str(), &log) == 0 && log.st_size > 0;
}

std::uint64_t DatabaseFile::size_bytes() const {
  struct stat file {};
  return ::stat(path_.c_str(), &file) == 0 ? static_cast<std::uint64_t>(file.st_size) : 0;
}

void DatabaseFile::remember() {
  struct stat file {};
  if (::stat(path_.c_str(), &file) != 0) return;
  remembered_ = {file.st_dev, file.st_ino, file.st_size, file.st_mtim};
}

DatabaseFile::Fate DatabaseFile::look() const {
  struct stat file {};
  if (::stat(path_.c_str(), &file) != 0) return Fate::kGone;
  if (file.st_dev != remembered_.device || file.st_ino != remembered_.inode) return Fate::kGone;
  const bool same = file.st_size == remembered_.size && file.st_mtim.tv_sec == remembered_.modified.tv_sec &&
                    file.st_mtim.tv_nsec == remembered_.modified.tv_nsec;
  return same ? Fate::kSame : Fate::kChanged;
}

StoreResult<void> DatabaseFile::set_aside(base::WallTime now, std::string& name) const {
  name = broken_name(path_, now);
  // Two within a second: the next second's name is free.
  for (int second = 1; exists(name) && second < 60; ++second) {
    name = broken_name(path_, now + std::chrono::seconds(second));
  }
  for (const char* suffix : kSuffixes) {
    if (::rename((path_ + suffix).c_str(), (name + suffix).c_str()) != 0 && errno != ENOENT) {
      return std::unexpected(StoreError{StoreTrouble::kBroken, base::Error::from_errno(errno, "set aside", path_)});
    }
  }
  delete_old_broken();
  return {};
}

void DatabaseFile::delete_old_broken() const {
  const std::size_t slash = path_.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash);
  const std::string prefix = path_.substr(slash == std::string::npos ? 0 : slash + 1) + std::string(kBrokenMark);
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(folder.c_str()));
  if (!directory) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with(prefix) && name.size() == prefix.size() + kBrokenStamp) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  for (std::size_t i = 0; i + kKeptBroken < names.size(); ++i) {
    for (const char* suffix : kSuffixes) ::unlink((folder + "/" + names[i] + suffix).c_str());
  }
}

}  // namespace store
