// SPDX-License-Identifier: MIT
// What was measured, for charts: from the table metrics_minute, the table metrics and the samples in memory, as one
// row of readings in the order of time. Reads a bounded number at a time and keeps no statement between two reads.
#pragma once

#include "base/callback.h"
#include "base/limits.h"
#include "base/ring_buffer.h"
#include "rules/thinning.h"
#include "store/shared_database.h"

namespace store {

class Past {
 public:
  using Ring = base::RingBuffer<rules::KeptSample, base::limits::kSamples>;

  /// Both are borrowed.
  Past(SharedDatabase& database, const Ring& ring) : database_(database), ring_(ring) {}

  struct Wanted {
    base::WallTime from{};
    base::WallTime until{};   // before it
    bool by_minutes = false;  // a reading a minute is enough, where there is one
    int most = 0;             // readings at once
  };
  using Take = base::Callback<const rules::Reading&>;

  /// Gives the first readings of what is wanted, in the order of time. False: there are none. A database that cannot be
  /// read is as an empty one: the memory has the newest.
  bool read(const Wanted& wanted, Take take);

 private:
  lib::SqliteResult<int> read_minutes(const Wanted& wanted, Take take);
  lib::SqliteResult<int> read_rows(const Wanted& wanted, Take take);
  bool read_memory(const Wanted& wanted, Take take) const;

  SharedDatabase& database_;
  const Ring& ring_;
};

}  // namespace store
