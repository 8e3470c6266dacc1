// SPDX-License-Identifier: MIT
// Whether a source of values can be read, told in the log when that changes: a failure once, not every ten seconds,
// again when its reason changes, and the recovery.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace collect {

class SourceHealth {
 public:
  /// `subject` is what a person calls the values ("memory use") and outlives this.
  explicit constexpr SourceHealth(std::string_view subject) : subject_(subject) {}

  void on_read();
  void on_failure(const base::Error& error);
  bool failed() const { return failure_ != 0; }

 private:
  std::string_view subject_;
  std::uint64_t failure_ = 0;  // hash of the failure told last; 0: none
};

}  // namespace collect
