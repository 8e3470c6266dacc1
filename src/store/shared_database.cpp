// SPDX-License-Identifier: MIT
#include "store/shared_database.h"

#include "base/log.h"

namespace store {

namespace log = base::log;
using Fate = DatabaseFile::Fate;

StoreResult<void> SharedDatabase::open(const Database::Where& where) {
  where_ = where;
  return try_open(true, false);
}

StoreResult<void> SharedDatabase::try_open(bool at_start, bool damaged) {
  auto report = database_.open(where_, clock_.wall_now(), at_start, damaged);
  if (!report) return std::unexpected(report.error());
  if (report->set_aside) {
    ++broken_files_;
    set_aside_ = database_.set_aside_path();
  }
  has_rowids_ = report->schema.has_rowids;
  tell_opened(*report, at_start);
  const auto page_bytes = sqlite().query_integer("PRAGMA page_size");
  if (!page_bytes) {
    const StoreError explained = explain(page_bytes.error(), database_.path());
    database_.abandon();
    return std::unexpected(explained);
  }
  page_bytes_ = static_cast<std::uint64_t>(*page_bytes);
  ++opening_;
  return {};
}

void SharedDatabase::tell_opened(const Database::Report& report, bool at_start) const {
  if (report.set_aside) {
    const char* aside = database_.set_aside_path().c_str();
    log::error(
        "%s was damaged. It is now %s, and a new database was begun. To save what is left in it: sqlite3 %s .recover",
        path(), aside, aside);
  } else if (report.schema.taken_over) {
    log::info("Took over %s of the earlier heartbeat monitor with its rows", path());
  } else if (report.schema.created && !at_start) {
    log::info("Began a new database, %s, with the samples that are still in memory", path());
  }
}

StoreResult<void> SharedDatabase::make_ready() {
  if (!database_.is_open()) return try_open(false, false);
  const StoreResult<Fate> fate = database_.look();
  if (!fate) return std::unexpected(fate.error());
  if (*fate == Fate::kSame) return {};
  const char* what = *fate == Fate::kGone ? "was deleted or replaced" : "was changed by another program";
  log::warn("%s %s; opening it again", path(), what);
  return try_open(false, false);
}

std::optional<StoreError> SharedDatabase::recover(const StoreError& error) {
  const base::SteadyTime now = clock_.steady_now();
  if (error.trouble == StoreTrouble::kBroken && is_open() && now >= set_aside_again_at_) {
    set_aside_again_at_ = now + kBetweenSettingAside;
    if (const auto anew = try_open(false, true); !anew) return anew.error();
    return std::nullopt;
  }
  if (error.trouble != StoreTrouble::kFull && error.trouble != StoreTrouble::kBlocked) database_.abandon();
  return error;
}

void SharedDatabase::close() {
  const StoreResult<Fate> fate = is_open() ? database_.look() : Fate::kGone;
  if (fate && *fate == Fate::kSame && !database_.close()) {
    log::info("The newest rows stay in metrics.db-wal: another program still reads metrics.db");
  }
  database_.abandon();
}

}  // namespace store
