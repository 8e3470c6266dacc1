// SPDX-License-Identifier: MIT
// What the store tells about itself: to the log, to `limpet status` and to /metrics. Plain values.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/duration_histogram.h"
#include "base/error.h"
#include "base/time.h"
#include "lib/sqlite.h"

namespace store {

/// Why samples stay in memory.
enum class StoreTrouble : std::uint8_t {
  kNone,
  kInUse,        // another limpet has the folder
  kFolder,       // the folder cannot be made or used
  kNewer,        // metrics.db is of a newer Limpet
  kForeign,      // metrics.db is something else's
  kFull,         // no space left
  kReadOnly,     // file or file system cannot be written
  kInputOutput,  // the disk failed
  kBlocked,      // another program holds the database
  kBroken,       // metrics.db is damaged and cannot be set aside
  kOther,
};

struct StoreError {
  StoreTrouble trouble = StoreTrouble::kOther;
  base::Error error;  // a sentence without its full stop
};

template <class T>
using StoreResult = std::expected<T, StoreError>;

/// The same in the store's words, with the file it is about.
StoreError explain(const lib::SqliteError& error, std::string_view path);

/// What a person can do about it: a sentence, or empty.
const char* advice(StoreTrouble trouble);

struct StoreStatus {
  StoreTrouble trouble = StoreTrouble::kNone;
  base::FixedString<base::Error::kMaxText> reason;  // empty: none
  base::SteadyTime trouble_since{};

  std::uint64_t rows_written = 0;     // in this run
  std::uint64_t samples_waiting = 0;  // in memory, not in the database yet
  std::uint64_t samples_lost = 0;     // overwritten in memory before they could be written
  std::uint64_t file_bytes = 0;       // metrics.db
  std::uint64_t log_bytes = 0;        // its log, as far as it is in use
  std::uint32_t broken_files = 0;     // damaged databases that were set aside in this run
  std::uint64_t blocked_checkpoints = 0;

  base::Duration last_flush{};
  base::DurationHistogram flushes;
  base::DurationHistogram checkpoints;  // with their fsync(2)s
  base::DurationHistogram upkeep_steps;
};

}  // namespace store
