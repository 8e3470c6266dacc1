// SPDX-License-Identifier: MIT
#include "config/table.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "config/cross_check.h"
#include "config/row_value.h"
#include "config/suggest.h"

TEST_CASE("every row can be read by what it says of itself") {
  config::Settings settings;
  std::set<std::string> names;
  for (const config::Row& row : config::table()) {
    CAPTURE(row.section);
    CAPTURE(row.key);
    CHECK(config::find_row(config::table(), row.section, row.key) == &row);
    REQUIRE_FALSE(config::set_value(row, row.default_text, settings));
    CHECK_MESSAGE(config::format_value(row, settings) == row.default_text, "the default is not as it is printed");
    CHECK_FALSE(row.help.empty());
    CHECK(names.insert(config::environment_name(row)).second);
    if (!row.alias.empty()) CHECK(names.insert(std::string(row.alias)).second);
    if (row.minimum.empty()) continue;
    CHECK_FALSE(config::set_value(row, row.minimum, settings));
    CHECK_FALSE(config::set_value(row, row.maximum, settings));
    const bool is_number = std::holds_alternative<std::uint32_t config::Settings::*>(row.member);
    CHECK(row.unit.empty() == is_number);
  }
}

TEST_CASE("the keys of a section stand together") {
  std::set<std::string_view> seen;
  std::string_view last;
  for (const config::Row& row : config::table()) {
    if (row.section == last) continue;
    last = row.section;
    CHECK_MESSAGE(seen.insert(last).second, last);
  }
}

TEST_CASE("the defaults go together") {
  config::Settings settings;
  for (const config::Row& row : config::table()) REQUIRE_FALSE(config::set_value(row, row.default_text, settings));
  config::derive(settings);
  CHECK(config::find_conflicts(settings).empty());
  CHECK(settings.http_socket == "/var/lib/limpet/limpet.sock");
}

TEST_CASE("what is no key is not found") {
  CHECK(config::find_row(config::table(), "heartbeat", "socket") == nullptr);
  CHECK(config::find_row(config::table(), "", "interval") == nullptr);
}
