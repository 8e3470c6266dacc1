// SPDX-License-Identifier: MIT
#include "net/hosts_file.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "os/unique_fd.h"

namespace net {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

std::string_view without_end_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

class HostsSearch {
 public:
  explicit HostsSearch(std::string_view name) : name_(name) {}

  void take_line(std::string_view line) {
    const auto address = parse_hosts_line(line, name_);
    if (address) (address->family() == AF_INET6 ? v6_ : v4_).add(*address);
  }

  AddressList found() const { return AddressList::by_turns(v6_.span(), v4_.span()); }

 private:
  std::string_view name_;
  AddressList v6_;
  AddressList v4_;
};

// Takes every whole line of `text` and gives the number of bytes that were taken. The rest of a line that fills the
// whole buffer is thrown away, with `skipping` kept until its end has come.
std::size_t take_lines(std::string_view text, HostsSearch& search, bool& skipping) {
  std::size_t taken = 0;
  for (;;) {
    const std::size_t end = text.find('\n', taken);
    if (end == std::string_view::npos) break;
    if (!skipping) search.take_line(text.substr(taken, end - taken));
    skipping = false;
    taken = end + 1;
  }
  if (taken > 0 || text.size() < kHostsLine) return taken;
  skipping = true;
  return text.size();
}

}  // namespace

std::optional<base::IpAddress> parse_hosts_line(std::string_view line, std::string_view name) {
  line = line.substr(0, line.find('#'));
  const std::string_view address = next_word(line);
  name = without_end_dot(name);
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    if (same_name(without_end_dot(word), name)) return base::IpAddress::parse(address);
  }
  return std::nullopt;
}

AddressList read_hosts(const char* path, std::string_view name) {
  HostsSearch search(name);
  const os::UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  char buffer[kHostsLine];
  std::size_t held = 0;
  std::size_t read_in_all = 0;
  bool skipping = false;
  while (file && read_in_all < kHostsFileBytes) {
    const ssize_t got = ::read(file.get(), buffer + held, sizeof buffer - held);
    if (got <= 0) break;
    held += static_cast<std::size_t>(got);
    read_in_all += static_cast<std::size_t>(got);
    const std::size_t taken = take_lines({buffer, held}, search, skipping);
    held -= taken;
    std::memmove(buffer, buffer + taken, held);
  }
  const bool whole = read_in_all < kHostsFileBytes;
  if (held > 0 && !skipping && whole) search.take_line({buffer, held});
  return search.found();
}

bool is_localhost(std::string_view name) {
  constexpr std::string_view kLocalhost = "localhost";
  name = without_end_dot(name);
  if (name.size() < kLocalhost.size()) return false;
  const std::string_view end = name.substr(name.size() - kLocalhost.size());
  return same_name(end, kLocalhost) && (name.size() == end.size() || name[name.size() - end.size() - 1] == '.');
}

}  // namespace net
