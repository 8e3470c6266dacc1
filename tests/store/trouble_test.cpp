// SPDX-License-Identifier: MIT
// Disks that do not take what they are given. The history stays up, keeps the samples, says why, and goes on by itself.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "fakes/possible.h"
#include "history_box.h"
#include "store/history.h"

using namespace history_box;
using store::StoreTrouble;

namespace {

// Files of this process cannot grow past a size: as a full disk, at a byte of our choice (setrlimit(2)).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// A small file system of its own, where this machine lets us mount one.
class SmallDisk {
 public:
  SmallDisk(const std::string& path, const char* options) : path_(path) {
    std::filesystem::create_directory(path);
    mounted_ = ::geteuid() == 0 && ::mount("limpet-test", path.c_str(), "tmpfs", 0, options) == 0;
    fakes::possible(mounted_, "mounting a tmpfs needs root");
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }
  bool remount(unsigned long flags) { return ::mount("", path_.c_str(), "", MS_REMOUNT | flags, "") == 0; }

 private:
  std::string path_;
  bool mounted_ = false;
};

void fill(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  const std::string block(1024, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

}  // namespace

TEST_CASE("a disk that fills at any byte of the log: samples wait, and all are there when there is room again") {
  for (rlim_t limit = 0; limit <= 24'000; limit += 1'531) {
    CAPTURE(limit);
    Box box;
    box.options.flush_interval = 10s;
    REQUIRE(box.history.open(box.options));
    box.cycles(3);
    {
      const FileSizeLimit full(std::filesystem::file_size(box.database() + "-wal") + limit);
      box.cycles(60);
    }
    if (limit < 20'000) CHECK(box.history.status().trouble == StoreTrouble::kFull);
    box.cycles(40);
    CHECK(box.history.status().trouble == StoreTrouble::kNone);
    CHECK(box.history.status().samples_waiting <= 1);
    CHECK(box.history.status().samples_lost == 0);
    box.history.close();
    CHECK(box.count() == 103);
    CHECK(box.check() == "ok");
  }
}

TEST_CASE("a disk that fills during a checkpoint keeps what is in the log") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  {
    const FileSizeLimit full(1'200'000);  // the log reaches a checkpoint, the file may have less than it needs
    box.cycles(200);
  }
  box.cycles(60);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  box.history.close();
  CHECK(box.count() == 260);
  CHECK(box.check() == "ok");
}

TEST_CASE("a disk full at the start: memory only, then everything is written") {
  Box box;
  box.options.flush_interval = 10s;
  {
    const FileSizeLimit full(0);
    CHECK(box.history.open(box.options));
    CHECK(box.history.status().trouble == StoreTrouble::kFull);
    box.cycles(10);
    CHECK(box.history.status().samples_waiting == 10);
  }
  box.cycles(32);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.count() == 42);
}

TEST_CASE("a real full file system") {
  Box box;
  SmallDisk disk(box.folder.path("disk"), "size=512k");
  if (!disk) return;
  box.options.directory = box.folder.path("disk/data");
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.cycles(3);
  fill(box.folder.path("disk/filler"));
  box.cycles(30);
  CHECK(box.history.status().trouble == StoreTrouble::kFull);
  CHECK(std::string(box.history.status().reason.view()).find("full") != std::string::npos);
  std::filesystem::remove(box.folder.path("disk/filler"));
  box.cycles(30);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.count() == 63);
  box.history.close();
  CHECK(box.check() == "ok");
}

TEST_CASE("a read-only file system at the start, made writable later") {
  Box box;
  SmallDisk disk(box.folder.path("disk"), "size=4m");
  if (!disk) return;
  box.options.directory = box.folder.path("disk/data");
  box.options.flush_interval = 10s;
  REQUIRE(disk.remount(MS_RDONLY));
  CHECK(box.history.open(box.options));
  CHECK(box.history.status().trouble == StoreTrouble::kReadOnly);
  box.cycles(5);
  REQUIRE(disk.remount(0));
  box.cycles(35);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.count() == 40);
}

TEST_CASE("trouble that outlasts the memory: what is lost is counted") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycles(3);
  {
    const FileSizeLimit full(1);
    box.cycles(800);
    CHECK(box.history.status().samples_lost == 80);
    CHECK(box.history.status().samples_waiting == 720);
  }
  box.cycles(40);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.history.status().samples_lost > 80);
  const auto lost = static_cast<std::int64_t>(box.history.status().samples_lost);
  box.history.close();
  CHECK(box.count() == 843 - lost);
}

TEST_CASE("another program that holds the database for writing is waited for, without blocking") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.cycles(3);
  {
    Reader other(box.database());
    other.execute("BEGIN IMMEDIATE");
    box.cycles(5);
    CHECK(box.history.status().trouble == StoreTrouble::kBlocked);
    other.execute("ROLLBACK");
  }
  box.cycles(5);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(box.count() == 13);
}

TEST_CASE("a reader that never ends: its log is bounded, told and counted, and shrinks when it is gone") {
  Box box;
  box.options.flush_interval = 10s;
  box.options.max_size_bytes = 5 << 20;
  REQUIRE(box.history.open(box.options));
  box.cycles(3);
  const std::string wal = box.database() + "-wal";
  {
    Reader reader(box.database());
    reader.execute("BEGIN");
    REQUIRE(reader.number("SELECT count(*) FROM metrics") == 3);
    box.cycles(2000);
    CHECK(box.history.status().blocked_checkpoints > 0);
    CHECK(box.history.status().trouble == StoreTrouble::kBlocked);
    CHECK(std::filesystem::file_size(wal) < (5 << 20) + 200'000);
    CHECK(reader.number("SELECT count(*) FROM metrics") == 3);
    reader.execute("COMMIT");
  }
  box.cycles(60);
  CHECK(box.history.status().trouble == StoreTrouble::kNone);
  CHECK(std::filesystem::file_size(wal) <= 4 << 20);
  CHECK(box.count() + static_cast<std::int64_t>(box.history.status().samples_lost) >= 2060);
  box.history.close();
  CHECK(box.check() == "ok");
}

TEST_CASE("a second daemon on the folder is refused by name of the first; after kill -9 the folder is free") {
  Box box;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t first = ::fork();
  if (first == 0) {
    const bool opened = box.history.open(box.options).has_value();
    [[maybe_unused]] const ssize_t told = ::write(ready[1], opened ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  REQUIRE(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  const auto refused = box.history.open(box.options);
  REQUIRE_FALSE(refused);
  const std::string text(refused.error().text());
  CHECK(
      text.starts_with(box.options.directory + " is in use by another limpet (process " + std::to_string(first) + ")"));
  ::kill(first, SIGKILL);
  ::waitpid(first, nullptr, 0);
  CHECK(box.history.open(box.options));
  ::close(ready[0]);
  ::close(ready[1]);
}
