// SPDX-License-Identifier: MIT
#include "config/left_behind.h"

#include <doctest/doctest.h>

#include "config/suggest.h"
#include "config/table.h"

TEST_CASE("a name of the older programs is taken or left behind, never both") {
  CHECK(config::why_left_behind("DATABASE_URL").contains("data_dir"));
  CHECK(config::why_left_behind("WEATHER").empty());
  CHECK(config::why_left_behind("").empty());
  for (const config::Row& row : config::table()) {
    CAPTURE(row.key);
    CHECK(config::why_left_behind(row.alias).empty());
    CHECK(config::why_left_behind(config::environment_name(row)).empty());
  }
}
