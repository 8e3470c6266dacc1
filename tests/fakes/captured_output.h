// SPDX-License-Identifier: MIT
// While it lives, what the process writes to stdout and stderr goes into two files instead.
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "fakes/temporary_folder.h"

namespace fakes {

class CapturedOutput {
 public:
  CapturedOutput() : saved_{::dup(STDOUT_FILENO), ::dup(STDERR_FILENO)} {
    redirect(STDOUT_FILENO, folder_.file("out"));
    redirect(STDERR_FILENO, folder_.file("err"));
  }
  ~CapturedOutput() {
    ::fflush(stdout);
    ::dup2(saved_[0], STDOUT_FILENO);
    ::dup2(saved_[1], STDERR_FILENO);
    ::close(saved_[0]);
    ::close(saved_[1]);
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;

  std::string out() const { return read("out"); }
  std::string err() const { return read("err"); }

 private:
  static void redirect(int fd, const std::string& path) {
    ::fflush(stdout);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::dup2(file, fd);
    ::close(file);
  }

  std::string read(const char* name) const {
    ::fflush(stdout);
    std::ifstream file(folder_.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  int saved_[2];
};

}  // namespace fakes
