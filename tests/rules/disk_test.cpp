// SPDX-License-Identifier: MIT
#include "rules/disk.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace std::chrono_literals;
using rules::Disk;
using rules::DiskHealth;

namespace {

constexpr base::SteadyTime kStart{100h};

rules::DiskReport report(DiskHealth health) {
  rules::DiskReport made;
  made.health = health;
  made.model = "WDC WD40EFRX";
  made.temperature_celsius = 34;
  return made;
}

template <class Write>
std::string written(Write write) {
  std::array<char, 600> room;
  base::TextWriter out(room);
  write(out);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("what may be asked is a disk's name, and nothing that means more") {
  const struct {
    const char* why;
    std::string name;
    bool disk;
    bool virtual_disk;
  } cases[] = {
      {"SATA, SAS, USB", "sda", true, false},
      {"the hundredth of them", "sddk", true, false},
      {"an old IDE driver's", "hdb", true, false},
      {"NVMe's first namespace", "nvme0n1", true, false},
      {"one with two digits", "nvme12n34", true, false},
      {"virtio's", "vda", false, true},
      {"Xen's", "xvdb", false, true},
      {"nothing", "", false, false},
      {"the driver without a letter", "sd", false, false},
      {"a partition", "sda1", false, false},
      {"a partition of NVMe", "nvme0n1p1", false, false},
      {"NVMe's controller", "nvme0", false, false},
      {"a number that is too long", "nvme1234567n1", false, false},
      {"letters that are too many", "sdabcde", false, false},
      {"a CD drive", "sr0", false, false},
      {"an array", "md0", false, false},
      {"memory", "zram0", false, false},
      {"an SD card, which has no SMART", "mmcblk0", false, false},
      {"a way out of the folder", "../sda", false, false},
      {"another folder", "sd/a", false, false},
      {"an option", "-Hsda", false, false},
      {"a shell's", "sda;reboot", false, false},
      {"a blank behind it", "sda ", false, false},
      {"a capital", "SDA", false, false},
      {"a NUL in it", std::string("sda\0x", 5), false, false},
      {"a line end", "sda\n", false, false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.why);
    CHECK(rules::is_disk_name(test.name) == test.disk);
    CHECK(rules::is_virtual_disk_name(test.name) == test.virtual_disk);
  }
}

TEST_CASE("a disk that a hypervisor pretends to have is known by its model") {
  for (const char* const model : {"QEMU HARDDISK", "QEMU NVMe Ctrl", "VBOX HARDDISK", "VMware Virtual disk",
                                  "Msft Virtual Disk", "Google PersistentDisk", "Amazon Elastic Block Store"}) {
    CAPTURE(model);
    CHECK(rules::is_virtual_disk_model(model));
  }
  for (const char* const model :
       {"WDC WD40EFRX-68N32N0", "Samsung SSD 970 EVO Plus", "ST4000VN008", "", "KINGSTON SA400"}) {
    CAPTURE(model);
    CHECK_FALSE(rules::is_virtual_disk_model(model));
  }
}

TEST_CASE("a disk that fails is told, again after a time at least, and that it passes again") {
  using enum Disk::News;
  constexpr auto kPassed = DiskHealth::kPassed;
  constexpr auto kFailed = DiskHealth::kFailed;
  const struct {
    std::chrono::minutes at;
    DiskHealth found;
    Disk::News news;
  } steps[] = {
      {0min, kPassed, kNone},
      {6min, DiskHealth::kUnknown, kNone},
      {10min, kFailed, kFailing},
      {20min, kFailed, kNone},               // not an hour after the last
      {25min, DiskHealth::kAsleep, kNone},   // says nothing
      {30min, DiskHealth::kUnknown, kNone},  // neither
      {70min, kFailed, kFailing},            // still, an hour later
      {80min, kPassed, kPasses},
      {90min, kFailed, kNone},  // to and fro: not within the hour
      {95min, kPassed, kNone},  // nor the end of what nobody was told
      {130min, kFailed, kFailing},
  };
  Disk disk;
  for (const auto& step : steps) {
    CAPTURE(step.at.count());
    disk.news = kNone;
    disk.on_report(report(step.found), kStart + step.at, 60min);
    CHECK(disk.news == step.news);
  }
}

TEST_CASE("what an earlier run told is not told again at the start, but after the hour, and its end is") {
  Disk disk;
  disk.remember(kStart);
  disk.on_report(report(DiskHealth::kFailed), kStart + 5s, 60min);
  CHECK(disk.news == Disk::News::kNone);
  disk.on_report(report(DiskHealth::kFailed), kStart + 6h, 60min);
  CHECK(disk.news == Disk::News::kFailing);
  Disk other;
  other.remember(kStart);
  other.on_report(report(DiskHealth::kPassed), kStart + 5s, 60min);
  CHECK(other.news == Disk::News::kPasses);
}

TEST_CASE("one that passes before its failure could be told is not told at all") {
  Disk disk;
  disk.on_report(report(DiskHealth::kFailed), kStart, 60min);
  disk.on_report(report(DiskHealth::kPassed), kStart + 1min, 60min);
  CHECK(disk.news == Disk::News::kNone);
}

TEST_CASE("one that is taken out is told only when it was failing") {
  Disk well;
  well.on_report(report(DiskHealth::kPassed), kStart, 60min);
  well.on_gone();
  CHECK(well.news == Disk::News::kNone);
  Disk failing;
  failing.remember(kStart);
  failing.on_gone();
  CHECK(failing.news == Disk::News::kGone);
  failing.news = Disk::News::kNone;
  failing.on_gone();
  CHECK(failing.news == Disk::News::kNone);
}

TEST_CASE("one that sleeps keeps what was known, and does not show it as new") {
  Disk disk;
  disk.on_report(report(DiskHealth::kPassed), kStart, 60min);
  disk.on_report(report(DiskHealth::kAsleep), kStart + 6h, 60min);
  CHECK(disk.health() == DiskHealth::kAsleep);
  CHECK(disk.report.health == DiskHealth::kPassed);
  CHECK(written([&](base::TextWriter& out) { rules::write_disk_facts(disk, out); }) ==
        "WDC WD40EFRX · sleeps, and is not woken");
  disk.on_report(report(DiskHealth::kPassed), kStart + 12h, 60min);
  CHECK(written([&](base::TextWriter& out) { rules::write_disk_facts(disk, out); }) == "WDC WD40EFRX · 34 °C");
}

TEST_CASE("an alert says which disk of which box, and what to do") {
  Disk disk;
  disk.name = "sdb";
  disk.on_report(report(DiskHealth::kFailed), kStart, 60min);
  CHECK(written([&](base::TextWriter& out) { rules::write_disk_news(disk, "tidepool", out); }) ==
        "Host: tidepool\nDisk: sdb, WDC WD40EFRX\nNow: it says of itself that it is failing (SMART)\n"
        "Temperature: 34 °C\nTo do: save what is on it now, then replace it");
  disk.news = Disk::News::kGone;
  CHECK(written([&](base::TextWriter& out) { rules::write_disk_news(disk, "tidepool", out); }) ==
        "Host: tidepool\nDisk: sdb, WDC WD40EFRX\nNow: it is not in the box any more");
}
