// SPDX-License-Identifier: MIT
#include "heal/boot_evidence.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "os/directory.h"

namespace heal {
namespace {

std::optional<std::int64_t> newest_record(const std::string& folder) {
  std::optional<std::int64_t> newest;
  auto records = os::Directory::open(folder, "");
  if (!records) return newest;
  for (auto name = records->next(); name && *name; name = records->next()) {
    struct stat record {};
    const std::string path = folder + "/" + std::string(**name);
    if (!(*name)->starts_with("dmesg-") || ::stat(path.c_str(), &record) != 0) continue;
    newest = std::max(newest.value_or(0), std::int64_t{record.st_mtime});
  }
  return newest;
}

}  // namespace

BootEvidence find_boot_evidence(const os::WatchdogDevice& watchdog, const std::string& crash_records) {
  using enum os::WatchdogDevice::LastReset;
  BootEvidence evidence{.watchdog = {}, .crash = newest_record(crash_records)};
  if (watchdog.is_open() && watchdog.last_reset() != kNotKnown) evidence.watchdog = watchdog.last_reset() == kItsOwn;
  return evidence;
}

base::FixedString<32> format_boot_evidence(const BootEvidence& evidence) {
  base::FixedString<32> text(!evidence.watchdog ? "unknown" : *evidence.watchdog ? "yes" : "no");
  if (evidence.crash) text.appendf(" %lld", static_cast<long long>(*evidence.crash));
  return text;
}

std::optional<BootEvidence> parse_boot_evidence(std::string_view text) {
  BootEvidence evidence;
  const std::string_view watchdog = text.substr(0, text.find(' '));
  if (watchdog != "unknown" && watchdog != "yes" && watchdog != "no") return std::nullopt;
  if (watchdog != "unknown") evidence.watchdog = watchdog == "yes";
  if (watchdog.size() == text.size()) return evidence;
  const std::string_view number = text.substr(watchdog.size() + 1);
  std::int64_t crash = 0;
  const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), crash);
  if (failure != std::errc() || end != number.data() + number.size()) return std::nullopt;
  evidence.crash = crash;
  return evidence;
}

}  // namespace heal
