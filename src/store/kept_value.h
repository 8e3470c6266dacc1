// SPDX-License-Identifier: MIT
// One value of the table `state` that outlives the run, such as what was told last: in memory while the daemon runs,
// committed with whatever else changed in the same turn. Knows nothing of what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/turn_commit.h"

namespace store {

class KeptValue final : public TurnWriter {
 public:
  /// `key` is a string literal.
  explicit KeptValue(std::string_view key) : key_(key) {}

  /// Whether it was read: not before the database could be opened for the first time.
  bool known() const { return known_; }
  /// Nothing when it never was set.
  std::optional<std::int64_t> value() const { return value_; }
  void set(std::optional<std::int64_t> value);

  bool pending() const override { return dirty_; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override { dirty_ = false; }
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;

 private:
  std::string_view key_;
  std::optional<std::int64_t> value_;
  bool known_ = false;
  bool dirty_ = false;
};

}  // namespace store
