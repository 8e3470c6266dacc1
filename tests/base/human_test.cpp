// SPDX-License-Identifier: MIT
#include "base/human.h"

#include <doctest/doctest.h>

#include <limits>

using namespace std::chrono_literals;

TEST_CASE("bytes for a person") {
  struct Case {
    std::uint64_t bytes;
    std::string_view text;
  };
  constexpr std::uint64_t kMib = 1024 * 1024;
  constexpr Case cases[] = {
      {0, "0 B"},
      {1, "1 B"},
      {1023, "1023 B"},
      {1024, "1.0 KiB"},
      {1536, "1.5 KiB"},
      {10 * 1024, "10 KiB"},
      {10 * 1024 - 1, "10 KiB"},
      {1023 * 1024, "1023 KiB"},
      {kMib - 1, "1.0 MiB"},
      {kMib, "1.0 MiB"},
      {64 * kMib, "64 MiB"},
      {1024 * kMib, "1.0 GiB"},
      {std::numeric_limits<std::uint64_t>::max(), "16 EiB"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes);
    CHECK(base::format_bytes(c.bytes).view() == c.text);
  }
}

TEST_CASE("durations for a person") {
  struct Case {
    base::Duration duration;
    std::string_view text;
  };
  const Case cases[] = {
      {0ns, "0.0 ms"},
      {90us, "0.0 ms"},
      {1490us, "1.4 ms"},
      {9999us, "9.9 ms"},
      {10ms, "10 ms"},
      {999999us, "999 ms"},
      {1s, "1 s"},
      {1500ms, "1.5 s"},
      {1049ms, "1 s"},
      {10500ms, "10 s"},
      {59s, "59 s"},
      {60s, "1 min"},
      {125s, "2 min 5 s"},
      {3599s, "59 min 59 s"},
      {1h, "1 h"},
      {1h + 59s, "1 h"},
      {3h + 20min + 5s, "3 h 20 min"},
      {24h, "1 d"},
      {124h + 5min, "5 d 4 h"},
      {-8s, "-8 s"},
      {base::Duration::max(), "106751 d 23 h"},
      {base::Duration::min(), "-106751 d 23 h"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.duration.count());
    CHECK(base::format_duration(c.duration).view() == c.text);
  }
}

TEST_CASE("ages for a person") {
  CHECK(base::format_age(0s).view() == "now");
  CHECK(base::format_age(999ms).view() == "now");
  CHECK(base::format_age(-999ms).view() == "now");
  CHECK(base::format_age(8s + 900ms).view() == "8 s ago");
  CHECK(base::format_age(2h + 3min).view() == "2 h 3 min ago");
  CHECK(base::format_age(-3min).view() == "in 3 min");
}
