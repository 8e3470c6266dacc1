// SPDX-License-Identifier: MIT
#include "collect/source_health.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "fakes/temporary_folder.h"

namespace {

// What is written to stderr while it lives.
class CapturedStderr {
 public:
  CapturedStderr() {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  ~CapturedStderr() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
  }
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;

  std::size_t count(const std::string& part) const {
    std::stringstream all;
    all << std::ifstream(path_).rdbuf();
    const std::string text = all.str();
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

 private:
  fakes::TemporaryFolder folder_;
  std::string path_ = folder_.file("stderr");
  int saved_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
};

const base::Error kMissing = base::Error::from_errno(ENOENT, "read", "/proc/stat");
const base::Error kDenied = base::Error::from_errno(EACCES, "read", "/proc/stat");

}  // namespace

TEST_CASE("a failure is told once, again when it changes, and when it ends") {
  const CapturedStderr captured;
  collect::SourceHealth first("CPU use");
  collect::SourceHealth second("memory use");
  first.on_read();
  CHECK(captured.count("CPU use") == 0);
  // Two that fail in turn, so that it is not the log's own filter of repeated lines that holds them back.
  for (int cycle = 0; cycle < 5; ++cycle) {
    first.on_failure(kMissing);
    second.on_failure(kDenied);
  }
  CHECK(captured.count("CPU use cannot be read") == 1);
  CHECK(captured.count("read /proc/stat: No such file or directory") == 1);
  CHECK(captured.count("memory use cannot be read") == 1);
  CHECK(first.failed());

  first.on_failure(kDenied);
  CHECK(captured.count("CPU use cannot be read") == 2);
  first.on_read();
  first.on_read();
  CHECK(captured.count("CPU use can be read again") == 1);
  CHECK_FALSE(first.failed());

  first.on_failure(kDenied);
  CHECK(captured.count("CPU use cannot be read") == 3);
}
