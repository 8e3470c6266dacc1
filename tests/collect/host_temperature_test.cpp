// SPDX-License-Identifier: MIT
#include "collect/host_temperature.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "fakes/temporary_folder.h"

TEST_CASE("the hottest sensor that can be believed") {
  using Files = std::vector<std::pair<std::string, std::string>>;
  struct Case {
    const char* reason;
    Files files;
    std::optional<float> expected;
  };
  const std::string zone = "class/thermal/thermal_zone";
  const std::string chip = "class/hwmon/hwmon";
  const Case cases[] = {
      {"no sensor", {}, {}},
      {"only fans", {{"class/thermal/cooling_device0/temp", "99000\n"}}, {}},
      {"the hottest of three, numbered with gaps",
       {{zone + "0/temp", "40000"}, {zone + "3/temp", "61500"}, {zone + "17/temp", "50000"}},
       61.5F},
      {"all below zero", {{zone + "0/temp", "-20000"}, {zone + "1/temp", "-5000"}}, -5.0F},
      {"empty, off, not wired up and absurd ones are passed over",
       {{zone + "0/temp", ""},
        {zone + "1/temp", "-274000"},
        {zone + "2/temp", "0"},
        {zone + "3/temp", "1000000000"},
        {zone + "4/temp", "33000"}},
       33.0F},
      {"a zone without a file", {{zone + "0/type", "x"}, {zone + "1/temp", "33000"}}, 33.0F},
      {"a zone whose file cannot be read", {{zone + "0/temp/folder", "x"}, {zone + "1/temp", "33000"}}, 33.0F},
      {"zones before hwmon", {{zone + "0/temp", "40000"}, {chip + "0/temp1_input", "80000"}}, 40.0F},
      {"no zone that can be believed: hwmon", {{zone + "0/temp", "0"}, {chip + "0/temp1_input", "80000"}}, 80.0F},
      {"the hottest of all chips, by the readings alone",
       {{chip + "0/temp1_input", "41000"},
        {chip + "0/temp1_crit", "99000"},
        {chip + "2/temp12_input", "52000"},
        {chip + "2/fan1_input", "120000"}},
       52.0F},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.reason));
    const fakes::TemporaryFolder folder;
    for (const auto& [name, text] : c.files) folder.write(name, text);
    const std::string root = folder.path();
    std::array<char, 64> text{};
    rules::Sample sample;
    collect::HostTemperature(root).read(text, sample);
    REQUIRE(sample.temperature_celsius.has_value() == c.expected.has_value());
    if (c.expected) CHECK(*sample.temperature_celsius == *c.expected);
  }
}

TEST_CASE("no more sensors are read than one cycle bears") {
  const fakes::TemporaryFolder folder;
  for (int i = 0; i < 200; ++i)
    folder.write("class/hwmon/hwmon0/temp" + std::to_string(i) + "_input", std::to_string(30000 + i));
  const std::string root = folder.path();
  std::array<char, 64> text{};
  rules::Sample sample;
  collect::HostTemperature(root).read(text, sample);
  CHECK(sample.temperature_celsius.has_value());
}
