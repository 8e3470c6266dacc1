// SPDX-License-Identifier: MIT
#include "os/net_dev.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

constexpr std::string_view kHeadings =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n";

std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names;
  while (const auto line = os::take_net_dev_line(text)) names.emplace_back(line->name);
  return names;
}

}  // namespace

TEST_CASE("every column lands where it belongs") {
  std::string text(kHeadings);
  text += "  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
  std::string_view rest = text;
  const auto line = os::take_net_dev_line(rest);
  REQUIRE(line.has_value());
  CHECK(line->name == "eth0");
  CHECK(line->received_bytes == 1);
  CHECK(line->received_packets == 2);
  CHECK(line->received_errors == 3);
  CHECK(line->received_drops == 4);
  CHECK(line->sent_bytes == 9);
  CHECK(line->sent_packets == 10);
  CHECK(line->sent_errors == 11);
  CHECK(line->sent_drops == 12);
  CHECK_FALSE(os::take_net_dev_line(rest).has_value());
}

TEST_CASE("which lines are interfaces") {
  using Names = std::vector<std::string>;
  struct Case {
    const char* reason;
    std::string text;
    Names expected;
  };
  const std::string numbers = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";
  const Case cases[] = {
      {"empty", "", {}},
      {"headings only", std::string(kHeadings), {}},
      {"no blank after the colon, as before 2.6.38", "  eth0:123 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", {"eth0"}},
      {"an alias of an old kernel", "eth0:1:" + numbers + "\n", {"eth0:1"}},
      {"no line end", "lo:" + numbers, {"lo"}},
      {"line ends of another system", "lo:" + numbers + "\r\neth0:" + numbers + "\r\n", {"lo", "eth0"}},
      {"columns of a future kernel", "eth0:" + numbers + " 17 18\n", {"eth0"}},
      {"bytes that are no text in the name",
       "\xff\x01"
       ":" +
           numbers + "\n",
       {"\xff\x01"}},
      {"a cut line is passed over", "eth0: 1 2 3 4 5 6\nwlan0:" + numbers + "\n", {"wlan0"}},
      {"a number too large is passed over",
       "eth0: 18446744073709551616 2 3 4 5 6 7 8 9 10 11 12\nlo:" + numbers,
       {"lo"}},
      {"no name is passed over", ":" + numbers + "\n", {}},
      {"two words are no name", "a b:" + numbers + "\n", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK(names_of(c.text) == c.expected);
  }
}
