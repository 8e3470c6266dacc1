// SPDX-License-Identifier: MIT
// How large metrics.db is, how much of it is in use, and giving back what is not.
#pragma once

#include <cstdint>

#include "lib/sqlite.h"

namespace store {

struct FileSize {
  std::uint64_t page_bytes = 0;
  std::uint64_t pages = 0;
  std::uint64_t free_pages = 0;

  std::uint64_t bytes() const { return pages * page_bytes; }
  std::uint64_t used_bytes() const { return (pages - free_pages) * page_bytes; }
};

lib::SqliteResult<FileSize> read_file_size(lib::SqliteDatabase& database);

/// Takes a bounded number of free pages out of the file; it gets shorter with the next checkpoint. True: more remain.
/// Source: https://sqlite.org/pragma.html#pragma_incremental_vacuum
lib::SqliteResult<bool> shrink_step(lib::SqliteDatabase& database);

}  // namespace store
