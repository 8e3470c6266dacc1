// SPDX-License-Identifier: MIT
// The tables of services: `service_status` and `process_status`, what each was like at each change and every hour, and
// `services_failing`, those that people were told of as failing. Whoever calls has the transaction. The columns are
// described beside their SQL in schema.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/callback.h"
#include "lib/sqlite.h"
#include "rules/unit.h"

namespace store {

/// A row of service_status: how `unit` is, since `time`.
lib::SqliteResult<void> write_service_status(lib::SqliteDatabase& database, const rules::Unit& unit,
                                             base::WallTime time, std::string_view host_name);

lib::SqliteResult<void> write_service_failing(lib::SqliteDatabase& database, std::string_view name, bool failing);
lib::SqliteResult<void> clear_services_failing(lib::SqliteDatabase& database);
lib::SqliteResult<void> read_services_failing(lib::SqliteDatabase& database, base::Callback<std::string_view> on_name);

struct ProcessStatus {
  std::string_view name;
  std::int64_t pid = 0;         // 0: it is not there
  std::string_view raw_status;  // active, inactive, failed
  rules::ServiceState state{};
  std::optional<float> cpu_percent;
  std::optional<float> memory_percent;
};
/// A row of process_status, as write_service_status().
lib::SqliteResult<void> write_process_status(lib::SqliteDatabase& database, const ProcessStatus& process,
                                             base::WallTime time, std::string_view host_name);

/// Of the rows of process_status and service_status with an older time some hundred, the oldest first. How many; 0:
/// there is none left.
lib::SqliteResult<std::int64_t> delete_old_service_status(lib::SqliteDatabase& database,
                                                          std::chrono::sys_seconds before);

}  // namespace store
