// SPDX-License-Identifier: MIT
#include "collect/slow_reading.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "base/comma_list.h"
#include "collect/host_temperature.h"
#include "os/board_health.h"
#include "os/directory.h"
#include "os/disk_space.h"
#include "os/mountinfo.h"
#include "os/read_file.h"
#include "os/unique_fd.h"
#include "rules/mount_choice.h"
#include "rules/usage_percent.h"

namespace collect {
namespace {

using NamePath = base::FixedString<320>;  // NAME_MAX is 255

std::optional<float> disk_percent(const os::DiskSpace& space) {
  const double used = static_cast<double>(space.blocks) - static_cast<double>(space.free_blocks);
  return rules::usage_percent(used, used + static_cast<double>(space.available_blocks));
}

std::optional<float> inode_percent(const os::DiskSpace& space) {
  const auto files = static_cast<double>(space.files);
  return rules::usage_percent(files - static_cast<double>(space.free_files), files);
}

void read_disk(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  if (!gate.ask(paths.disk)) {
    reading.disk_error = base::Error::from_errno(ETIMEDOUT, "read the space of", paths.disk);
    return;
  }
  const auto space = os::read_disk_space(paths.disk);
  if (!space) {
    reading.disk_error = space.error();
    return;
  }
  reading.disk_percent = disk_percent(*space);
  reading.inode_percent = inode_percent(*space);
  reading.disk_used_bytes = (space->blocks - space->free_blocks) * space->block_bytes;
  reading.disk_bytes = space->blocks * space->block_bytes;
  struct stat disk {
  }, data{};
  reading.data_on_disk =
      ::stat(paths.disk.c_str(), &disk) == 0 && ::stat(paths.data.c_str(), &data) == 0 && disk.st_dev == data.st_dev;
}

void read_temperature(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  if (!gate.ask("temperature")) return;
  std::array<char, 64> text;
  rules::Sample sample;
  HostTemperature(paths.sysfs_root).read(text, sample);
  reading.temperature_celsius = sample.temperature_celsius;
}

// The chip that watches a Raspberry Pi's supply is found by its name: hwmon's numbers are those of the boot's order.
std::optional<bool> read_supply_alarm(const std::string& sysfs_root) {
  auto chips = os::Directory::open(sysfs_root, "/class/hwmon");
  while (chips) {
    const auto chip = chips->next();
    if (!chip || !*chip) return std::nullopt;
    std::array<char, 64> text;
    const auto name = chips->read_head(NamePath(**chip).append("/name").c_str(), text);
    if (!name || !name->starts_with("rpi_volt")) continue;
    const auto alarm = chips->read_head(NamePath(**chip).append("/in0_lcrit_alarm").c_str(), text);
    return alarm ? os::parse_alarm(*alarm) : std::nullopt;
  }
  return std::nullopt;
}

void read_power(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  if (!gate.ask("power")) return;
  std::array<char, 64> text;
  const auto throttling = os::read_head(paths.sysfs_root, "/devices/platform/soc/soc:firmware/get_throttled", text);
  if (const auto bits = throttling ? os::parse_throttling(*throttling) : std::nullopt) {
    reading.undervoltage = bits->undervoltage;
    reading.throttled = bits->throttled;
  }
  if (const auto alarm = read_supply_alarm(paths.sysfs_root)) {
    reading.undervoltage = reading.undervoltage.value_or(false) || *alarm;
  }
}

void read_wear(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  if (!gate.ask("card wear")) return;
  auto disks = os::Directory::open(paths.sysfs_root, "/block");
  while (disks) {
    const auto disk = disks->next();
    if (!disk || !*disk) return;
    if (!(*disk)->starts_with("mmcblk")) continue;
    std::array<char, 64> text;
    const auto life = disks->read_head(NamePath(**disk).append("/device/life_time").c_str(), text);
    const auto used = life ? os::parse_life_used_percent(*life) : std::nullopt;
    if (used) reading.card_wear_percent = std::max(*used, reading.card_wear_percent.value_or(0));
  }
}

void add_mount(std::string_view path, SlowGate& gate, SlowReading& reading) {
  if (reading.mount_count == reading.mounts.size()) {
    ++reading.mounts_left_out;
    return;
  }
  rules::MountReading mount;
  mount.path = rules::MountPath(path);
  mount.silent = !gate.ask(path);
  if (!mount.silent) {
    const auto space = os::read_disk_space(std::string(path));
    // One that this user may not look at, or that has no blocks, is no concern.
    if (!space || space->blocks == 0) return;
    mount.disk_percent = disk_percent(*space);
    mount.inode_percent = inode_percent(*space);
  }
  reading.mounts[reading.mount_count++] = mount;
}

// Looks at the lines of the table one by one: with a hundred containers it is longer than any buffer of ours.
class MountTable {
 public:
  MountTable(const SlowPaths& paths, SlowGate& gate, SlowReading& reading)
      : paths_(paths), gate_(gate), reading_(reading) {}

  void read() {
    const auto path = os::rooted_path(paths_.procfs_root, "/self/mountinfo");
    if (!path) return;
    const os::UniqueFd fd(::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::size_t size = 0;
    bool skipping = false;
    while (fd) {
      const ssize_t got = ::read(fd.get(), text_.data() + size, text_.size() - size);
      if (got < 0) return;
      if (got == 0) break;
      size = take_lines(size + static_cast<std::size_t>(got), skipping);
    }
    reading_.all_mounts = static_cast<bool>(fd) && paths_.mounts.empty();
  }

 private:
  // Gives how much of a line is left at the beginning; one that fills the whole room is passed over.
  std::size_t take_lines(std::size_t size, bool& skipping) {
    std::string_view rest(text_.data(), size);
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      if (!skipping) take_line(rest.substr(0, end));
      skipping = false;
    }
    if (rest.size() == text_.size()) {
      skipping = true;
      return 0;
    }
    std::memmove(text_.data(), rest.data(), rest.size());
    return rest.size();
  }

  void take_line(std::string_view line) {
    const auto mount = os::parse_mount_line(line);
    if (!mount) return;
    const bool read_only = os::has_option(mount->options, "ro") || os::has_option(mount->super_options, "ro");
    // What is mounted there last hides what was there before.
    if (mount->point.view() == "/") reading_.read_only_root = read_only;
    if (!paths_.mounts.empty()) return;
    const rules::MountFacts facts{mount->point, mount->root, mount->type, mount->source, read_only};
    if (!rules::mount_wanted(facts) || seen(mount->device)) return;
    add_mount(mount->point, gate_, reading_);
  }

  bool seen(std::string_view device) {
    const auto end = devices_.begin() + static_cast<std::ptrdiff_t>(device_count_);
    if (std::find(devices_.begin(), end, device) != end) return true;
    if (device_count_ < devices_.size()) devices_[device_count_++] = device;
    return false;
  }

  const SlowPaths& paths_;
  SlowGate& gate_;
  SlowReading& reading_;
  std::array<base::FixedString<23>, 4 * base::limits::kMounts> devices_;
  std::size_t device_count_ = 0;
  std::array<char, 8192> text_;
};

void read_mounts(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  MountTable(paths, gate, reading).read();
  if (paths.mounts.empty()) return;
  std::string_view list = paths.mounts;
  while (!list.empty()) {
    const std::string_view path = base::take_list_item(list);
    if (!path.empty()) add_mount(path, gate, reading);
  }
  reading.all_mounts = true;
}

}  // namespace

void read_slowly(const SlowPaths& paths, SlowGate& gate, SlowReading& reading) {
  read_disk(paths, gate, reading);
  read_temperature(paths, gate, reading);
  read_power(paths, gate, reading);
  read_wear(paths, gate, reading);
  read_mounts(paths, gate, reading);
}

}  // namespace collect
