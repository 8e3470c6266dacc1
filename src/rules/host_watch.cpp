// SPDX-License-Identifier: MIT
#include "rules/host_watch.h"

#include <algorithm>

namespace rules {
namespace {

using Level = Threshold::Level;
using enum HostSensor;

constexpr std::array<std::string_view, kHostSensors> kKeys = {
    "cpu",          "memory",    "load",      "zombies", "temperature", "read_only_root",
    "undervoltage", "throttled", "card_wear", "disk",    "inodes",      "silent"};

constexpr Marks kSwap{5, 0, 3, 1};  // percent of it in use
constexpr Marks kZombieCount{HostWatch::kManyZombies, 0, HostWatch::kManyZombies * 0.8F, 1};
// The kernel tells tenths of the life that are used up, or more than all of it.
constexpr Marks kWear{90, 100, 1, 1};
// Alarms come and go within seconds: one is enough to tell, and it is over after so many quiet readings.
constexpr std::uint32_t kQuietReadings = 3;

constexpr std::size_t index_of(HostSensor sensor) { return static_cast<std::size_t>(sensor); }
constexpr HostSensor mount_sensor(std::size_t index) { return static_cast<HostSensor>(kBoxSensors + index); }

EventKind kind_of(Level level) {
  if (level == Level::kCritical) return EventKind::kHostCritical;
  return level == Level::kWarning ? EventKind::kHostRaised : EventKind::kHostCleared;
}

}  // namespace

base::FixedString<63> host_key(HostSensor sensor, std::string_view mount) {
  base::FixedString<63> key(kKeys[index_of(sensor)]);
  if (!mount.empty()) key.append(" ").append(mount);
  return key;
}

Marks HostWatch::marks_of(HostSensor sensor) const {
  switch (sensor) {
    case kCpu:
      return policy_.cpu;
    case kMemory:
      return policy_.memory;
    case kLoad:
      return policy_.load;
    case kZombies:
      return policy_.zombies;
    case kTemperature:
      return policy_.temperature;
    case kDisk:
    case kInodes:
      return policy_.disk;
    case kCardWear:
      return kWear;
    case kReadOnlyRoot:
    case kUndervoltage:
    case kThrottled:
    case kSilent:
      break;
  }
  return {};
}

void HostWatch::remember(std::string_view key, EventKind kind) {
  if (kind != EventKind::kHostRaised && kind != EventKind::kHostCritical) return;
  const Level level = kind == EventKind::kHostCritical ? Level::kCritical : Level::kWarning;
  const std::string_view name = key.substr(0, key.find(' '));
  const auto found = std::ranges::find(kKeys, name);
  if (found == kKeys.end()) return;
  const auto index = static_cast<std::size_t>(found - kKeys.begin());
  State* state = nullptr;
  if (index < kBoxSensors) {
    state = &box_[index];
    root_was_writable_ = root_was_writable_ || index == index_of(kReadOnlyRoot);
  } else if (name.size() < key.size()) {
    Mount* const mount = find_or_make(key.substr(name.size() + 1));
    if (mount != nullptr) state = &mount->states[index - kBoxSensors];
  }
  if (state == nullptr || state->since) return;
  state->threshold.set_level(level);
  state->told = level;
}

HostWatch::Judged HostWatch::judge_memory(const HostReading& reading) const {
  const Sample& sample = reading.sample;
  const Marks& marks = policy_.memory;
  const float used = *sample.memory_percent;
  Verdict verdict = judge(used, marks);
  if (verdict != Verdict::kCritical) {
    verdict = both(verdict, judge(sample.swap_percent.value_or(0), kSwap));
    // One that was critical clears as far below that mark as a warning does below its own.
    if (marks.critical > 0 && used >= marks.critical - (marks.warn - marks.clear)) {
      verdict = either(verdict, Verdict::kBetween);
    }
  }
  const float pressure = marks.warn > 0 ? reading.memory_pressure.value_or(0) : 0;
  return {either(verdict, judge(pressure, kPressure)), used, pressure};
}

HostWatch::Judged HostWatch::judge_zombies(const Sample& sample) const {
  const std::uint32_t zombies = *sample.zombies;
  const auto value = static_cast<float>(zombies);
  const Marks& marks = policy_.zombies;
  if (marks.warn <= 0 || zombies < kFewZombies) return {Verdict::kClear, value};
  const float share = 100 * value / static_cast<float>(std::max(sample.processes.value_or(zombies), 1U));
  return {either(judge(share, marks), judge(value, kZombieCount)), value};
}

std::optional<HostWatch::Judged> HostWatch::judge_box(HostSensor sensor, const HostReading& reading) {
  const auto flag = [](std::optional<bool> raised, Verdict verdict) -> std::optional<Judged> {
    if (!raised) return std::nullopt;
    return Judged{*raised ? verdict : Verdict::kClear, 0};
  };
  const auto number = [](std::optional<float> value, const Marks& marks) -> std::optional<Judged> {
    if (!value) return std::nullopt;
    return Judged{judge(*value, marks), *value};
  };
  const Sample& sample = reading.sample;
  switch (sensor) {
    case kCpu:
      return number(sample.cpu_percent, policy_.cpu);
    case kMemory:
      return sample.memory_percent ? std::optional(judge_memory(reading)) : std::nullopt;
    case kLoad: {
      if (!sample.load_1) return std::nullopt;
      const auto cores = static_cast<float>(std::max(reading.cores, 1U));
      return Judged{judge(*sample.load_1 / cores, policy_.load), *sample.load_1};
    }
    case kZombies:
      return sample.zombies ? std::optional(judge_zombies(sample)) : std::nullopt;
    case kTemperature:
      return number(sample.temperature_celsius, policy_.temperature);
    case kReadOnlyRoot:
      root_was_writable_ = root_was_writable_ || reading.read_only_root == false;
      return root_was_writable_ ? flag(reading.read_only_root, Verdict::kCritical) : std::nullopt;
    case kUndervoltage:
      return flag(reading.undervoltage, Verdict::kWarning);
    case kThrottled:
      return flag(reading.throttled, Verdict::kWarning);
    case kCardWear:
      return number(reading.card_wear_percent, kWear);
    case kDisk:
    case kInodes:
    case kSilent:
      break;
  }
  return std::nullopt;
}

void HostWatch::apply(State& state, Judged judged, std::uint32_t samples, base::SteadyTime now) {
  state.value = judged.value;
  state.pressure = judged.pressure;
  state.newest = judged.verdict;
  const bool was_well = state.threshold.level() == Level::kWell;
  if (!state.threshold.on_reading(judged.verdict, std::max(samples, 1U))) return;
  if (was_well) state.since = now;
}

void HostWatch::on_reading(const HostReading& reading, base::SteadyTime now) {
  for (std::size_t i = 0; i < kBoxSensors; ++i) {
    const auto sensor = static_cast<HostSensor>(i);
    const auto judged = judge_box(sensor, reading);
    if (!judged) continue;
    const bool alarm = sensor == kUndervoltage || sensor == kThrottled;
    const bool quiet = alarm && judged->verdict == Verdict::kClear;
    apply(box_[i], *judged, quiet ? kQuietReadings : marks_of(sensor).samples, now);
  }
  for (Mount& mount : mounts_) mount.seen = false;
  mounts_left_out_ = 0;
  for (const MountReading& mount : reading.mounts) on_mount(mount, now);
  if (!reading.all_mounts) return;
  for (Mount& mount : mounts_) {
    mount.gone = !mount.seen;
    if (mount.seen || mount.path.empty()) continue;
    const bool told = std::ranges::any_of(mount.states, [](const State& s) { return s.told != Level::kWell; });
    for (State& state : mount.states) state.threshold.set_level(Level::kWell);
    if (!told) mount = {};
  }
}

void HostWatch::on_mount(const MountReading& reading, base::SteadyTime now) {
  Mount* const mount = find_or_make(reading.path);
  if (mount == nullptr) {
    ++mounts_left_out_;
    return;
  }
  mount->seen = true;
  const auto state = [mount](HostSensor sensor) -> State& { return mount->states[index_of(sensor) - kBoxSensors]; };
  const Marks& marks = policy_.disk;
  const auto level = [&](HostSensor sensor, std::optional<float> percent) {
    if (percent) apply(state(sensor), {judge(*percent, marks), *percent}, marks.samples, now);
  };
  level(kDisk, reading.disk_percent);
  level(kInodes, reading.inode_percent);
  apply(state(kSilent), {reading.silent ? Verdict::kWarning : Verdict::kClear, 0}, 1, now);
}

HostWatch::Mount* HostWatch::find_or_make(std::string_view path) {
  const MountPath wanted(path);
  if (wanted.empty()) return nullptr;
  auto place = std::ranges::find(mounts_, wanted, &Mount::path);
  if (place == mounts_.end()) {
    place = std::ranges::find_if(mounts_, [](const Mount& mount) { return mount.path.empty(); });
    if (place == mounts_.end()) return nullptr;
    place->path = wanted;
  }
  return &*place;
}

const HostWatch::State* HostWatch::find_state(HostSensor sensor, std::string_view mount) const {
  if (index_of(sensor) < kBoxSensors) return &box_[index_of(sensor)];
  const auto found = std::ranges::find(mounts_, mount, [](const Mount& one) { return one.path.view(); });
  return found != mounts_.end() && !mount.empty() ? &found->states[index_of(sensor) - kBoxSensors] : nullptr;
}

Level HostWatch::level(HostSensor sensor, std::string_view mount) const {
  const State* const found = find_state(sensor, mount);
  return found != nullptr ? found->threshold.level() : Level::kWell;
}

bool HostWatch::is_high(HostSensor sensor, std::string_view mount) const {
  const State* const found = find_state(sensor, mount);
  return found != nullptr && found->newest >= Verdict::kWarning;
}

std::string_view HostWatch::mount_of(std::string_view folder) const {
  std::string_view best;
  for (const Mount& mount : mounts_) {
    const std::string_view path = mount.path.view();
    if (path.size() <= best.size() || !folder.starts_with(path)) continue;
    const bool whole = path == "/" || folder.size() == path.size() || folder[path.size()] == '/';
    if (whole) best = path;
  }
  return best;
}

std::optional<HostWatch::News> HostWatch::news_of(State& state, HostSensor sensor, const Mount* mount,
                                                  const Marks& marks) {
  const Level level = state.threshold.level();
  if (level == state.told) return std::nullopt;
  state.told = level;
  News news{.kind = kind_of(level),
            .problem = {.sensor = sensor,
                        .mount = mount != nullptr ? mount->path.view() : std::string_view(),
                        .level = level,
                        .value = state.value,
                        .marks = marks,
                        .since = state.since,
                        .pressure = state.pressure},
            .gone = mount != nullptr && mount->gone};
  return news;
}

std::optional<HostWatch::News> HostWatch::take_news() {
  for (std::size_t i = 0; i < kBoxSensors; ++i) {
    const auto sensor = static_cast<HostSensor>(i);
    if (auto news = news_of(box_[i], sensor, nullptr, marks_of(sensor))) return news;
  }
  for (Mount& mount : mounts_) {
    for (std::size_t i = 0; i < kMountSensors && !mount.path.empty(); ++i) {
      if (auto news = news_of(mount.states[i], mount_sensor(i), &mount, marks_of(mount_sensor(i)))) return news;
    }
  }
  return std::nullopt;
}

std::optional<HostWatch::Problem> HostWatch::problem(std::size_t index) const {
  const auto is_next = [&index](const State& state) { return state.threshold.level() != Level::kWell && index-- == 0; };
  const auto describe = [this](const State& state, HostSensor sensor, std::string_view mount) {
    return Problem{sensor, mount, state.threshold.level(), state.value, marks_of(sensor), state.since, state.pressure};
  };
  for (std::size_t i = 0; i < kBoxSensors; ++i) {
    if (is_next(box_[i])) return describe(box_[i], static_cast<HostSensor>(i), {});
  }
  for (const Mount& mount : mounts_) {
    for (std::size_t i = 0; i < kMountSensors; ++i) {
      if (is_next(mount.states[i])) return describe(mount.states[i], mount_sensor(i), mount.path);
    }
  }
  return std::nullopt;
}

}  // namespace rules
