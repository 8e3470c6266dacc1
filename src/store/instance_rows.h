// SPDX-License-Identifier: MIT
// The table monitoring_instances: the instances of rules/instance_watch.h as they were committed last, read once when
// the database is opened for the first time. What was told or will be answered is written at the end of its turn; signs
// of life wait for that, or for flush(). A slot of the watch is the row with the next number as its rowid.
#pragma once

#include "base/callback.h"
#include "os/clock.h"
#include "rules/instance_watch.h"
#include "store/turn_commit.h"

namespace store {

class InstanceRows final : public TurnWriter {
 public:
  /// Both are borrowed. `on_saved`: all of the watch is on the disk.
  InstanceRows(rules::InstanceWatch& watch, const os::Clock& clock, base::Callback<> on_saved)
      : watch_(watch), clock_(clock), on_saved_(on_saved) {}

  /// Whether the instances of earlier runs are known: not before the database could be opened.
  bool known() const { return known_; }
  /// The signs of life are written at the end of this turn, if there are any.
  void flush() { flush_ = true; }

  bool pending() const override;
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override;
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;

 private:
  lib::SqliteResult<void> read(lib::SqliteDatabase& database);

  rules::InstanceWatch& watch_;
  const os::Clock& clock_;
  base::Callback<> on_saved_;
  bool known_ = false;
  bool flush_ = false;
  bool rewrite_ = false;  // the table as a whole: it is not what the watch is
};

}  // namespace store
