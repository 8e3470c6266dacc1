// SPDX-License-Identifier: MIT
#include "rules/disk.h"

#include <algorithm>
#include <array>

namespace rules {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes up to `most` characters of a kind from the front; false when there is none.
template <class IsOne>
bool take(std::string_view& text, IsOne is_one, std::size_t most) {
  std::size_t length = 0;
  while (length < std::min(text.size(), most) && is_one(text[length])) ++length;
  text.remove_prefix(length);
  return length > 0;
}

bool is_drive(std::string_view name, std::string_view prefix) {
  constexpr std::size_t kMostLetters = 4;
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return take(name, is_letter, kMostLetters) && name.empty();
}

// nvme0n1: the controller and its namespace.
bool is_nvme(std::string_view name) {
  constexpr std::size_t kMostDigits = 5;
  if (!name.starts_with("nvme")) return false;
  name.remove_prefix(4);
  if (!take(name, is_digit, kMostDigits) || !name.starts_with('n')) return false;
  name.remove_prefix(1);
  return take(name, is_digit, kMostDigits) && name.empty();
}

// What hypervisors and clouds call the disks that they make up.
constexpr std::array<std::string_view, 10> kVirtualModels = {"qemu",  "vbox",   "vmware",         "virtual", "msft",
                                                             "bochs", "google", "amazon elastic", "xen",     "iscsi"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

}  // namespace

std::string_view disk_health_name(DiskHealth health) {
  constexpr std::array<std::string_view, 5> kNames = {"unknown", "passed", "failed", "standby", "virtual"};
  return kNames[static_cast<std::size_t>(health)];
}

bool is_disk_name(std::string_view name) { return is_drive(name, "sd") || is_drive(name, "hd") || is_nvme(name); }

bool is_virtual_disk_name(std::string_view name) { return is_drive(name, "vd") || is_drive(name, "xvd"); }

bool is_virtual_disk_model(std::string_view model) {
  return std::ranges::any_of(kVirtualModels, [model](std::string_view word) { return contains_word(model, word); });
}

void Disk::on_report(const DiskReport& found, base::SteadyTime now, base::Duration realert) {
  asked_at = now;
  asleep = found.health == DiskHealth::kAsleep;
  if (asleep) return;
  report = found;
  if (found.health == DiskHealth::kPassed && failing) {
    failing = false;
    news = news == News::kFailing ? News::kNone : News::kPasses;
  }
  if (found.health != DiskHealth::kFailed || (told_at && now - *told_at < realert)) return;
  failing = true;
  told_at = now;
  news = News::kFailing;
}

void Disk::on_gone() {
  news = failing && news != News::kFailing ? News::kGone : News::kNone;
  failing = false;
}

void Disk::remember(base::SteadyTime now) {
  failing = true;
  told_at = now;
}

void write_disk_facts(const Disk& disk, base::TextWriter& out) {
  const char* gap = "";
  const auto part = [&](std::string_view text) {
    if (text.empty()) return;
    out.append(gap).append(text);
    gap = " · ";
  };
  part(disk.report.model);
  base::FixedString<23> temperature;
  if (disk.report.temperature_celsius) temperature.appendf("%d °C", int{*disk.report.temperature_celsius});
  if (!disk.asleep) part(temperature);
  switch (disk.health()) {
    case DiskHealth::kAsleep:
      part("sleeps, and is not woken");
      break;
    case DiskHealth::kVirtual:
      part("has no health of its own");
      break;
    case DiskHealth::kUnknown:
      part(disk.asked_at ? disk.report.reason.view() : "not asked yet");
      break;
    case DiskHealth::kFailed:
      part("save what is on it, and replace it");
      break;
    case DiskHealth::kPassed:
      break;
  }
}

void write_disk_news(const Disk& disk, std::string_view host_name, base::TextWriter& out) {
  out.append("Host: ").append(host_name).append("\nDisk: ").append(disk.name);
  if (!disk.report.model.empty()) out.append(", ").append(disk.report.model);
  switch (disk.news) {
    case Disk::News::kFailing:
      out.append("\nNow: it says of itself that it is failing (SMART)");
      break;
    case Disk::News::kPasses:
      out.append("\nNow: it passes its own test again (SMART)");
      break;
    default:
      out.append("\nNow: it is not in the box any more");
  }
  if (disk.report.temperature_celsius && disk.news != Disk::News::kGone) {
    out.appendf("\nTemperature: %d °C", int{*disk.report.temperature_celsius});
  }
  if (disk.news == Disk::News::kFailing) out.append("\nTo do: save what is on it now, then replace it");
}

}  // namespace rules
