// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <unistd.h>

#include <vector>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "fakes/captured_output.h"
#include "fakes/temporary_folder.h"

namespace {

struct Answer {
  int status;
  std::string out;
  std::string err;
};

Answer check(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const fakes::CapturedOutput output;
  const int status = cli::check(pointers);
  return {status, output.out(), output.err()};
}

}  // namespace

TEST_CASE("a configuration that is right is said to be, and its data folder is not made") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "[limpet]\ndata_dir = " + folder.file("data") + "\n");
  const Answer answer = check({"-c", path});
  CHECK(answer.status == cli::kDone);
  CHECK(answer.out.starts_with("The configuration is right.\n1 of "));
  CHECK(answer.err.empty());
  CHECK(::access(folder.file("data").c_str(), F_OK) != 0);
}

TEST_CASE("a warning does not make it wrong") {
  const fakes::TemporaryFolder folder;
  const std::string path =
      folder.write("a.ini", "[limpet]\ndata_dir = " + folder.file("data") + "\n[heartbeat]\ndisk = /nowhere\n");
  const Answer answer = check({"-c", path});
  CHECK(answer.status == cli::kDone);
  CHECK(answer.out.starts_with("The configuration is right, but see the warnings above.\n"));
  CHECK(answer.err.starts_with("warning: " + path + ", line 4: [heartbeat] disk = /nowhere: "));
}

TEST_CASE("mistakes are told all, and counted") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "[heartbeat]\ninterval = 11s\ndisk = sda\n");
  const Answer answer = check({"-c", path});
  CHECK(answer.status == cli::kUsage);
  CHECK(answer.out.empty());
  CHECK(answer.err.starts_with("error: " + path + ", line 2: [heartbeat] interval = 11s: "));
  CHECK(answer.err.contains("error: " + path + ", line 3: [heartbeat] disk = sda: "));
  CHECK(answer.err.ends_with("2 mistakes: limpet would not start with this.\n"));
}

TEST_CASE("a data folder that cannot be made is not the configuration's mistake, but limpet would fail") {
  const fakes::TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  // As root, limpet check becomes the user for good: on a box that has the account limpet, the rest would run as that.
  const std::string ini = "[limpet]\nuser = root\ndata_dir = " + file + "\n";
  const Answer answer = check({"-c", folder.write("a.ini", ini)});
  CHECK(answer.status == cli::kFailed);
  CHECK(answer.err.starts_with("error: the data folder " + file + " cannot be written: Not a directory."));
}

TEST_CASE("a .env file is read, and what it does not say is a note") {
  const fakes::TemporaryFolder folder;
  const std::string env = folder.write(".env", "SOMEBODY_ELSES=hunter2\nLIMPET_LIMPET_DATA_DIR=" + folder.file("data"));
  const Answer answer = check({"-c", "/dev/null", "--env-file", env});
  CHECK(answer.status == cli::kDone);
  CHECK(answer.err == "note: " + env + ", line 1: SOMEBODY_ELSES: not a name that Limpet knows; left alone.\n");
}

TEST_CASE("a command line that is wrong, and help") {
  CHECK(check({"limpet.ini"}).status == cli::kUsage);
  CHECK(check({"--quiet"}).err == "limpet check: there is no option --quiet\nHow it is used: limpet check --help\n");
  const Answer help = check({"--help"});
  CHECK(help.status == cli::kDone);
  CHECK(help.out.starts_with("limpet check [-c FILE]"));
  CHECK(help.out.contains("--env-file FILE"));
}
