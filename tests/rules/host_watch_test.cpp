// SPDX-License-Identifier: MIT
// Every sensor of the box crosses its marks both ways, with its hysteresis, from readings as a cycle gives them.
#include "rules/host_watch.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "rules/host_text.h"

using namespace std::chrono_literals;
using rules::EventKind;
using rules::HostSensor;
using rules::HostWatch;
using rules::MountReading;

namespace {

constexpr base::SteadyTime kStart{1000s};

/// A box that is well, and what a test changes of it.
struct Box {
  HostWatch watch;
  rules::Sample sample;
  rules::HostReading reading{.sample = sample, .cores = 4};
  std::vector<MountReading> mounts;
  base::SteadyTime now = kStart;

  Box() {
    sample.cpu_percent = 10.0F;
    sample.memory_percent = 30.0F;
    sample.swap_percent = 0.0F;
    sample.load_1 = 0.5F;
    sample.processes = 200;
    sample.zombies = 0;
    sample.temperature_celsius = 45.0F;
  }

  /// The news of one cycle, one a line: "raised cpu", "critical disk /mnt", "cleared cpu".
  std::string cycle() {
    now += 10s;
    reading.mounts = mounts;
    watch.on_reading(reading, now);
    return news();
  }
  std::string news() {
    std::string text;
    while (const auto one = watch.take_news()) {
      if (!text.empty()) text += ", ";
      text += one->kind == EventKind::kHostRaised     ? "raised "
              : one->kind == EventKind::kHostCritical ? "critical "
                                                      : "cleared ";
      text += rules::host_key(one->problem.sensor, one->problem.mount).view();
    }
    return text;
  }
};

struct Step {
  std::vector<float> values;  // a cycle each
  std::string news;           // of the last of them; those before have none
};
struct Case {
  const char* reason;
  std::function<void(Box&, float)> set;
  std::vector<Step> steps;
};

void set_disk(Box& box, float percent) {
  box.mounts = {{.path = "/mnt", .disk_percent = percent, .inode_percent = 1.0F}};
}
void set_inodes(Box& box, float percent) {
  box.mounts = {{.path = "/mnt", .disk_percent = 1.0F, .inode_percent = percent}};
}

}  // namespace

TEST_CASE("every sensor crosses its marks both ways") {
  const Case cases[] = {
      {"CPU: 90 % in three readings, critical from 95, well below 80",
       [](Box& box, float value) { box.sample.cpu_percent = value; },
       {{{89.9F, 89.9F, 89.9F, 89.9F}, ""},
        {{90, 90, 89, 90, 90, 90}, "raised cpu"},
        {{94.9F, 95, 95, 95}, "critical cpu"},
        {{90, 80, 80, 80, 80}, ""},
        {{79.9F, 79.9F, 80, 79, 79, 79}, "cleared cpu"}}},
      {"memory with swap in use: 80 % in two, well below 75",
       [](Box& box, float value) {
         box.sample.memory_percent = value;
         box.sample.swap_percent = 5.0F;
       },
       {{{79.9F, 79.9F, 79.9F}, ""},
        {{80, 80}, "raised memory"},
        {{75, 75, 75}, ""},
        {{74.9F, 74.9F}, "cleared memory"}}},
      {"memory while swap is all but free: only from 95 %, and then until 90",
       [](Box& box, float value) {
         box.sample.memory_percent = value;
         box.sample.swap_percent = 2.9F;
       },
       {{{94.9F, 94.9F, 94.9F}, ""},
        {{95, 95}, "critical memory"},
        {{90, 90, 90}, ""},
        {{89.9F, 89.9F}, "cleared memory"}}},
      {"memory of a box without swap",
       [](Box& box, float value) {
         box.sample.memory_percent = value;
         box.sample.swap_percent.reset();
       },
       {{{94, 94, 94}, ""}, {{96, 96}, "critical memory"}, {{70, 70}, "cleared memory"}}},
      {"work that waits for memory: 10 % of the time, well below 5",
       [](Box& box, float value) { box.reading.memory_pressure = value; },
       {{{9.9F, 9.9F, 9.9F}, ""}, {{10, 10}, "raised memory"}, {{5, 5, 5}, ""}, {{4.9F, 4.9F}, "cleared memory"}}},
      {"load: twice the four cores in three, critical four times, well below one",
       [](Box& box, float value) { box.sample.load_1 = value; },
       {{{7.9F, 7.9F, 7.9F, 7.9F}, ""},
        {{8, 8, 8}, "raised load"},
        {{16, 16, 16}, "critical load"},
        {{4, 4, 4, 4}, ""},
        {{3.9F, 3.9F, 3.9F}, "cleared load"}}},
      {"zombies: 5 % of two hundred processes, critical 10 %, well below 3 %",
       [](Box& box, float value) { box.sample.zombies = static_cast<std::uint32_t>(value); },
       {{{9, 9, 9}, ""},
        {{10, 10}, "raised zombies"},
        {{20, 20}, "critical zombies"},
        {{6, 6, 6}, ""},
        {{5, 5}, "cleared zombies"}}},
      {"zombies: a hundred whatever their share",
       [](Box& box, float value) {
         box.sample.processes = 4000;
         box.sample.zombies = static_cast<std::uint32_t>(value);
       },
       {{{99, 99, 99}, ""}, {{100, 100}, "raised zombies"}, {{80, 80, 80}, ""}, {{79, 79}, "cleared zombies"}}},
      {"zombies: a few are none, also where there are few processes",
       [](Box& box, float value) {
         box.sample.processes = 8;
         box.sample.zombies = static_cast<std::uint32_t>(value);
       },
       {{{1, 4, 4, 4}, ""}, {{5, 5}, "critical zombies"}, {{4, 4}, "cleared zombies"}}},
      {"temperature: 75 °C, critical 82, well below 70",
       [](Box& box, float value) { box.sample.temperature_celsius = value; },
       {{{74.9F, 74.9F, 74.9F}, ""},
        {{75, 75}, "raised temperature"},
        {{82, 82}, "critical temperature"},
        {{70, 70, 70}, ""},
        {{69.9F, 69.9F}, "cleared temperature"}}},
      {"a root file system that became read-only",
       [](Box& box, float value) { box.reading.read_only_root = value > 0; },
       {{{0, 0}, ""}, {{1}, "critical read_only_root"}, {{1, 1}, ""}, {{0}, "cleared read_only_root"}}},
      {"one that always was read-only is meant to be",
       [](Box& box, float value) { box.reading.read_only_root = value > 0; },
       {{{1, 1, 1}, ""}}},
      {"undervoltage: at once, and over after three quiet readings",
       [](Box& box, float value) { box.reading.undervoltage = value > 0; },
       {{{0}, ""}, {{1}, "raised undervoltage"}, {{0, 0, 1, 0, 0}, ""}, {{0}, "cleared undervoltage"}}},
      {"throttled: likewise",
       [](Box& box, float value) { box.reading.throttled = value > 0; },
       {{{0}, ""}, {{1}, "raised throttled"}, {{0, 0, 0}, "cleared throttled"}}},
      {"flash memory: nine tenths of its life, critical all of it",
       [](Box& box, float value) { box.reading.card_wear_percent = static_cast<std::uint8_t>(value); },
       {{{0, 80, 80}, ""},
        {{90}, "raised card_wear"},
        {{100}, "critical card_wear"},
        {{110}, ""},
        {{0}, "cleared card_wear"}}},
      {"a file system: 90 % full, critical 95, well below 87",
       set_disk,
       {{{1, 89.9F}, ""},
        {{90}, "raised disk /mnt"},
        {{95}, "critical disk /mnt"},
        {{90, 87}, ""},
        {{86.9F}, "cleared disk /mnt"}}},
      {"its inodes: likewise",
       set_inodes,
       {{{1, 89.9F}, ""},
        {{90}, "raised inodes /mnt"},
        {{95}, "critical inodes /mnt"},
        {{87}, ""},
        {{86.9F}, "cleared inodes /mnt"}}},
      {"one that does not answer",
       [](Box& box, float value) {
         box.mounts = {{.path = "/mnt", .disk_percent = {}, .inode_percent = {}, .silent = value > 0}};
       },
       {{{0}, ""}, {{1}, "raised silent /mnt"}, {{1}, ""}, {{0}, "cleared silent /mnt"}}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Box box;
    CHECK(box.cycle() == "");
    for (const Step& step : c.steps) {
      for (std::size_t i = 0; i < step.values.size(); ++i) {
        CAPTURE(step.values[i]);
        c.set(box, step.values[i]);
        CHECK(box.cycle() == (i + 1 < step.values.size() ? "" : step.news));
      }
    }
  }
}

TEST_CASE_FIXTURE(Box, "a value that cannot be read neither counts nor breaks the row") {
  sample.cpu_percent = 99.0F;
  CHECK(cycle() == "");
  CHECK(cycle() == "");
  sample.cpu_percent.reset();
  CHECK(cycle() == "");
  sample.cpu_percent = 99.0F;
  CHECK(cycle() == "critical cpu");
  sample.cpu_percent.reset();
  for (int i = 0; i < 5; ++i) CHECK(cycle() == "");
  CHECK(watch.problem(0));
}

TEST_CASE_FIXTURE(Box, "warn = 0: the sensor is not judged, and what it had ends") {
  sample.cpu_percent = 99.0F;
  sample.memory_percent = 99.0F;
  reading.memory_pressure = 50.0F;
  for (int i = 0; i < 2; ++i) cycle();
  CHECK(cycle() == "critical cpu");
  rules::HostPolicy off;
  off.cpu.warn = off.memory.warn = off.zombies.warn = 0;
  watch.configure(off);
  sample.zombies = 150;
  CHECK(cycle() == "");
  CHECK(cycle() == "cleared memory");
  CHECK(cycle() == "cleared cpu");
  CHECK_FALSE(watch.problem(0));
}

TEST_CASE_FIXTURE(Box, "memory that is all but free, and waited for: what is told has both figures") {
  reading.memory_pressure = 40.0F;
  cycle();
  watch.on_reading(reading, now);
  const auto told = watch.take_news();
  REQUIRE(told);
  CHECK(told->problem.value == 30.0F);
  CHECK(told->problem.pressure == 40.0F);
  REQUIRE(watch.problem(0));
  CHECK(watch.problem(0)->pressure == 40.0F);
}

TEST_CASE_FIXTURE(Box, "what is not true any more when somebody asks is not told") {
  mounts = {{.path = "/", .disk_percent = 91.0F, .inode_percent = {}}};
  watch.on_reading({.sample = sample, .mounts = mounts}, now);
  mounts[0].disk_percent = 50.0F;
  CHECK(cycle() == "");
}

TEST_CASE_FIXTURE(Box,
                  "a file system that is not mounted any more has no problem; it is gone only when all were asked") {
  mounts = {{.path = "/", .disk_percent = 10.0F, .inode_percent = {}},
            {.path = "/mnt/usb", .disk_percent = 99.0F, .inode_percent = {}}};
  reading.all_mounts = true;
  CHECK(cycle() == "critical disk /mnt/usb");
  mounts.pop_back();
  reading.all_mounts = false;
  CHECK(cycle() == "");
  reading.all_mounts = true;
  now += 10s;
  reading.mounts = mounts;
  watch.on_reading(reading, now);
  const auto gone = watch.take_news();
  REQUIRE(gone);
  CHECK(gone->kind == EventKind::kHostCleared);
  CHECK(gone->gone);
  CHECK_FALSE(watch.take_news());
  CHECK(cycle() == "");
  mounts.push_back({.path = "/mnt/usb", .disk_percent = 99.0F, .inode_percent = {}});
  CHECK(cycle() == "critical disk /mnt/usb");
}

TEST_CASE_FIXTURE(Box, "more file systems than places are counted, and places get free") {
  reading.all_mounts = true;
  for (int i = 0; i < 20; ++i) {
    mounts.push_back(
        {.path = rules::MountPath("/mnt/" + std::to_string(i)), .disk_percent = 99.0F, .inode_percent = {}});
  }
  cycle();
  CHECK(watch.mounts_left_out() == 20 - base::limits::kMounts);
  mounts.erase(mounts.begin(), mounts.begin() + base::limits::kMounts);
  cycle();
  cycle();
  CHECK(cycle() == "critical disk /mnt/16, critical disk /mnt/17, critical disk /mnt/18, critical disk /mnt/19");
  CHECK(watch.mounts_left_out() == 0);
  CHECK(watch.problem(3));
  CHECK_FALSE(watch.problem(4));
}

TEST_CASE_FIXTURE(Box, "what an earlier run told ends in this one") {
  watch.remember("cpu", EventKind::kHostRaised);
  watch.remember("disk /mnt/a b", EventKind::kHostCritical);
  watch.remember("read_only_root", EventKind::kHostCritical);
  watch.remember("inodes", EventKind::kHostCritical);  // damaged
  watch.remember("warp_core /x", EventKind::kHostCritical);
  watch.remember("memory", EventKind::kHostCleared);
  CHECK(news() == "");
  mounts = {{.path = "/mnt/a b", .disk_percent = 10.0F, .inode_percent = {}}};
  reading.read_only_root = true;
  CHECK(cycle() == "cleared disk /mnt/a b");
  CHECK(cycle() == "");
  reading.read_only_root = false;
  CHECK(cycle() == "cleared cpu, cleared read_only_root");
}

TEST_CASE("how it is told") {
  struct Told {
    HostWatch::Problem problem;
    bool gone;
    std::string text;
  };
  using Level = rules::Threshold::Level;
  const rules::Marks percent{90, 95, 80, 3};
  const Told cases[] = {
      {{HostSensor::kCpu, {}, Level::kWarning, 93.4F, percent, kStart},
       false,
       "Host: tidepool\nNow: CPU is 93 % busy\nLimit: 90 %, critical 95 %, well again below 80 %\n"
       "To do: top shows which process it is"},
      {{HostSensor::kCpu, {}, Level::kWell, 12, percent, kStart},
       false,
       "Host: tidepool\nNow: CPU is 12 % busy\nLimit: 90 %, critical 95 %, well again below 80 %\nLasted: 2 min"},
      {{HostSensor::kMemory, {}, Level::kWarning, 12.4F, {80, 95, 75, 2}, kStart, 23.4F},
       false,
       "Host: tidepool\nNow: Memory is 12 % full, and programs wait for it 23 % of the time\nLimit: 80 %, critical 95 "
       "%, "
       "well again below 75 %; of waiting 10 %, well again below 5 %\nTo do: top, sorted with M, shows which process "
       "has "
       "it"},
      {{HostSensor::kMemory, {}, Level::kWell, 12.4F, {80, 95, 75, 2}, kStart, 4.9F},
       false,
       "Host: tidepool\nNow: Memory is 12 % full\nLimit: 80 %, critical 95 %, well again below 75 %\nLasted: 2 min"},
      {{HostSensor::kLoad, {}, Level::kCritical, 17.25F, {2, 4, 1, 3}, kStart},
       false,
       "Host: tidepool\nNow: Load is 17.25 with 4 cores\nLimit: 2 × cores, critical 4 × cores, well again below 1 × "
       "cores\nTo do: top shows what runs; D in its column S is what waits for a disk"},
      {{HostSensor::kDisk, "/mnt/usb", Level::kWell, 99, percent, kStart},
       true,
       "Host: tidepool\nNow: /mnt/usb is not mounted any more\nLasted: 2 min"},
      {{HostSensor::kSilent, "/mnt/nas", Level::kWarning, 0, {}, kStart},
       false,
       "Host: tidepool\nNow: /mnt/nas does not answer\nTo do: see whether its disk, or its server, is still there"},
      {{HostSensor::kReadOnlyRoot, {}, Level::kWell, 0, {}, {}},
       false,
       "Host: tidepool\nNow: The root file system can be written again"},
  };
  for (const Told& c : cases) {
    std::array<char, 512> room;
    base::TextWriter out(room);
    rules::write_host_news({.kind = {}, .problem = c.problem, .gone = c.gone}, "tidepool", 4, kStart + 2min, out);
    CHECK(std::string(out.view()) == c.text);
  }
}
