// SPDX-License-Identifier: MIT
#include "os/landlock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>

#include "fakes/in_child.h"
#include "fakes/possible.h"
#include "fakes/temporary_folder.h"

namespace {

constexpr int kNoLandlock = 200;

struct Fixture {
  fakes::TemporaryFolder folder;
  std::string data = folder.path() / "data";
  std::string shared = folder.path() / "shared";
  std::string secret = folder.path() / "secret";

  Fixture() {
    for (const std::string& path : {data, shared, secret}) REQUIRE(::mkdir(path.c_str(), 0755) == 0);
    folder.write("shared/file", "text");
    folder.write("secret/file", "text");
  }

  // What `call` comes to in a process that is shut in: 0, or its errno.
  int shut_in(const std::function<long()>& call, bool reading = true) const {
    os::OpenFolders folders{.written = {data, folder.path() / "not-there"}, .read = {}};
    if (reading) folders.read = {shared, "/proc", folder.path() / "not-there"};
    return fakes::in_child([&] {
      if (!os::shut_into(folders)) return kNoLandlock;
      errno = 0;
      return call() >= 0 ? 0 : errno;
    });
  }
  bool kernel_shuts() const {
    return fakes::possible(shut_in([] { return 0L; }) == 0,
                           "the kernel has no Landlock, or its emulator passes none on");
  }
};

long read_file(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }
long write_file(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

long bind_to(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "everything can be done in the data folder, and what is named can be read") {
  if (!kernel_shuts()) return;
  CHECK(shut_in([&] { return write_file(data + "/metrics.db"); }) == 0);
  CHECK(shut_in([&] { return ::truncate((data + "/metrics.db").c_str(), 10); }) == 0);
  CHECK(shut_in([&] { return ::rename((data + "/metrics.db").c_str(), (data + "/aside").c_str()); }) == 0);
  CHECK(shut_in([&] { return read_file(data + "/aside"); }) == 0);
  CHECK(shut_in([&] { return ::unlink((data + "/aside").c_str()); }) == 0);
  CHECK(shut_in([&] { return ::mkdir((data + "/below").c_str(), 0700); }) == 0);
  CHECK(shut_in([&] { return write_file(data + "/below/file"); }) == 0);
  CHECK(shut_in([&] { return bind_to(data + "/socket"); }) == 0);
  CHECK(shut_in([&] { return read_file(shared + "/file"); }) == 0);
  CHECK(shut_in([&] { return read_file("/proc/self/stat"); }) == 0);
}

TEST_CASE_FIXTURE(Fixture, "nothing else can be read, written, made or removed, as root or not") {
  if (!kernel_shuts()) return;
  CHECK(shut_in([&] { return read_file(secret + "/file"); }) == EACCES);
  CHECK(shut_in([&] { return read_file(secret); }) == EACCES);
  CHECK(shut_in([&] { return read_file("/etc/passwd"); }) == EACCES);
  CHECK(shut_in([&] { return write_file(secret + "/new"); }) == EACCES);
  CHECK(shut_in([&] { return write_file(shared + "/file"); }) == EACCES);
  CHECK(shut_in([&] { return ::unlink((shared + "/file").c_str()); }) == EACCES);
  CHECK(shut_in([&] { return ::mkdir((shared + "/below").c_str(), 0700); }) == EACCES);
  CHECK(shut_in([&] { return bind_to(shared + "/socket"); }) == EACCES);
  CHECK(shut_in([&] { return ::mkfifo((data + "/fifo").c_str(), 0600); }) == EACCES);
  CHECK(shut_in([&] { return ::symlink("/etc/shadow", (data + "/link").c_str()); }) == EACCES);
  CHECK(shut_in([&] { return read_file("/proc/self/root/etc/passwd"); }) == EACCES);
}

TEST_CASE_FIXTURE(Fixture, "no program starts, not even one that it wrote itself") {
  if (!kernel_shuts()) return;
  const std::string script = folder.write("data/script", "#!/bin/sh\n");
  REQUIRE(::chmod(script.c_str(), 0755) == 0);
  for (const std::string& program : {std::string("/bin/sh"), script}) {
    char* const arguments[] = {const_cast<char*>(program.c_str()), nullptr};
    for (const bool reading : {true, false}) {
      CHECK(shut_in([&] { return ::execv(program.c_str(), arguments); }, reading) == EACCES);
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "without folders to read everything can be read as before, and nothing more be written") {
  if (!kernel_shuts()) return;
  CHECK(shut_in([&] { return read_file(secret + "/file"); }, false) == 0);
  CHECK(shut_in([&] { return write_file(secret + "/new"); }, false) == EACCES);
  CHECK(shut_in([&] { return write_file(data + "/new"); }, false) == 0);
}

TEST_CASE_FIXTURE(Fixture, "looking at a disk, what was open, and what the owner forbids stay as they were") {
  if (!kernel_shuts()) return;
  struct statvfs disk {};
  CHECK(shut_in([&] { return ::statvfs(secret.c_str(), &disk); }) == 0);
  CHECK(shut_in([&] { return ::access((secret + "/file").c_str(), R_OK); }) == 0);
  const int open_before = ::open((secret + "/file").c_str(), O_RDWR | O_CLOEXEC);
  CHECK(shut_in([&] { return ::write(open_before, "x", 1); }) == 0);
  ::close(open_before);
}

TEST_CASE_FIXTURE(Fixture, "a child can be signalled; on kernels that can keep it from it, nobody else") {
  if (!kernel_shuts()) return;
  CHECK(shut_in([] {
          const pid_t child = ::fork();
          if (child == 0) ::pause();
          return static_cast<long>(::kill(child, SIGKILL));
        }) == 0);
  const int others = shut_in([] { return ::kill(::getppid(), 0); });
  CHECK((others == 0 || others == EPERM));
}
