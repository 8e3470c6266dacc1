// SPDX-License-Identifier: MIT
// The disks' health as the pages show it.
#include <algorithm>

#include "app/smart_monitor.h"

namespace app {
namespace {

using rules::Disk;
using rules::DiskHealth;

bool is_failing(const Disk& disk) { return disk.report.health == DiskHealth::kFailed; }

web::Condition condition_of(const Disk& disk) {
  switch (disk.health()) {
    case DiskHealth::kPassed:
      return web::Condition::kWell;
    case DiskHealth::kFailed:
      return web::Condition::kCritical;
    case DiskHealth::kAsleep:
      return is_failing(disk) ? web::Condition::kCritical : web::Condition::kPaused;
    case DiskHealth::kVirtual:
      return web::Condition::kEnded;
    case DiskHealth::kUnknown:
      break;
  }
  return web::Condition::kUnknown;
}

}  // namespace

web::ListStatus SmartMonitor::status() const {
  using State = web::ListStatus::State;
  const bool none = listed_ && count_ == 0 && off_.empty();
  return {.state = none || !off_.empty() ? State::kOff
                   : listed_             ? State::kOn
                                         : State::kUnknown,
          .reason = none                       ? "There is no disk here that can be asked about its health."
                    : !listed_ && off_.empty() ? "The disks are asked a few seconds after the start."
                                               : off_.view(),
          .size = count_,
          .revision = revision_};
}

std::optional<web::DiskRow> SmartMonitor::row(std::size_t index) const {
  if (index >= count_) return std::nullopt;
  const Disk& disk = disks_[index];
  web::DiskRow row;
  row.device = disk.name;
  row.model = disk.report.model;
  row.condition = web::Condition::kUnknown;
  row.health = rules::disk_health_name(DiskHealth::kUnknown);
  row.text = off_;
  if (!off_.empty()) return row;
  std::array<char, 256> room;
  base::TextWriter facts(room);
  rules::write_disk_facts(disk, facts);
  text_ = facts.view();
  row.text = text_;
  row.health = rules::disk_health_name(disk.health());
  row.condition = condition_of(disk);
  if (!disk.asleep) row.temperature_celsius = disk.report.temperature_celsius;
  if (disk.asked_at) row.asked = parts_.loop.clock().steady_now() - *disk.asked_at;
  return row;
}

web::ListStatus SmartMonitor::Problems::status() const {
  return {.state = web::ListStatus::State::kOn,
          .reason = {},
          .size = static_cast<std::size_t>(std::ranges::count_if(owner.disks(), is_failing)),
          .revision = owner.revision_};
}

std::optional<web::ProblemRow> SmartMonitor::Problems::row(std::size_t index) const {
  for (const Disk& disk : owner.disks()) {
    if (!is_failing(disk) || index-- > 0) continue;
    owner.text_.clear();
    owner.text_.append("The disk ").append(disk.name).append(" says that it is failing");
    web::ProblemRow row;
    row.part = "smart";
    row.what = owner.text_;
    row.done = "Limpet only tells: save what is on it now, then replace it.";
    row.condition = web::Condition::kCritical;
    return row;
  }
  return std::nullopt;
}

void SmartMonitor::write_metrics(web::MetricsWriter& out) const {
  const auto each = [&](const char* name, const char* help, auto value) {
    bool begun = false;
    for (const Disk& disk : disks()) {
      const std::optional<double> number = value(disk);
      if (!number) continue;
      if (!std::exchange(begun, true)) out.family(name, "gauge", help);
      out.sample(name, {{"device", disk.name}}, *number);
    }
  };
  each("disk_health_passed", "1 while a disk says of itself that it is well, 0 when it is failing.",
       [](const Disk& disk) -> std::optional<double> {
         const bool says = disk.report.health == DiskHealth::kPassed || is_failing(disk);
         return says ? std::optional(is_failing(disk) ? 0.0 : 1.0) : std::nullopt;
       });
  each("disk_temperature_celsius", "How hot a disk was when it was asked.",
       [](const Disk& disk) -> std::optional<double> {
         const auto celsius = disk.asleep ? std::nullopt : disk.report.temperature_celsius;
         return celsius ? std::optional(static_cast<double>(*celsius)) : std::nullopt;
       });
  out.counter("smart_rows_lost_total", "Answers of disks that the database did not take in time.", rows_lost_);
}

}  // namespace app
