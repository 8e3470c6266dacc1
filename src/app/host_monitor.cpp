// SPDX-License-Identifier: MIT
#include "app/host_monitor.h"

#include <unistd.h>

#include <algorithm>

#include "base/human.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "rules/host_text.h"

namespace app {
namespace {

using Level = rules::Threshold::Level;

rules::Marks marks(std::uint32_t warn, std::uint32_t critical, std::uint32_t clear, std::uint32_t samples) {
  return {static_cast<float>(warn), static_cast<float>(critical), static_cast<float>(clear), samples};
}

rules::HostPolicy policy_of(const config::Settings& s) {
  return {.cpu = marks(s.cpu_warn, s.cpu_critical, s.cpu_clear, s.cpu_samples),
          .memory = marks(s.memory_warn, s.memory_critical, s.memory_clear, s.memory_samples),
          .load = marks(s.load_warn, s.load_critical, s.load_clear, s.load_samples),
          .zombies = marks(s.zombies_warn, s.zombies_critical, s.zombies_clear, s.zombies_samples),
          .temperature = marks(s.temperature_warn, s.temperature_critical, s.temperature_clear, s.temperature_samples),
          .disk = marks(s.disk_warn, s.disk_critical, s.disk_clear, s.disk_samples)};
}

void write_fields(const rules::HostWatch::Problem& problem, rules::Event& event) {
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter out(room);
  base::FixedString<31> value;
  value.appendf("%.1f", static_cast<double>(problem.value));
  const auto sensor = rules::host_key(problem.sensor, {});
  base::JsonWriter(out)
      .begin_object()
      .text("sensor", sensor)
      .text("mount", problem.mount)
      .text("value", value)
      .end_object();
  if (!out.overflowed()) event.fields = out.view();
}

}  // namespace

HostMonitor::HostMonitor(const Parts& parts) : parts_(parts) { parts.turn_commit.add(*this); }

void HostMonitor::reconfigure(std::string_view host_name) {
  host_name_ = base::FixedString<64>(host_name);
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  cores_ = cores > 0 ? static_cast<unsigned>(cores) : 1;
  watch_.configure(policy_of(parts_.settings));
}

void HostMonitor::on_cycle(const rules::Sample& sample, std::optional<float> memory_pressure) {
  memory_pressure_ = memory_pressure;
  watch_.on_reading({.sample = sample,
                     .cores = cores_,
                     .memory_pressure = memory_pressure,
                     .read_only_root = slow_.read_only_root,
                     .undervoltage = slow_.undervoltage,
                     .throttled = slow_.throttled,
                     .card_wear_percent = slow_.card_wear_percent,
                     .mounts = std::span(slow_.mounts).first(slow_.mount_count),
                     .all_mounts = slow_.all_mounts},
                    parts_.clock.steady_now());
  const std::uint32_t left_out = slow_.mounts_left_out + watch_.mounts_left_out();
  if (left_out > 0 && !std::exchange(left_out_told_, true)) {
    base::log::warn(
        "There are %u file systems more than the %zu that can be watched; name those that matter in [disk] "
        "mounts",
        left_out, base::limits::kMounts);
  }
  tell();
}

void HostMonitor::on_minute(const rules::Sample& sample) {
  parts_.log.add(store::SystemMetricsRow{.time = parts_.clock.wall_now(),
                                         .cpu_percent = sample.cpu_percent,
                                         .memory_percent = sample.memory_percent,
                                         .disk_percent = sample.disk_percent,
                                         .temperature_celsius = sample.temperature_celsius,
                                         .uptime_s = sample.uptime_s,
                                         .processes = sample.processes,
                                         .load_1 = sample.load_1,
                                         .inode_percent = sample.inode_percent,
                                         .swap_percent = sample.swap_percent});
}

// What there is no room for waits for the next cycle.
void HostMonitor::tell() {
  while (parts_.alerts.room() > 0) {
    const auto news = watch_.take_news();
    if (!news) return;
    raise(*news);
  }
}

void HostMonitor::raise(const rules::HostWatch::News& news) {
  const base::SteadyTime now = parts_.clock.steady_now();
  rules::Event event = rules::make_event(news.kind, parts_.clock.wall_now(), now,
                                         rules::host_key(news.problem.sensor, news.problem.mount));
  event.subject = rules::host_subject(news.problem);
  std::array<char, 1024> room;
  base::TextWriter text(room);
  rules::write_host_news(news, host_name_, cores_, now, text);
  event.text.append(text.view());
  write_fields(news.problem, event);
  text.clear();
  rules::write_host_state(news.problem, news.gone, cores_, text);
  const auto size = static_cast<int>(text.size());
  if (news.kind == rules::EventKind::kHostCleared) {
    base::log::info("%.*s", size, text.view().data());
  } else {
    base::log::warn("%.*s", size, text.view().data());
  }
  parts_.alerts.raise(event);
}

lib::SqliteResult<void> HostMonitor::on_opened(lib::SqliteDatabase& database) {
  return store::list_open(database, rules::Monitor::kHost,
                          base::Callback<const store::OpenAlert&>::to<&HostMonitor::remember>(*this));
}

base::FixedString<63> HostMonitor::disk_text() const {
  base::FixedString<63> text;
  if (slow_.disk_bytes == 0) return text;
  return text.append(base::format_bytes(slow_.disk_used_bytes))
      .append(" of ")
      .append(base::format_bytes(slow_.disk_bytes));
}

void HostMonitor::write_metrics(web::MetricsWriter& out) const {
  if (memory_pressure_) {
    out.gauge("host_memory_pressure_ratio", "Share of ten seconds in which all work waited for memory.",
              static_cast<double>(*memory_pressure_) / 100);
  }
  const auto mounts = std::span(slow_.mounts).first(slow_.mount_count);
  const auto each = [&](const char* name, const char* help, std::optional<float> rules::MountReading::*value) {
    if (std::ranges::none_of(mounts, [value](const auto& mount) { return (mount.*value).has_value(); })) return;
    out.family(name, "gauge", help);
    for (const rules::MountReading& mount : mounts) {
      if (mount.*value) out.sample(name, {{"mount", mount.path}}, static_cast<double>(*(mount.*value)) / 100);
    }
  };
  each("host_filesystem_ratio", "How full a file system is.", &rules::MountReading::disk_percent);
  each("host_filesystem_inodes_ratio", "Inodes of a file system in use.", &rules::MountReading::inode_percent);
  double problems = 0;
  while (watch_.problem(static_cast<std::size_t>(problems))) ++problems;
  out.gauge("host_problems", "What is wrong with the box itself.", problems);
}

// What is done for its sake; empty: nothing.
base::FixedString<119> HostMonitor::healing_words(const rules::HostWatch::Problem& problem) const {
  using rules::TargetKind;
  const auto words = [this](TargetKind kind) { return parts_.healing.words(kind, rules::target_kind_name(kind)); };
  if (problem.sensor == rules::HostSensor::kMemory) return words(TargetKind::kMemory);
  if (problem.sensor == rules::HostSensor::kCpu) return words(TargetKind::kCpu);
  const bool full = problem.sensor == rules::HostSensor::kDisk || problem.sensor == rules::HostSensor::kInodes;
  if (full && problem.mount == watch_.mount_of(parts_.settings.disk)) return words(TargetKind::kDisk);
  return {};
}

web::ListStatus HostMonitor::status() const {
  std::size_t size = 0;
  while (watch_.problem(size)) ++size;
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = size, .revision = 0};
}

std::optional<web::ProblemRow> HostMonitor::row(std::size_t index) const {
  const auto problem = watch_.problem(index);
  if (!problem) return std::nullopt;
  std::array<char, 160> room;
  base::TextWriter text(room);
  rules::write_host_state(*problem, false, cores_, text);
  what_ = text.view();
  const auto healing = healing_words(*problem);
  done_ = healing.empty() ? "Limpet only tells: " : "Healing: ";
  done_.append(healing.empty() ? rules::host_advice(problem->sensor) : healing.view()).append(".");
  web::ProblemRow row;
  row.part = problem->sensor == rules::HostSensor::kCardWear ? "smart" : "box";
  row.what = what_;
  row.done = done_;
  row.condition = problem->level == Level::kCritical ? web::Condition::kCritical : web::Condition::kWarning;
  if (problem->since) row.age = parts_.clock.steady_now() - *problem->since;
  return row;
}

}  // namespace app
