// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <stdlib.h>

#include <vector>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "config/reference.h"
#include "config/table.h"
#include "fakes/captured_output.h"
#include "fakes/temporary_folder.h"

namespace {

struct Answer {
  int status;
  std::string out;
  std::string err;
};

Answer config_command(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const fakes::CapturedOutput output;
  const int status = cli::config(pointers);
  return {status, output.out(), output.err()};
}

}  // namespace

TEST_CASE("without options the default file is printed, whatever the present one holds") {
  const fakes::TemporaryFolder folder;
  const Answer answer = config_command({"-c", folder.write("a.ini", "garbage")});
  CHECK(answer.status == cli::kDone);
  CHECK(answer.out == config::default_file(config::table()));
}

TEST_CASE("one value, from the file and from the environment that outranks it") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "[store]\nflush_interval = 120\n");
  CHECK(config_command({"-c", path, "--get", "store.flush_interval"}).out == "2m\n");
  CHECK(config_command({"-c", path, "--get=store.keep_raw"}).out == "7d\n");
  CHECK(config_command({"-c", path, "--get", "http.socket"}).out == "/var/lib/limpet/limpet.sock\n");
  ::setenv("LIMPET_STORE_FLUSH_INTERVAL", "40", 1);
  const Answer answer = config_command({"-c", path, "--effective"});
  ::unsetenv("LIMPET_STORE_FLUSH_INTERVAL");
  CHECK(answer.status == cli::kDone);
  CHECK(answer.out.contains("\nstore.flush_interval = 40s "));
  CHECK(answer.out.contains("(environment, LIMPET_STORE_FLUSH_INTERVAL)\n"));
}

TEST_CASE("nothing is printed of a configuration with mistakes") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "[store]\nflush_interval = never\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--effective"}, std::vector<std::string>{"--get", "store.keep_raw"}}) {
    std::vector<std::string> all = {"-c", path};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Answer answer = config_command(all);
    CHECK(answer.status == cli::kUsage);
    CHECK(answer.out.empty());
    CHECK(answer.err.starts_with("error: " + path + ", line 2: [store] flush_interval = never: "));
  }
}

TEST_CASE("a command line that is wrong, and help") {
  const struct {
    const char* reason;
    std::vector<std::string> arguments;
    const char* told;
  } cases[] = {
      {"misspelt key", {"--get", "heartbeat.intervall"}, "Did you mean heartbeat.interval?"},
      {"key without its section", {"--get", "keep_raw"}, "Did you mean store.keep_raw?"},
      {"key like no other", {"--get", "weather"}, "A key is named SECTION.KEY"},
      {"no key", {"--get"}, "give nothing, --effective, or --get SECTION.KEY"},
      {"both", {"--effective", "--get", "store.keep_raw"}, "give nothing, --effective, or --get SECTION.KEY"},
      {"a word", {"store.keep_raw"}, "give nothing, --effective, or --get SECTION.KEY"},
      {"misspelt option", {"--efective"}, "Did you mean --effective?"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const Answer answer = config_command(test.arguments);
    CHECK(answer.status == cli::kUsage);
    CHECK(answer.out.empty());
    CHECK_MESSAGE(answer.err.contains(test.told), answer.err);
  }
  CHECK(config_command({"--help"}).out.starts_with("limpet config\n"));
}
