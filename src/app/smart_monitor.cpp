// SPDX-License-Identifier: MIT
#include "app/smart_monitor.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "heal/smartctl.h"
#include "os/directory.h"
#include "os/kernel_text.h"
#include "store/smart_table.h"

namespace app {
namespace {

using rules::Disk;
using rules::DiskHealth;

// A little longer than smartctl itself may take.
constexpr std::chrono::seconds kPatience = heal::kSmartctlLongest + std::chrono::seconds(2);

base::FixedString<63> key_of(const Disk& disk) { return base::FixedString<63>("disk ").append(disk.name); }

rules::EventKind kind_of(Disk::News news) {
  return news == Disk::News::kFailing ? rules::EventKind::kSmartFailing : rules::EventKind::kSmartRecovered;
}

// A card reader without a card has a disk of no size.
bool has_medium(const os::Directory& blocks, std::string_view name) {
  std::array<char, 32> room;
  const auto size = blocks.read_head(base::FixedString<47>(name).append("/size").c_str(), room);
  return !size || os::parse_unsigned(size->substr(0, size->find('\n'))) != 0U;
}

void tell_log(const Disk& disk) {
  std::array<char, 256> room;
  base::TextWriter facts(room);
  rules::write_disk_facts(disk, facts);
  const std::string_view health = rules::disk_health_name(disk.health());
  base::log::info("Disk %s: %.*s%s%.*s", disk.name.c_str(), static_cast<int>(health.size()), health.data(),
                  facts.size() == 0 ? "" : ", ", static_cast<int>(facts.size()), facts.view().data());
}

}  // namespace

SmartMonitor::SmartMonitor(const Parts& parts)
    : parts_(parts),
      call_(parts.helper, heal::Operation::kSmartctl, heal::HelperCall::OnReply::to<&SmartMonitor::on_helper>(*this)),
      answer_(parts.loop, base::Callback<const rules::DiskReport&>::to<&SmartMonitor::on_answer>(*this)),
      timer_(parts.loop, "disks", base::Callback<>::to<&SmartMonitor::on_time>(*this)),
      problems_(*this) {
  parts.turn_commit.add(*this);
}

void SmartMonitor::begin() { timer_.arm_after(kSoon); }

void SmartMonitor::reconfigure(const config::Settings& before) {
  const config::Settings& now = parts_.settings;
  const bool same = now.smart_program == before.smart_program && now.smart_interval == before.smart_interval &&
                    now.sysfs_root == before.sysfs_root;
  if (same && off_.empty()) return;
  call_.cancel();
  answer_.cancel();
  asking_ = false;
  timer_.arm_after(kSoon);
}

void SmartMonitor::on_time() { asking_ ? ask_next() : begin_round(); }

// /sys/block has a folder for each disk, see Documentation/ABI/stable/sysfs-block.
void SmartMonitor::begin_round() {
  off_.clear();
  at_ = 0;
  if (auto blocks = os::Directory::open(parts_.settings.sysfs_root, "/block"); blocks) {
    list_disks(*blocks);
  } else {
    off_.append("The disks are not known: ").append(blocks.error().text());
  }
  if (parts_.settings.smart_program.empty()) {
    off_ = "[smart] smartctl is empty: no disk is asked";
  } else if (!parts_.has_helper) {
    off_ = "Limpet was started as an ordinary user, who may not ask";
  }
  if (!off_.empty()) return end_round();
  asking_ = true;
  ask_next();
}

void SmartMonitor::list_disks(os::Directory& blocks) {
  for (Disk& disk : disks()) disk.present = false;
  left_out_ = 0;
  for (auto name = blocks.next(); name && *name; name = blocks.next()) {
    const bool is_disk = rules::is_disk_name(**name) || rules::is_virtual_disk_name(**name);
    if (!is_disk || !has_medium(blocks, **name)) continue;
    Disk* const disk = find_or_add(**name);
    disk != nullptr ? disk->present = true : ++left_out_ > 0;
  }
  drop_absent();
  std::ranges::sort(disks(), {}, [](const Disk& disk) { return disk.name.view(); });
  if (left_out_ > 0) {
    base::log::warn("There are %u disks more than the %zu that are asked about their health", left_out_,
                    base::limits::kDisks);
  }
}

Disk* SmartMonitor::find_or_add(std::string_view name) {
  const auto found = std::ranges::find_if(disks(), [name](const Disk& disk) { return disk.name.view() == name; });
  if (found != disks().end()) return &*found;
  if (count_ == disks_.size()) return nullptr;
  Disk& added = disks_[count_++] = Disk();
  added.name = name;
  return &added;
}

// One that was failing stays until that is told.
void SmartMonitor::drop_absent() {
  for (Disk& disk : disks()) {
    if (!disk.present) disk.on_gone();
  }
  tell();
  const auto goes = [](const Disk& disk) { return !disk.present && disk.news == Disk::News::kNone; };
  count_ -= std::ranges::remove_if(disks(), goes).size();
}

void SmartMonitor::ask_next() {
  if (at_ == count_) return end_round();
  const Disk& disk = disks_[at_];
  if (!rules::is_disk_name(disk.name)) {
    return take_report({.health = DiskHealth::kVirtual, .model = {}, .temperature_celsius = {}, .reason = {}}, {});
  }
  call_.set({.operation = heal::Operation::kSmartctl, .name = disk.name.view()});
  if (const int code = call_.start()) take_pipe(code, {});
}

void SmartMonitor::on_helper(heal::HelperReply& reply) { take_pipe(reply.error, std::move(reply.fd)); }

// What keeps smartctl from being started keeps every disk from being asked.
void SmartMonitor::take_pipe(int error, os::UniqueFd pipe) {
  if (error == 0 && pipe) return answer_.start(std::move(pipe), parts_.loop.clock().steady_now() + kPatience);
  const std::string& program = parts_.settings.smart_program;
  if (error == ENOENT) {
    off_.append(program).append(" is not there: install the package smartmontools");
  } else if (const std::string_view problem = heal::helper_problem(error); !problem.empty()) {
    off_ = problem;
  } else {
    off_.append(base::Error::from_errno(error, program).text());
  }
  end_round();
}

void SmartMonitor::take_report(const rules::DiskReport& report, std::string_view output) {
  Disk& disk = disks_[at_++];
  const DiskHealth before = disk.health();
  disk.on_report(report, parts_.loop.clock().steady_now(), parts_.settings.smart_realert);
  if (disk.health() != before || !listed_) tell_log(disk);
  rows_lost_ += row_due_ ? 1 : 0;
  row_ = disk;
  row_output_ = output;
  row_time_ = parts_.loop.clock().wall_now();
  row_due_ = true;
  ++revision_;
  tell();
  timer_.arm_after(kBetween);
}

void SmartMonitor::end_round() {
  asking_ = false;
  ++revision_;
  if (!std::exchange(listed_, true) && !off_.empty()) base::log::info("Disks' health: %s", off_.c_str());
  timer_.arm_after(parts_.settings.smart_interval);
}

void SmartMonitor::tell() {
  for (Disk& disk : disks()) {
    if (disk.news != Disk::News::kNone && parts_.alerts.room() > 0) raise(disk);
  }
}

void SmartMonitor::raise(Disk& disk) {
  rules::Event event = rules::make_event(kind_of(disk.news), parts_.loop.clock().wall_now(),
                                         parts_.loop.clock().steady_now(), key_of(disk));
  event.subject = disk.name.view();
  if (!disk.report.model.empty()) event.subject.append(", ").append(disk.report.model);
  if (disk.news == Disk::News::kGone) event.title = "ℹ️ Failing Disk Removed";
  std::array<char, 512> room;
  base::TextWriter text(room);
  rules::write_disk_news(disk, parts_.host_name, text);
  event.text.append(text.view());
  if (disk.news == Disk::News::kFailing) {
    base::log::error("The disk %s says that it is failing: save what is on it, then replace it", disk.name.c_str());
  }
  disk.news = Disk::News::kNone;
  parts_.alerts.raise(event);
}

lib::SqliteResult<void> SmartMonitor::write(lib::SqliteDatabase& database) {
  return store::write_smart_health(database, row_, row_output_, row_time_, parts_.host_name);
}

lib::SqliteResult<void> SmartMonitor::on_opened(lib::SqliteDatabase& database) {
  return store::list_open(database, rules::Monitor::kSmart,
                          base::Callback<const store::OpenAlert&>::to<&SmartMonitor::remember>(*this));
}

// Its end is told when it passes, or is gone at the next listing.
void SmartMonitor::remember(const store::OpenAlert& alert) {
  constexpr std::string_view kDisk = "disk ";
  const std::string_view name = alert.key.starts_with(kDisk) ? alert.key.substr(kDisk.size()) : std::string_view();
  Disk* const disk = rules::is_disk_name(name) ? find_or_add(name) : nullptr;
  if (disk != nullptr && !disk->failing) disk->remember(parts_.loop.clock().steady_now());
}

}  // namespace app
