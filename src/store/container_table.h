// SPDX-License-Identifier: MIT
// The table `containers`: what people were told of each container, a row a name. Whoever calls has the transaction. The
// columns are described beside their SQL in schema.cpp.
#pragma once

#include "base/callback.h"
#include "lib/sqlite.h"
#include "rules/container.h"

namespace store {

/// In place of what stood there under its name.
lib::SqliteResult<void> write_container(lib::SqliteDatabase& database, const rules::ContainerMemory& memory);
lib::SqliteResult<void> clear_containers(lib::SqliteDatabase& database);
/// Each row, in the order of their names. One that another program broke is read as far as it makes sense.
lib::SqliteResult<void> read_containers(lib::SqliteDatabase& database,
                                        base::Callback<const rules::ContainerMemory&> on_row);

}  // namespace store
