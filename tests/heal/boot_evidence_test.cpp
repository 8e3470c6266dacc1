// SPDX-License-Identifier: MIT
#include "heal/boot_evidence.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <utime.h>

#include "fakes/temporary_folder.h"

TEST_CASE("the newest record of a kernel's crash counts, and nothing else in that folder") {
  const fakes::TemporaryFolder folder;
  const os::WatchdogDevice none;
  const std::string path = folder.path();
  CHECK_FALSE(heal::find_boot_evidence(none, path + "/not-there").crash);
  CHECK_FALSE(heal::find_boot_evidence(none, path).crash);
  const auto add = [&](const char* name, time_t made) {
    const std::string file = folder.write(name, "Kernel panic");
    const utimbuf times{made, made};
    REQUIRE(::utime(file.c_str(), &times) == 0);
  };
  add("console-ramoops-0", 900);
  CHECK_FALSE(heal::find_boot_evidence(none, path).crash);
  add("dmesg-ramoops-0", 700);
  add("dmesg-efi-169", 800);
  add("dmesg-ramoops-1", 600);
  const heal::BootEvidence found = heal::find_boot_evidence(none, path);
  CHECK(found.crash == 800);
  CHECK_FALSE(found.watchdog);
}

TEST_CASE("evidence goes over as text, and anything else is none") {
  for (const heal::BootEvidence& evidence :
       {heal::BootEvidence{}, {true, 1700000000}, {false, {}}, {{}, 0}, {true, INT64_MIN}}) {
    const auto text = heal::format_boot_evidence(evidence);
    const auto parsed = heal::parse_boot_evidence(text);
    REQUIRE(parsed);
    CHECK(parsed->watchdog == evidence.watchdog);
    CHECK(parsed->crash == evidence.crash);
  }
  for (const char* text : {"", " ", "maybe", "yes ", "yes x", "yes 1 2", "no 99999999999999999999", "1"}) {
    CAPTURE(text);
    CHECK_FALSE(heal::parse_boot_evidence(text));
  }
}
