// SPDX-License-Identifier: MIT
#include "store/container_table.h"

#include <algorithm>
#include <limits>

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;
using rules::ContainerState;

constexpr auto kLastState = static_cast<std::int64_t>(ContainerState::kExited);

ContainerState state_of(std::int64_t number) {
  return number > 0 && number <= kLastState ? static_cast<ContainerState>(number) : ContainerState::kUnknown;
}

}  // namespace

SqliteResult<void> write_container(lib::SqliteDatabase& database, const rules::ContainerMemory& memory) {
  SqliteStatement statement;
  if (const auto ready =
          statement.prepare(database, "INSERT OR REPLACE INTO containers VALUES(?1,?2,?3,?4,?5,?6,?7,?8)");
      !ready)
    return std::unexpected(ready.error());
  statement.bind(1, memory.name.view());
  statement.bind(2, memory.id.view());
  statement.bind(3, static_cast<std::int64_t>(memory.state));
  statement.bind(4, static_cast<std::int64_t>(memory.told));
  statement.bind(5, std::int64_t{memory.restarts});
  statement.bind(6, std::int64_t{memory.crashed});
  statement.bind(7, std::int64_t{memory.seen_running});
  statement.bind(8, std::int64_t{memory.unhealthy_told});
  return statement.run();
}

SqliteResult<void> clear_containers(lib::SqliteDatabase& database) {
  return database.execute("DELETE FROM containers");
}

SqliteResult<void> read_containers(lib::SqliteDatabase& database,
                                   base::Callback<const rules::ContainerMemory&> on_row) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database,
                                           "SELECT name, id, state, told, restarts, crashed, seen_running, "
                                           "unhealthy_told FROM containers ORDER BY name");
      !ready)
    return std::unexpected(ready.error());
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    rules::ContainerMemory memory;
    memory.name.append(statement.text(0));
    memory.id.append(statement.text(1));
    memory.state = state_of(statement.integer(2));
    memory.told = state_of(statement.integer(3));
    memory.restarts = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(statement.integer(4), 0, std::numeric_limits<std::uint32_t>::max()));
    memory.crashed = statement.integer(5) != 0;
    memory.seen_running = statement.integer(6) != 0;
    memory.unhealthy_told = statement.integer(7) != 0;
    if (!memory.name.empty()) on_row(memory);
  }
}

}  // namespace store
