// SPDX-License-Identifier: MIT
#include "lib/ca_bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "lib/pem_reader.h"

namespace lib {
namespace {

// Closes itself; lib does not know os::UniqueFd.
class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

base::Result<void> CaBundle::open(std::string_view path) {
  path_ = path;
  return read_index();
}

base::Result<void> CaBundle::read_index() {
  size_ = 0;
  skipped_ = 0;
  mark_ = {};
  const File file(path_);
  if (file.fd() < 0 || !read_mark(file.fd(), mark_))
    return std::unexpected(base::Error::from_errno(errno, "read", path_));
  PemReader reader(file.fd());
  while (const auto certificate = reader.next()) add(certificate->der, certificate->offset);
  skipped_ += reader.skipped();
  if (reader.error() != 0) return std::unexpected(base::Error::from_errno(reader.error(), "read", path_));
  if (size_ == 0) return std::unexpected(base::Error::format("there is no certificate in %s", path_.c_str()));
  return {};
}

void CaBundle::add(Bytes certificate, std::size_t offset) {
  const std::optional<Bytes> subject = find_subject(certificate);
  if (!subject || size_ == entries_.size() || offset > UINT32_MAX) {
    ++skipped_;
    return;
  }
  entries_[size_++] = {hash_name(*subject), static_cast<std::uint32_t>(offset)};
}

void CaBundle::find(Bytes name, base::Callback<Bytes> take) {
  if (changed() && !read_index()) return;
  const std::uint32_t hash = hash_name(name);
  const File file(path_);
  for (std::size_t i = 0; i < size_; ++i) {
    if (entries_[i].subject_hash != hash) continue;
    PemReader reader(file.fd(), entries_[i].offset);
    if (const auto certificate = reader.next()) take(certificate->der);
  }
}

bool CaBundle::read_mark(int fd, Mark& mark) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return false;
  mark = {about.st_ino, about.st_size, about.st_mtim};
  return true;
}

bool CaBundle::changed() const {
  const File file(path_);
  Mark now;
  return file.fd() < 0 || !read_mark(file.fd(), now) || now.inode != mark_.inode || now.size != mark_.size ||
         now.modified.tv_sec != mark_.modified.tv_sec || now.modified.tv_nsec != mark_.modified.tv_nsec;
}

}  // namespace lib
