// SPDX-License-Identifier: MIT
#include "store/kept_value.h"

#include "store/state_table.h"

namespace store {

void KeptValue::set(std::optional<std::int64_t> value) {
  value_ = value;
  known_ = true;
  dirty_ = true;
}

lib::SqliteResult<void> KeptValue::write(lib::SqliteDatabase& database) { return write_state(database, key_, value_); }

lib::SqliteResult<void> KeptValue::on_opened(lib::SqliteDatabase& database) {
  if (known_) {
    dirty_ = true;
    return {};
  }
  const auto stored = read_state(database, key_);
  if (!stored) return std::unexpected(stored.error());
  value_ = *stored;
  known_ = true;
  return {};
}

}  // namespace store
