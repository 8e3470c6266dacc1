// SPDX-License-Identifier: MIT
#include "collect/host.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "collect/box_copy.h"
#include "fakes/open_gate.h"

using namespace std::chrono_literals;

namespace {

constexpr base::SteadyTime kStart{1000s};

using fakes::read_slowly;

struct Traffic {
  std::string name;
  float received = 0, sent = 0, errors = 0;
};

struct Box {
  const char* folder;
  std::optional<float> cpu, memory, used_mib, swap, temperature;
  float load_1;
  std::uint32_t uptime_s;
  std::vector<Traffic> traffic;
  std::uint32_t left_out = 0;
};

// Worked out by hand from the files, with psutil's formulas.
const std::vector<Box> kBoxes = {
    {.folder = "rpi-zero-4.19-armv6l",
     .cpu = 13.0F,        // (85 + 40 + 5) / 1000 ticks; iowait went back by 3 and counts 0
     .memory = 32.0F,     // (443080 - 301244) / 443080 = 32.01 %
     .used_mib = 138.5F,  // 141836 / 1024 = 138.51
     .swap = 2.8F,        // (102396 - 99580) / 102396 = 2.7501 %
     .temperature = 38.47F,
     .load_1 = 0.15F,
     .uptime_s = 5267,
     // 65536 / 10; sent wrapped: (4294967296 - 4294960000 + 2704) / 10; 5 drops / 10
     .traffic = {{"wlan0", 6553.6F, 1000, 0.5F}}},
    {.folder = "rpi3-4.9-armv7l",
     .cpu = 12.0F,        // (300 + 20 + 150 + 10) / 4000
     .memory = 21.5F,     // (945512 - 742180) / 945512 = 21.505 %
     .used_mib = 198.6F,  // 203332 / 1024 = 198.57
     .swap = 0.0F,
     .temperature = 48.312F,
     .load_1 = 0.52F,
     .uptime_s = 61230,
     .traffic = {{"wlan0", 0, 0, 0}, {"eth0", 124925, 3000, 0}}},
    {.folder = "rpi4-5.10-armv7l-docker",
     .cpu = 38.5F,        // (1000 + 500 + 40) / 4000
     .memory = 16.0F,     // (3930940 - 3301116) / 3930940 = 16.02 %
     .used_mib = 615.1F,  // 629824 / 1024 = 615.06
     .swap = 50.0F,
     .temperature = 64.277F,
     .load_1 = 1.98F,
     .uptime_s = 890123,
     // The ports and the tunnel first, though they come last; five of the twelve veth fill up.
     .traffic = {{"eth0", 2500000, 100000, 1},
                 {"wlan0", 0, 0, 0},
                 {"wg0", 1000, 250, 0},
                 {"veth003a9c0", 500, 900, 0},
                 {"veth013a9c1", 500, 900, 0},
                 {"veth023a9c2", 500, 900, 0},
                 {"veth033a9c3", 500, 900, 0},
                 {"veth043a9c4", 500, 900, 0}},
     .left_out = 9},  // seven veth, docker0, br-5c1d2e3f4a5b; dummy0 never had traffic
    {.folder = "vps-6.1-x86_64",
     .cpu = 26.0F,        // (120 + 60 + 10 + 70 stolen) / 1000
     .memory = 30.2F,     // (2014528 - 1406000) / 2014528 = 30.207 %
     .used_mib = 594.3F,  // 608528 / 1024 = 594.27
     .swap = {},
     .temperature = {},
     .load_1 = 0.0F,
     .uptime_s = 93434,
     .traffic = {{"ens3", 12280, 10000, 0}}},
    {.folder = "rpi5-6.6-aarch64",
     .cpu = 50.0F,         // 2000 user (1500 of them a guest's) / 4000
     .memory = 25.0F,      // (8256736 - 6192552) / 8256736
     .used_mib = 2015.8F,  // 2064184 / 1024 = 2015.80
     .swap = 0.0F,
     .temperature = 52.6F,  // the thermal zone; hwmon's 79.876 of another chip is not asked
     .load_1 = 2.11F,
     .uptime_s = 182334,
     .traffic = {{"eth0", 20000, 1000, 0}, {"wlan0", 0, 0, 3}}},
    {.folder = "rpi5-6.12-aarch64",
     .cpu = 0.1F,         // 2 / 4000 = 0.05 %, which as a binary number is a little more
     .memory = 4.9F,      // (16608848 - 15800160) / 16608848 = 4.869 %
     .used_mib = 789.7F,  // 808688 / 1024 = 789.73
     .swap = 100.0F,
     .temperature = 49.876F,  // the hottest of hwmon's 47.4, 49.876, 44.85 and 0 (not wired up)
     .load_1 = 0.08F,
     .uptime_s = 331,
     .traffic = {{"eth0", 0, 0, 0}, {"wlan0", 0, 0, 0}}},
    {.folder = "container-lxcfs",
     .cpu = 3.0F,         // (20 + 10) / 1000
     .memory = 24.1F,     // MemAvailable is over MemTotal: (524288 - 398004 free) / 524288 = 24.087 %
     .used_mib = 123.3F,  // 126284 / 1024 = 123.32
     .swap = 0.0F,        // more free than there is
     .temperature = {},
     .load_1 = 0.02F,
     .uptime_s = 1234,
     .traffic = {}},  // eth0 was made anew
    {.folder = "server-3.2-x86_64",
     .cpu = {},  // the counters stand still
     // available: 120448 - 6040 + (480000 - 6040) + (40000 - 6040) = 622328, with 1510 pages of 4 KiB as low mark;
     // (1017832 - 622328) / 1017832 = 38.857 %
     .memory = 38.9F,
     .used_mib = 386.2F,  // 395504 / 1024 = 386.23
     .swap = 4.6F,        // 48572 / 1048572 = 4.632 %
     .temperature = {},
     .load_1 = 12.07F,
     .uptime_s = 2592000,
     .traffic = {{"eth0", 0, 0, 0}}},
};

void check_equal(std::optional<float> found, std::optional<float> expected, const char* what) {
  CAPTURE(std::string(what));
  REQUIRE(found.has_value() == expected.has_value());
  if (found) CHECK(*found == *expected);
}

void check_traffic(const rules::Sample& sample, const std::vector<Traffic>& expected) {
  REQUIRE(sample.interface_count == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(sample.interfaces[i].name == expected[i].name);
    CHECK(sample.interfaces[i].received_bytes_per_s == expected[i].received);
    CHECK(sample.interfaces[i].sent_bytes_per_s == expected[i].sent);
    CHECK(sample.interfaces[i].errors_per_s == expected[i].errors);
  }
}

}  // namespace

TEST_CASE("boxes of several kernels, read twice ten seconds apart") {
  for (const Box& box : kBoxes) {
    CAPTURE(std::string(box.folder));
    const fakes::BoxCopy copy(box.folder);
    collect::Host host(copy.procfs_root());
    host.prime(kStart);
    copy.pass_ten_seconds();
    rules::Sample sample;
    host.read(kStart + 10s, sample);

    check_equal(sample.cpu_percent, box.cpu, "cpu_percent");
    check_equal(sample.memory_percent, box.memory, "memory_percent");
    check_equal(sample.memory_used_mib, box.used_mib, "memory_used_mib");
    check_equal(sample.swap_percent, box.swap, "swap_percent");
    check_equal(read_slowly(copy.slow_paths()).temperature_celsius, box.temperature, "temperature_celsius");
    check_equal(sample.load_1, box.load_1, "load_1");
    REQUIRE(sample.uptime_s.has_value());
    CHECK(*sample.uptime_s == box.uptime_s);
    check_traffic(sample, box.traffic);
    CHECK(host.interfaces_left_out() == box.left_out);
  }
}

TEST_CASE("a box without procfs and sysfs has no values but the disk's") {
  const fakes::TemporaryFolder empty;
  collect::Host host(empty.file("proc"));
  host.prime(kStart);
  rules::Sample sample;
  host.read(kStart + 10s, sample);
  CHECK_FALSE(sample.cpu_percent.has_value());
  CHECK_FALSE(sample.memory_percent.has_value());
  CHECK_FALSE(sample.memory_used_mib.has_value());
  CHECK_FALSE(sample.swap_percent.has_value());
  CHECK_FALSE(sample.load_1.has_value());
  CHECK_FALSE(sample.uptime_s.has_value());
  CHECK_FALSE(sample.processes.has_value());
  CHECK_FALSE(sample.zombies.has_value());
  CHECK(sample.interface_count == 0);
  CHECK_FALSE(host.read_memory_pressure().has_value());
  const collect::SlowReading slow = read_slowly({.procfs_root = empty.file("proc"), .sysfs_root = empty.file("sys")});
  CHECK_FALSE(slow.temperature_celsius.has_value());
  CHECK(slow.disk_percent.has_value());
  CHECK(slow.mount_count == 0);
  CHECK_FALSE(slow.all_mounts);
}

TEST_CASE("this very box agrees with what its kernel tells by other ways") {
  collect::Host host;
  host.prime(kStart);
  rules::Sample sample;
  host.read(kStart + 1s, sample);

  struct sysinfo info {};
  REQUIRE(::sysinfo(&info) == 0);
  REQUIRE(sample.uptime_s.has_value());
  CHECK(std::abs(static_cast<double>(*sample.uptime_s) - static_cast<double>(info.uptime)) <= 2);
  REQUIRE(sample.memory_used_mib.has_value());
  // qemu-user cuts the sizes that sysinfo(2) tells a 32-bit program.
  if constexpr (sizeof(info.totalram) == 8) {
    const double total_mib = static_cast<double>(info.totalram) * info.mem_unit / 1048576;
    const double free_mib = static_cast<double>(info.freeram) * info.mem_unit / 1048576;
    CHECK(*sample.memory_used_mib > 0);
    CHECK(*sample.memory_used_mib < total_mib - free_mib + total_mib / 10);
    CHECK(*sample.memory_percent == doctest::Approx(*sample.memory_used_mib / total_mib * 100).epsilon(0.02));
  }
  CHECK(sample.swap_percent.has_value() == (info.totalswap > 0));

  const auto load = [&info](int i) { return static_cast<double>(info.loads[i]) / (1 << SI_LOAD_SHIFT); };
  REQUIRE(sample.load_15.has_value());
  CHECK(*sample.load_1 == doctest::Approx(load(0)).epsilon(0.1));
  CHECK(*sample.load_5 == doctest::Approx(load(1)).epsilon(0.1));
  CHECK(*sample.load_15 == doctest::Approx(load(2)).epsilon(0.1));

  struct statvfs root {};
  REQUIRE(::statvfs("/", &root) == 0);
  const auto used = static_cast<double>(root.f_blocks - root.f_bfree);
  const collect::SlowReading slow = read_slowly({});
  REQUIRE(slow.disk_percent.has_value());
  CHECK(*slow.disk_percent == doctest::Approx(used / (used + static_cast<double>(root.f_bavail)) * 100).epsilon(0.02));
  CHECK(slow.inode_percent.has_value() == (root.f_files > 0));

  REQUIRE(sample.processes.has_value());
  CHECK(*sample.processes >= 1);
  CHECK(*sample.processes <= info.procs + 20U);  // sysinfo counts threads too
  CHECK(*sample.zombies < *sample.processes);
}
