// SPDX-License-Identifier: MIT
// What smartctl says about a disk in JSON, smartctl(8) --json, taken in pieces as they come: keeps the few members
// that count, whatever else there is and however long it is. Believes nothing of it: a broken disk, or another program
// of that name, may say anything. Never allocates.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/limits.h"
#include "rules/disk.h"
#include "rules/json_filter.h"

namespace collect {

class SmartJson {
 public:
  /// The exit status that smartctl is asked to give about a disk that sleeps: no other answer has it.
  static constexpr int kAsleepStatus = 3;

  SmartJson();
  SmartJson(const SmartJson&) = delete;
  SmartJson& operator=(const SmartJson&) = delete;

  void start();
  void feed(std::string_view piece);
  /// What the whole text says; of one that is no such JSON that nothing is known.
  rules::DiskReport finish();
  /// The members that count, as JSON; empty when the text was none. Until the next start().
  std::string_view extract() const { return extract_; }

 private:
  void on_element(const rules::JsonElement& element) { extract_ = element.text; }

  std::array<char, base::limits::kSmartExtract> room_;
  std::array<std::byte, base::limits::kSmartValues> values_;
  rules::JsonFilter filter_;
  std::string_view extract_;
  bool good_ = false;
};

}  // namespace collect
