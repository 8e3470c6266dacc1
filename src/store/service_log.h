// SPDX-License-Identifier: MIT
// What a service was like in the past, newest first, as the table service_status has it. Reads a bounded number of rows
// at a time and keeps no statement between two reads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/callback.h"
#include "base/time.h"
#include "store/shared_database.h"

namespace store {

/// Its texts live as long as the call.
struct ServiceLogRow {
  std::int64_t id = 0;
  base::WallTime time{};
  std::string_view state;       // running, stopped, failed, unknown
  std::string_view raw_status;  // of a unit, as systemd says it: "active"
  std::string_view sub_state;
};

class ServiceLog {
 public:
  using Take = base::Callback<const ServiceLogRow&>;

  explicit ServiceLog(SharedDatabase& database) : database_(database) {}

  /// Gives at most `most` rows of this service with an id below `before`. The number given, or why they cannot be read.
  StoreResult<int> read(std::string_view service, std::int64_t before, int most, Take take);

 private:
  SharedDatabase& database_;
};

}  // namespace store
