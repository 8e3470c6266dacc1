// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

base::Result<cli::CommonOptions> parse(const std::vector<const char*>& arguments) {
  constexpr std::string_view kOwn[] = {"--effective", "--get"};
  return cli::parse_options(arguments, kOwn);
}

}  // namespace

TEST_CASE("options that every command has") {
  const auto none = parse({});
  REQUIRE(none);
  CHECK(none->config_file == "/etc/limpet.ini");
  CHECK_FALSE(none->config_file_given);
  CHECK(none->env_file.empty());
  CHECK_FALSE(none->help);

  const auto all = parse({"-c", "a.ini", "--env-file=b=c.env", "-h"});
  REQUIRE(all);
  CHECK(all->config_file == "a.ini");
  CHECK(all->config_file_given);
  CHECK(all->env_file == "b=c.env");
  CHECK(all->help);
  CHECK(all->rest.empty());
}

TEST_CASE("a command's own options and words are left to it, in their order") {
  const auto options = parse({"--get", "a.b", "-c", "x", "--effective", "-", "--get=c.d"});
  REQUIRE(options);
  CHECK(options->rest == std::vector<std::string_view>{"--get", "a.b", "--effective", "-", "--get=c.d"});
  const auto words = parse({"-c", "x", "--", "--help", "-c", "--"});
  REQUIRE(words);
  CHECK_FALSE(words->help);
  CHECK(words->rest == std::vector<std::string_view>{"--help", "-c", "--"});
}

TEST_CASE("what is wrong is named") {
  const struct {
    const char* reason;
    std::vector<const char*> arguments;
    const char* text;
  } cases[] = {
      {"misspelt", {"--env-fiel", "x"}, "there is no option --env-fiel. Did you mean --env-file?"},
      {"misspelt, one of the command's own",
       {"--efective"},
       "there is no option --efective. Did you mean --effective?"},
      {"like no other, with a value", {"--password=hunter2"}, "there is no option --password"},
      {"-c without a file", {"-c"}, "-c needs the name of a file"},
      {"-c with an empty one", {"-c", ""}, "-c needs the name of a file"},
      {"--env-file= without one", {"--env-file="}, "--env-file needs the name of a file"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const auto options = parse(test.arguments);
    REQUIRE_FALSE(options);
    CHECK(options.error().text() == test.text);
  }
}
