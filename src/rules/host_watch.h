// SPDX-License-Identifier: MIT
// What is worth telling about the box itself: from a cycle's readings to what is too high, too hot, too full or not as
// it was. Holds one threshold for each sensor, no text and no clock. Pure.
//
// For each sensor there is the level that it has and the level that people were told. Whoever asks for news gets one
// at a time, and may leave the rest for later: what is not true any more by then is never told. What an earlier run
// told is remembered, so that its end is told by this one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "rules/event_kind.h"
#include "rules/sample.h"
#include "rules/threshold.h"

namespace rules {

enum class HostSensor : std::uint8_t {
  kCpu,
  kMemory,
  kLoad,
  kZombies,
  kTemperature,
  kReadOnlyRoot,
  kUndervoltage,
  kThrottled,
  kCardWear,
  // Of each file system:
  kDisk,
  kInodes,
  kSilent,  // it does not answer
};
inline constexpr std::size_t kHostSensors = 12;
inline constexpr std::size_t kBoxSensors = static_cast<std::size_t>(HostSensor::kDisk);
inline constexpr std::size_t kMountSensors = kHostSensors - kBoxSensors;

/// A longer one is cut: two of them that begin alike for so long would be taken for one.
using MountPath = base::FixedString<55>;

struct MountReading {
  MountPath path;
  std::optional<float> disk_percent;   // as df(1) has it
  std::optional<float> inode_percent;  // absent where the file system has no fixed inodes
  bool silent = false;                 // it was asked and did not answer in time
};

/// What a cycle found. Absent is what this box does not have, or what could not be read now.
struct HostReading {
  const Sample& sample;
  unsigned cores = 1;
  std::optional<float> memory_pressure = {};  // share of the last 10 s in which all work waited for memory, percent
  std::optional<bool> read_only_root = {};
  std::optional<bool> undervoltage = {};
  std::optional<bool> throttled = {};
  std::optional<std::uint8_t> card_wear_percent = {};  // at most; of the flash memory's life
  std::span<const MountReading> mounts = {};
  bool all_mounts = false;  // a file system that is not among them is not mounted any more
};

/// Marks of 0 for warn: the sensor is not judged.
struct HostPolicy {
  Marks cpu{90, 95, 80, 3};
  Marks memory{80, 95, 75, 2};
  Marks load{2, 4, 1, 3};      // times the cores
  Marks zombies{5, 10, 3, 2};  // percent of the processes; see also kManyZombies
  Marks temperature{75, 82, 70, 2};
  Marks disk{90, 95, 87, 1};  // also for inodes
};

class HostWatch {
 public:
  /// So many zombies are too many, whatever their share; and so few never are: on a box of twenty processes one would
  /// be 5 %.
  static constexpr std::uint32_t kManyZombies = 100;
  static constexpr std::uint32_t kFewZombies = 5;
  /// Of HostReading::memory_pressure; judged where memory is.
  static constexpr Marks kPressure{10, 0, 5, 1};

  struct Problem {
    HostSensor sensor{};
    std::string_view mount;  // of kDisk, kInodes and kSilent
    Threshold::Level level{};
    float value = 0;
    Marks marks;  // with a warn of 0: it has none
    std::optional<base::SteadyTime> since;
    float pressure = 0;  // of kMemory: HostReading's
  };
  struct News {
    EventKind kind{};
    Problem problem;    // of kHostCleared: with the value that it has now
    bool gone = false;  // the file system is not mounted any more
  };

  void configure(const HostPolicy& policy) { policy_ = policy; }
  /// An alert of an earlier run whose end was not told: its key, as host_key() gives it, and its kind.
  void remember(std::string_view key, EventKind kind);

  void on_reading(const HostReading& reading, base::SteadyTime now);
  std::optional<News> take_news();

  /// Of one of the box's own sensors, or of that of the file system `mount`: its level, and whether the newest reading
  /// was over its mark.
  Threshold::Level level(HostSensor sensor, std::string_view mount = {}) const;
  bool is_high(HostSensor sensor, std::string_view mount = {}) const;
  /// The file system that a folder is on, among those that are watched, by its path; empty: none.
  std::string_view mount_of(std::string_view folder) const;

  /// What is wrong now, in no particular order; nothing past the last.
  std::optional<Problem> problem(std::size_t index) const;
  /// File systems that found no place.
  std::uint32_t mounts_left_out() const { return mounts_left_out_; }

 private:
  struct State {
    Threshold threshold;
    Verdict newest = Verdict::kClear;
    Threshold::Level told = Threshold::Level::kWell;
    float value = 0;
    float pressure = 0;
    std::optional<base::SteadyTime> since;  // when it was raised; of one from an earlier run it is not known
  };
  struct Mount {
    MountPath path;  // empty: a free place
    bool seen = false;
    bool gone = false;
    std::array<State, kMountSensors> states;
  };
  struct Judged {
    Verdict verdict{};
    float value = 0;
    float pressure = 0;
  };

  static std::optional<News> news_of(State& state, HostSensor sensor, const Mount* mount, const Marks& marks);
  std::optional<Judged> judge_box(HostSensor sensor, const HostReading& reading);
  Judged judge_memory(const HostReading& reading) const;
  Judged judge_zombies(const Sample& sample) const;
  void on_mount(const MountReading& reading, base::SteadyTime now);
  const State* find_state(HostSensor sensor, std::string_view mount) const;
  Mount* find_or_make(std::string_view path);
  Marks marks_of(HostSensor sensor) const;
  static void apply(State& state, Judged judged, std::uint32_t samples, base::SteadyTime now);

  HostPolicy policy_;
  std::array<State, kBoxSensors> box_;
  std::array<Mount, base::limits::kMounts> mounts_;
  std::uint32_t mounts_left_out_ = 0;
  bool root_was_writable_ = false;
};

/// "cpu", "disk /mnt": the same for a problem and its end.
base::FixedString<63> host_key(HostSensor sensor, std::string_view mount);

}  // namespace rules
