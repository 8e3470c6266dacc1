// SPDX-License-Identifier: MIT
#include "os/watchdog_device.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace os {
namespace {

// linux/watchdog.h, which a libc does not bring along.
constexpr unsigned kGetSupport = 0x80285700;
constexpr unsigned kGetBootStatus = 0x80045702;
constexpr unsigned kSetTimeout = 0xC0045706;
constexpr unsigned kGetTimeout = 0x80045707;
constexpr int kCardReset = 0x20;  // WDIOF_CARDRESET

struct Support {
  std::uint32_t options;
  std::uint32_t firmware_version;
  std::uint8_t identity[32];
};

int control(int fd, unsigned number, int& value) { return ::ioctl(fd, number, &value); }

// A driver that sees a reset of its own says so; that there was none only where it claims to see them.
WatchdogDevice::LastReset read_last_reset(int fd) {
  using enum WatchdogDevice::LastReset;
  int status = 0;
  if (control(fd, kGetBootStatus, status) != 0) return kNotKnown;
  if ((status & kCardReset) != 0) return kItsOwn;
  Support support{};
  const bool tells = ::ioctl(fd, kGetSupport, &support) == 0 && (support.options & unsigned{kCardReset}) != 0;
  return tells ? kAnother : kNotKnown;
}

}  // namespace

base::Result<void> WatchdogDevice::open(const std::string& path, std::chrono::seconds timeout) {
  fd_.reset(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd_) return std::unexpected(base::Error::from_errno(errno, "open the watchdog", path));
  int seconds = static_cast<int>(timeout.count());
  // A device with a fixed time refuses, and says below which it is.
  control(fd_.get(), kSetTimeout, seconds);
  timeout_ = timeout;
  if (control(fd_.get(), kGetTimeout, seconds) == 0 && seconds > 0) timeout_ = std::chrono::seconds(seconds);
  last_reset_ = read_last_reset(fd_.get());
  return {};
}

base::Result<void> WatchdogDevice::feed() {
  if (::write(fd_.get(), "f", 1) == 1) return {};
  return std::unexpected(base::Error::from_errno(errno, "feed the watchdog"));
}

void WatchdogDevice::stop() {
  // "Magic close": without a V it goes on after close(2).
  if (fd_) [[maybe_unused]]
    const ssize_t written = ::write(fd_.get(), "V", 1);
  fd_.reset();
}

}  // namespace os
