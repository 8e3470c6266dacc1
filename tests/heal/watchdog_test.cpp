// SPDX-License-Identifier: MIT
// A fifo stands for the device: it takes the same writes, and knows no ioctl(2), as a driver may not. The real one is
// in a whole computer, tests/image/watchdog.py.
#include "heal/watchdog.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakes/captured_output.h"
#include "fakes/temporary_folder.h"

namespace {

using namespace std::chrono_literals;

struct Fixture {
  fakes::CapturedOutput log;
  fakes::TemporaryFolder folder;
  std::string device = folder.path() / "watchdog";
  os::UniqueFd reader = make_reader();
  heal::Watchdog watchdog;
  base::SteadyTime now{1000s};

  os::UniqueFd make_reader() const {
    REQUIRE(::mkfifo(device.c_str(), 0600) == 0);
    return os::UniqueFd(::open(device.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  std::string written() const {
    char text[100];
    const ssize_t got = ::read(reader.get(), text, sizeof text);
    return got > 0 ? std::string(text, static_cast<std::size_t>(got)) : std::string();
  }
  void pass(std::chrono::milliseconds time) {
    for (const base::SteadyTime end = now + time; now < end; now += 100ms) watchdog.on_turn(now);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "it is not opened before the first proof, and not at all where none is configured") {
  CHECK(watchdog.on_proof(now) == ENODEV);
  CHECK(watchdog.wait_ms(now) == -1);
  watchdog.configure({device, 15s});
  pass(60s);
  CHECK_FALSE(watchdog.device().is_open());
  CHECK(watchdog.on_proof(now) == 0);
  CHECK(watchdog.device().is_open());
  CHECK(written() == "f");
  CHECK(watchdog.wait_ms(now) == 5000);
}

TEST_CASE_FIXTURE(Fixture, "with proofs it is fed three times in its time; without, four times longer and no more") {
  watchdog.configure({device, 15s});
  for (int proof = 0; proof < 4; ++proof) {
    watchdog.on_proof(now);
    pass(15s);
  }
  CHECK(written() == "ffffffffffff");
  pass(10min);
  CHECK(written() == "fffffffff");
  // It came back before the device's own time was over.
  watchdog.on_proof(now);
  pass(5s);
  CHECK(written() == "f");
}

TEST_CASE_FIXTURE(Fixture, "it stops in order only when it is asked to, or has another device or time") {
  watchdog.configure({device, 15s});
  watchdog.on_proof(now);
  watchdog.configure({device, 15s});
  CHECK(written() == "f");
  watchdog.configure({device, 30s});
  CHECK(written() == "V");
  CHECK(watchdog.wait_ms(now) == -1);
  watchdog.on_proof(now);
  CHECK(written() == "f");
  watchdog.stop();
  CHECK(written() == "V");
  watchdog.stop();
  pass(60s);
  CHECK(written().empty());
  watchdog.on_proof(now);
  { const heal::Watchdog gone = std::move(watchdog); }
  CHECK(written() == "f");
}

TEST_CASE_FIXTURE(Fixture, "a device that is not there is tried again with each proof") {
  watchdog.configure({device + "-2", 15s});
  CHECK(watchdog.on_proof(now) == ENOENT);
  REQUIRE(::rename(device.c_str(), (device + "-2").c_str()) == 0);
  CHECK(watchdog.on_proof(now) == 0);
  CHECK(written() == "f");
}
