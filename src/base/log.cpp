// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/fixed_string.h"

namespace base::log {
namespace {

constexpr std::size_t kMaxLine = 1000;
using Line = FixedString<kMaxLine>;

struct Sink {
  Level level = Level::kInfo;
  Target target = Target::kStderr;
  int syslog_fd = -1;
  std::uint64_t dropped = 0;
  Level last_level = Level::kInfo;
  RepeatFilter repeats;
};

Sink& sink() {
  static Sink instance;
  return instance;
}

const char* level_name(Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarn:
      return "warning";
    case Level::kInfo:
      return "info";
    case Level::kDebug:
      return "debug";
  }
  return "";
}

// RFC 5424 table 2: error 3, warning 4, informational 6, debug 7; facility 3 is "system daemons".
int syslog_priority(Level level) {
  constexpr int kDaemonFacility = 3 * 8;
  constexpr int kSeverity[] = {3, 4, 6, 7};
  return kDaemonFacility + kSeverity[static_cast<std::size_t>(level)];
}

SteadyTime steady_now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return SteadyTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

void append_local_time(Line& line, const char* format) {
  const std::time_t now = std::time(nullptr);
  tm local{};
  localtime_r(&now, &local);
  char text[32];
  if (std::strftime(text, sizeof text, format, &local) > 0) line.append(text);
}

// systemd's journal stamps each line itself, systemd.exec(5) "JOURNAL_STREAM".
bool stamped_by_reader() {
  static const bool stamped = std::getenv("JOURNAL_STREAM") != nullptr;
  return stamped;
}

// A pipe or terminal that nobody reads must not stop the loop: poll(2) promises that PIPE_BUF bytes fit.
bool write_stderr(const Line& line) {
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
  return ::write(STDERR_FILENO, line.c_str(), line.size()) == static_cast<ssize_t>(line.size());
}

int connect_syslog() {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, "/dev/log", sizeof "/dev/log");
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

bool write_syslog(const Line& line) {
  Sink& out = sink();
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (out.syslog_fd < 0) out.syslog_fd = connect_syslog();
    if (out.syslog_fd < 0) return false;
    if (::send(out.syslog_fd, line.c_str(), line.size(), MSG_NOSIGNAL) >= 0) return true;
    if (errno == EAGAIN || errno == ENOBUFS) return false;
    ::close(out.syslog_fd);  // the syslog daemon was restarted: connect anew
    out.syslog_fd = -1;
  }
  return false;
}

bool write_to_target(Level level, std::string_view text) {
  Line line;
  if (sink().target == Target::kSyslog) {
    line.appendf("<%d>", syslog_priority(level));
    append_local_time(line, "%b %e %H:%M:%S");
    line.appendf(" limpet[%d]: ", static_cast<int>(::getpid())).append(text);
    return write_syslog(line);
  }
  if (!stamped_by_reader()) append_local_time(line, "%Y-%m-%d %H:%M:%S ");
  if (level != Level::kInfo) line.append(level_name(level)).append(": ");
  line.append(text);
  if (line.truncated() || line.size() == Line::capacity()) {
    Line cut(line.view().substr(0, Line::capacity() - 1));
    return write_stderr(cut.append("\n"));
  }
  return write_stderr(line.append("\n"));
}

void write_counted(Level level, std::string_view text) {
  if (!write_to_target(level, text)) ++sink().dropped;
}

void tell_held_back(Level level, std::uint32_t times) {
  if (times == 0) return;
  FixedString<80> text;
  text.appendf("(the line before was repeated %u more time%s)", times, times == 1 ? "" : "s");
  write_counted(level, text);
}

// One line stays one line: what a peer or a file put into a text cannot forge a second one.
void make_one_line(char* text) {
  for (; *text != '\0'; ++text) {
    if (static_cast<unsigned char>(*text) < 0x20 || *text == 0x7F) *text = ' ';
  }
}

void write_line(Level level, const char* format, va_list args) {
  Sink& out = sink();
  if (level > out.level) return;
  char text[kMaxLine];
  if (std::vsnprintf(text, sizeof text, format, args) < 0) return;
  make_one_line(text);
  const RepeatFilter::Verdict verdict = out.repeats.on_line(level, text, steady_now());
  tell_held_back(out.last_level, verdict.held_back);
  if (!verdict.write) return;
  out.last_level = level;
  write_counted(level, text);
}

std::uint64_t hash_line(Level level, std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U + static_cast<std::uint64_t>(level);  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

}  // namespace

RepeatFilter::Verdict RepeatFilter::on_line(Level level, std::string_view text, SteadyTime now) {
  const std::uint64_t hash = hash_line(level, text);
  if (hash == last_hash_ && now - last_written_ < kRepeatWindow) {
    ++held_back_;
    return {.write = false, .held_back = 0};
  }
  last_hash_ = hash;
  last_written_ = now;
  return {.write = true, .held_back = std::exchange(held_back_, 0)};
}

std::uint32_t RepeatFilter::take_held_back() { return std::exchange(held_back_, 0); }

void configure(Level level, Target target) {
  sink().level = level;
  sink().target = target;
}

Level level() { return sink().level; }

std::uint64_t dropped() { return sink().dropped; }

void flush_repeats() { tell_held_back(sink().last_level, sink().repeats.take_held_back()); }

void error(const char* format, ...) {
  va_list args;
  va_start(args, format);
  write_line(Level::kError, format, args);
  va_end(args);
}

void warn(const char* format, ...) {
  va_list args;
  va_start(args, format);
  write_line(Level::kWarn, format, args);
  va_end(args);
}

void info(const char* format, ...) {
  va_list args;
  va_start(args, format);
  write_line(Level::kInfo, format, args);
  va_end(args);
}

void debug(const char* format, ...) {
  va_list args;
  va_start(args, format);
  write_line(Level::kDebug, format, args);
  va_end(args);
}

}  // namespace base::log
