// SPDX-License-Identifier: MIT
#include "os/zoneinfo.h"

#include <doctest/doctest.h>

TEST_CASE("the low marks of all zones are added") {
  CHECK(os::parse_low_watermark_pages("Node 0, zone DMA\n        min      8\n        low      10\n        high     12\n"
                                      "Node 0, zone Normal\n        low      1000\n        lowmem   5\n") == 1010U);
  CHECK(os::parse_low_watermark_pages("low 7") == 7U);
}

TEST_CASE("no mark, no number or too large a sum is nothing") {
  for (const std::string_view text : {"", "Node 0, zone DMA\n", "low\n", "low x\n", "low -1\n",
                                      "low 18446744073709551615\nlow 1\n", "low 18446744073709551616\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_low_watermark_pages(text).has_value());
  }
}
