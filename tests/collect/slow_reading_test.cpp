// SPDX-License-Identifier: MIT
#include "collect/slow_reading.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/open_gate.h"
#include "fakes/temporary_folder.h"

namespace {

/// A box with nothing, and what a test writes into it.
struct Box {
  fakes::TemporaryFolder folder;
  fakes::OpenGate gate;
  collect::SlowPaths paths{.procfs_root = folder.file("proc"), .sysfs_root = folder.file("sys")};

  collect::SlowReading read() {
    collect::SlowReading reading;
    gate.asked.clear();
    collect::read_slowly(paths, gate, reading);
    return reading;
  }
  std::string names(const collect::SlowReading& reading) const {
    std::string text;
    for (std::size_t i = 0; i < reading.mount_count; ++i) text += std::string(reading.mounts[i].path.view()) + " ";
    return text;
  }
};

std::string line(const std::string& device, const std::string& point, const std::string& options = "rw",
                 const std::string& type = "ext4", const std::string& root = "/") {
  return "29 1 " + device + " " + root + " " + point + " " + options + " shared:1 - " + type + " /dev/sda " + options +
         "\n";
}

}  // namespace

TEST_CASE_FIXTURE(Box, "a box that tells nothing of its power and its cards") {
  const auto reading = read();
  CHECK_FALSE(reading.undervoltage.has_value());
  CHECK_FALSE(reading.throttled.has_value());
  CHECK_FALSE(reading.card_wear_percent.has_value());
  CHECK_FALSE(reading.read_only_root.has_value());
  CHECK(reading.disk_percent.has_value());
}

TEST_CASE_FIXTURE(Box, "whether Limpet's data is on the heartbeat's disk") {
  paths.disk = folder.path();
  paths.data = folder.file("data");
  CHECK_FALSE(read().data_on_disk);
  folder.write("data/metrics.db", "");
  CHECK(read().data_on_disk);
  paths.data = "/proc";
  CHECK_FALSE(read().data_on_disk);
}

TEST_CASE_FIXTURE(Box, "the chip of the supply is found by its name") {
  folder.write("sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
  folder.write("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n");
  folder.write("sys/class/hwmon/hwmon3/name", "rpi_volt\n");
  folder.write("sys/class/hwmon/hwmon3/in0_lcrit_alarm", "0\n");
  CHECK(read().undervoltage == false);
  folder.write("sys/class/hwmon/hwmon3/in0_lcrit_alarm", "1\n");
  CHECK(read().undervoltage == true);
  folder.write("sys/class/hwmon/hwmon3/in0_lcrit_alarm", "broken\n");
  CHECK_FALSE(read().undervoltage.has_value());
}

TEST_CASE_FIXTURE(Box, "the firmware tells both, and the chip only the supply") {
  folder.write("sys/devices/platform/soc/soc:firmware/get_throttled", "50008\n");
  CHECK(read().undervoltage == false);
  CHECK(read().throttled == true);
  folder.write("sys/class/hwmon/hwmon1/name", "rpi_volt\n");
  folder.write("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
  CHECK(read().undervoltage == true);
}

TEST_CASE_FIXTURE(Box, "of several cards the one that is worn most") {
  folder.write("sys/block/sda/device/life_time", "0x0b 0x0b\n");
  folder.write("sys/block/mmcblk0/device/life_time", "0x02 0x03\n");
  folder.write("sys/block/mmcblk1/device/life_time", "0x01 0x09\n");
  folder.write("sys/block/mmcblk2/device/type", "SD\n");
  CHECK(read().card_wear_percent == 90);
}

TEST_CASE_FIXTURE(Box, "file systems: each once, and those that cannot fill up not at all") {
  const std::string a = folder.file("a b"), b = folder.file("b");
  folder.write("a b/x", "");
  folder.write("b/x", "");
  const std::string escaped = folder.file("a\\040b");
  folder.write("proc/self/mountinfo", line("0:5", "/proc", "rw", "proc") + line("8:1", "/") + line("8:2", escaped) +
                                          line("8:2", b) + line("8:1", "/etc/hosts", "rw", "ext4", "/x") +
                                          line("8:3", "/nowhere/at/all") + "damaged\n" + line("8:4", b, "ro"));
  const auto reading = read();
  CHECK(names(reading) == "/ " + a + " ");
  CHECK(reading.all_mounts);
  CHECK(reading.read_only_root == false);
  CHECK(reading.mounts[0].disk_percent == reading.disk_percent);
}

TEST_CASE_FIXTURE(Box, "a root that is read-only, by its own option or by that of its file system") {
  folder.write("proc/self/mountinfo", line("8:1", "/", "ro"));
  CHECK(read().read_only_root == true);
  folder.write("proc/self/mountinfo", "29 1 8:1 / / rw - ext4 /dev/sda1 ro,errors=remount-ro\n");
  CHECK(read().read_only_root == true);
  folder.write("proc/self/mountinfo", line("0:2", "/", "rw", "rootfs") + line("8:1", "/", "ro"));
  CHECK(read().read_only_root == true);
}

TEST_CASE_FIXTURE(Box, "a table longer than any buffer, with a line that is") {
  std::string table;
  for (int i = 0; i < 400; ++i)
    table += line("0:" + std::to_string(i), "/run/netns/" + std::to_string(i), "rw", "nsfs");
  table += line("0:9", "/merged", "rw,lowerdir=" + std::string(9000, 'x'), "overlay");
  table += line("8:1", "/");
  folder.write("proc/self/mountinfo", table);
  CHECK(names(read()) == "/ ");
}

TEST_CASE_FIXTURE(Box, "those that the configuration names, whatever they are, and more of them than places") {
  paths.mounts = "/proc, /tmp,, /nowhere/at/all ,/";
  const auto reading = read();
  CHECK(names(reading) == "/tmp / ");
  CHECK(reading.all_mounts);
  paths.mounts = "/";
  for (int i = 0; i < 20; ++i) paths.mounts += ",/";
  CHECK(read().mount_count == base::limits::kMounts);
  CHECK(read().mounts_left_out == 21 - base::limits::kMounts);
}

TEST_CASE_FIXTURE(Box, "what does not answer is passed over, and said so") {
  folder.write("proc/self/mountinfo", line("8:1", "/"));
  gate.closed = "/";
  const auto reading = read();
  CHECK_FALSE(reading.disk_percent.has_value());
  CHECK(reading.disk_error.has_value());
  REQUIRE(reading.mount_count == 1);
  CHECK(reading.mounts[0].silent);
  CHECK_FALSE(reading.mounts[0].disk_percent.has_value());
}
