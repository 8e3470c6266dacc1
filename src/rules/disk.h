// SPDX-License-Identifier: MIT
// A disk and what it says of its own health (S.M.A.R.T.), and which of that is worth telling. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/limits.h"
#include "base/text_writer.h"
#include "base/time.h"

namespace rules {

enum class DiskHealth : std::uint8_t {
  kUnknown,  // it cannot be asked, or says nothing of it
  kPassed,
  kFailed,   // it expects to fail, or has begun to
  kAsleep,   // its motor stands still, and it is not woken to be asked
  kVirtual,  // a part of something that another box keeps: it has no health of its own
};
/// "passed", as the table smart_health and the API have it.
std::string_view disk_health_name(DiskHealth health);

/// What came of one question.
struct DiskReport {
  DiskHealth health = DiskHealth::kUnknown;
  base::FixedString<47> model;  // empty: not known
  std::optional<std::int16_t> temperature_celsius;
  base::FixedString<95> reason;  // of kUnknown: why, for a person
};

/// As the kernel names it in /sys/block: "sda", "nvme0n1".
using DiskName = base::FixedString<23>;

/// What smartctl can be asked about: disks of the kernel's drivers sd, hd (ide) and nvme, and no partition, array or
/// memory. Nothing that this takes means anything in a path or to a shell.
bool is_disk_name(std::string_view name);
/// A disk of a hypervisor's own driver, virtio's or Xen's, which has no S.M.A.R.T.: "vda", "xvdb".
bool is_virtual_disk_name(std::string_view name);
/// A disk that a hypervisor pretends to have, by its model: "QEMU HARDDISK". Such a one always passes.
bool is_virtual_disk_model(std::string_view model);

struct Disk {
  enum class News : std::uint8_t { kNone, kFailing, kPasses, kGone };

  DiskName name;
  DiskReport report;  // the newest, of one that sleeps the one before that
  bool asleep = false;
  bool present = false;                      // in the listing that is under way, or the last one
  std::optional<base::SteadyTime> asked_at;  // nothing: not yet
  bool failing = false;                      // people were told, and not of its end
  std::optional<base::SteadyTime> told_at;   // that it is failing
  News news = News::kNone;                   // to be told

  /// It was asked. `realert`: the time from one alert to the next, at least.
  void on_report(const DiskReport& found, base::SteadyTime now, base::Duration realert);
  /// It is not in the box any more.
  void on_gone();
  /// An earlier run told that it is failing, and not that it passes again.
  void remember(base::SteadyTime now);

  DiskHealth health() const { return asleep ? DiskHealth::kAsleep : report.health; }
};
static_assert(sizeof(Disk) <= base::limits::kDiskBytes);

/// Its line in a list, behind its name and health: "WDC WD40EFRX-68N32N0 · 34 °C".
void write_disk_facts(const Disk& disk, base::TextWriter& out);
/// The text of an alert about its news.
void write_disk_news(const Disk& disk, std::string_view host_name, base::TextWriter& out);

}  // namespace rules
