// SPDX-License-Identifier: MIT
#include "store/file_size.h"

namespace store {

lib::SqliteResult<FileSize> read_file_size(lib::SqliteDatabase& database) {
  const auto page_bytes = database.query_integer("PRAGMA page_size");
  if (!page_bytes) return std::unexpected(page_bytes.error());
  const auto pages = database.query_integer("PRAGMA page_count");
  if (!pages) return std::unexpected(pages.error());
  const auto free_pages = database.query_integer("PRAGMA freelist_count");
  if (!free_pages) return std::unexpected(free_pages.error());
  return FileSize{static_cast<std::uint64_t>(*page_bytes), static_cast<std::uint64_t>(*pages),
                  static_cast<std::uint64_t>(*free_pages)};
}

lib::SqliteResult<bool> shrink_step(lib::SqliteDatabase& database) {
  const auto before = database.query_integer("PRAGMA freelist_count");
  if (!before) return std::unexpected(before.error());
  if (*before == 0) return false;
  if (const auto done = database.execute("PRAGMA incremental_vacuum(100)"); !done) return std::unexpected(done.error());
  const auto after = database.query_integer("PRAGMA freelist_count");
  if (!after) return std::unexpected(after.error());
  // A file made without auto_vacuum keeps its free pages, and uses them again.
  return *after > 0 && *after < *before;
}

}  // namespace store
