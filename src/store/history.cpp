// SPDX-License-Identifier: MIT
#include "store/history.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

#include "base/human.h"
#include "base/log.h"
#include "store/metrics_table.h"

namespace store {
namespace {

namespace log = base::log;

// What tells this run's ids from another's. Not a secret: the clock will do where the kernel has no random bits yet.
rules::UuidBits random_bits(const os::Clock& clock) {
  rules::UuidBits bits;
  if (::getrandom(&bits, sizeof bits, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof bits)) return bits;
  return {static_cast<std::uint64_t>(clock.wall_now().time_since_epoch().count()),
          static_cast<std::uint64_t>(clock.steady_now().time_since_epoch().count())};
}

}  // namespace

base::Result<void> History::open(const HistoryOptions& options) {
  const base::SteadyTime now = clock_.steady_now();
  options_ = options;
  opened_ = true;
  run_ = random_bits(clock_);
  clock_sense_.emplace(clock_.wall_now(), now);
  plan_.start(now);
  plan_.set_interval(options.flush_interval, now);
  StoreResult<void> done = database_.open({options_.directory, options_.group, options_.max_size_bytes});
  if (done) done = adopt_opening();
  if (done) return {};
  if (done.error().trouble == StoreTrouble::kInUse) {
    opened_ = false;
    return std::unexpected(base::Error::format("%s. %s", done.error().error.c_str(), advice(StoreTrouble::kInUse)));
  }
  on_failure(done.error());
  return {};
}

void History::reconfigure(const HistoryOptions& options) {
  const base::SteadyTime now = clock_.steady_now();
  options_.flush_interval = options.flush_interval;
  options_.keep_raw = options.keep_raw;
  options_.keep_minutes = options.keep_minutes;
  options_.max_size_bytes = options.max_size_bytes;
  plan_.set_interval(options.flush_interval, now);
  plan_.want_upkeep(now);
  upkeep_.stop();
  trim_told_ = false;
}

void History::make_room() {
  if (halved_bytes_) return;
  halved_bytes_ = status_.file_bytes / 2;
  halved_ = false;
  room_by_ = clock_.steady_now() + kLongestToMakeRoom;
  plan_.want_upkeep(clock_.steady_now());
  upkeep_.stop();
}

bool History::makes_room() const {
  const bool going = halved_bytes_ && (!halved_ || checkpoint_wanted_);
  return going && status_.trouble == StoreTrouble::kNone && clock_.steady_now() < room_by_;
}

StoreResult<void> History::make_ready() {
  if (const auto ready = database_.make_ready(); !ready) return ready;
  return opening_ == database_.opening() ? StoreResult<void>() : adopt_opening();
}

// Another part of the store may have opened it, or recover().
void History::follow_opening() {
  plan_.want_flush(clock_.steady_now());
  if (const auto adopted = adopt_opening(); !adopted) on_failure(adopted.error());
}

StoreResult<void> History::adopt_opening() {
  opening_ = database_.opening();
  next_ = ring_.begin_number();
  upkeep_.stop();
  minutes_.forget();
  if (const auto done = minutes_.load(database_.sqlite()); !done) {
    return std::unexpected(explain(done.error(), database_.path()));
  }
  update_status();
  return {};
}

std::optional<base::Duration> History::poll(base::WallTime next_tick) {
  if (!opened_) return std::nullopt;
  const base::SteadyTime now = clock_.steady_now();
  const base::WallTime wall = clock_.wall_now();
  if (clock_sense_->on_reading(wall, now) != base::Duration::zero()) plan_.on_clock_set(now);
  if (database_.is_open() && opening_ != database_.opening()) follow_opening();
  count_lost();
  const rules::FlushPlan::Decision decision = plan_.decide(facts(), now, next_tick - wall);
  switch (decision.work) {
    case rules::StoreWork::kFlush:
      flush();
      break;
    case rules::StoreWork::kCheckpoint:
      checkpoint();
      break;
    case rules::StoreWork::kUpkeep:
      upkeep();
      break;
    case rules::StoreWork::kNothing:
      break;
  }
  update_status();
  return decision.again;
}

void History::close() {
  if (!opened_) return;
  opened_ = false;
  count_lost();
  // A second try is for a database that turned out damaged, and was begun anew.
  for (int tries = 0; tries < 2 && next_ < ring_.end_number(); ++tries) {
    do {
      flush();
    } while (status_.trouble == StoreTrouble::kNone && next_ < ring_.end_number() && database_.is_open());
  }
  if (next_ < ring_.end_number()) {
    log::error("%llu samples could not be saved: %s", static_cast<unsigned long long>(ring_.end_number() - next_),
               status_.reason.c_str());
  }
  database_.close();
}

void History::flush() {
  const base::SteadyTime begin = clock_.steady_now();
  const StoreResult<std::uint64_t> rows = try_flush();
  const base::SteadyTime end = clock_.steady_now();
  if (!rows) {
    on_failure(rows.error());
    return;
  }
  status_.last_flush = end - begin;
  status_.flushes.add(end - begin);
  status_.rows_written += *rows;
  plan_.on_flushed(end, *rows, ring_.end_number() - next_);
  if (next_ == ring_.end_number()) on_recovered();
}

StoreResult<std::uint64_t> History::try_flush() {
  if (const auto ready = make_ready(); !ready) return std::unexpected(ready.error());
  if (log_too_long()) {
    return std::unexpected(StoreError{
        StoreTrouble::kBlocked,
        base::Error::format("%.100s: its log cannot be emptied while another program reads it", database_.path())});
  }
  const std::uint64_t end = std::min(ring_.end_number(), next_ + kRowsInAFlush);
  const auto rows = write_rows(next_, end);
  if (!rows) {
    minutes_.forget();
    return std::unexpected(explain(rows.error(), database_.path()));
  }
  next_ = end;
  saved_ = std::max(saved_, next_);
  return *rows;
}

lib::SqliteResult<std::uint64_t> History::write_rows(std::uint64_t begin, std::uint64_t end) {
  lib::SqliteDatabase& sqlite = database_.sqlite();
  lib::SqliteTransaction transaction(sqlite);
  MetricsTable metrics;
  lib::SqliteResult<void> done = transaction.begin();
  if (done) done = metrics.prepare(sqlite);
  if (done && !minutes_.loaded()) done = minutes_.load(sqlite);
  std::uint64_t rows = 0;
  for (std::uint64_t number = begin; done && number < end; ++number) {
    const rules::KeptSample& sample = ring_.at(number);
    done = metrics.insert(sample, rules::uuid_v7(sample.stamp, rules::uuid_bits_of(run_, number)));
    if (done && sqlite.changed_rows() > 0) {
      ++rows;
      done = minutes_.on_row(sqlite, sample.stamp);
    }
  }
  if (done) done = transaction.commit();
  if (!done) return std::unexpected(done.error());
  return rows;
}

// What the ring overwrote before it was written is gone.
void History::count_lost() {
  if (next_ >= ring_.begin_number()) return;
  const std::uint64_t lost = std::max(ring_.begin_number(), saved_) - std::max(next_, saved_);
  next_ = ring_.begin_number();
  if (lost == 0) return;
  if (lost_in_trouble_ == 0) {
    log::error("The memory for samples is full: from now on the oldest unsaved ones are lost (%s)",
               status_.reason.c_str());
  }
  lost_in_trouble_ += lost;
  status_.samples_lost += lost;
}

bool History::log_too_long() const { return database_.log_bytes() >= options_.max_size_bytes; }

void History::checkpoint() {
  const base::SteadyTime begin = clock_.steady_now();
  const StoreResult<bool> complete = try_checkpoint();
  const base::SteadyTime end = clock_.steady_now();
  status_.checkpoints.add(end - begin);
  plan_.on_checkpoint(end, complete && *complete);
  checkpoint_failed_ = !complete;
  if (!complete) {
    on_failure(complete.error());
    return;
  }
  checkpoint_wanted_ = checkpoint_wanted_ && !*complete;
  if (*complete) reader_told_ = false;
}

// True: the log is empty. False: a reader needs what is in it.
StoreResult<bool> History::try_checkpoint() {
  using Mode = lib::SqliteDatabase::Checkpoint;
  if (const auto ready = make_ready(); !ready) return std::unexpected(ready.error());
  const bool is_long = database_.sqlite().log_pages() >= rules::FlushPlan::kLongLogPages;
  const auto result = database_.file().checkpoint(is_long ? Mode::kTruncate : Mode::kPassive);
  if (result && result->copied_pages == result->log_pages) return true;
  if (!result && result.error().trouble != StoreTrouble::kBlocked) return std::unexpected(result.error());
  ++status_.blocked_checkpoints;
  if (is_long && !reader_told_) {
    reader_told_ = true;
    log::warn("A program keeps reading %s, so that its log cannot be emptied and has grown to %s. %s", database_.path(),
              base::format_bytes(database_.log_bytes()).c_str(), advice(StoreTrouble::kBlocked));
  }
  return false;
}

void History::upkeep() {
  const base::SteadyTime begin = clock_.steady_now();
  const StoreResult<bool> more = try_upkeep();
  const base::SteadyTime end = clock_.steady_now();
  status_.upkeep_steps.add(end - begin);
  if (!more) {
    upkeep_.stop();
    halved_ = true;
    plan_.on_upkeep_step(end, false);
    on_failure(more.error());
    return;
  }
  plan_.on_upkeep_step(end, *more);
  if (*more) return;
  checkpoint_wanted_ = checkpoint_wanted_ || upkeep_.shrunk();
  if (upkeep_.trimmed_rows() > 0) tell_trimmed();
  halved_ = true;
}

void History::tell_trimmed() {
  const auto rows = static_cast<unsigned long long>(upkeep_.trimmed_rows());
  if (halved_bytes_) {
    if (!halved_) log::info("The disk is short of room: the oldest %llu rows of metrics.db were deleted", rows);
  } else if (!std::exchange(trim_told_, true)) {
    log::info(
        "metrics.db reached its limit of %s ([store] max_size): the oldest %llu rows were deleted, and from now on the "
        "oldest go as new ones come",
        base::format_bytes(options_.max_size_bytes).c_str(), rows);
  }
}

StoreResult<bool> History::try_upkeep() {
  if (const auto ready = make_ready(); !ready) return std::unexpected(ready.error());
  if (!upkeep_.running()) {
    upkeep_.start({options_.keep_raw, options_.keep_minutes, max_size_bytes()}, clock_.wall_now(),
                  plan_.clock_trusted(clock_.steady_now()), database_.has_rowids());
  }
  const auto more = upkeep_.step(database_.sqlite(), minutes_);
  if (!more) return std::unexpected(explain(more.error(), database_.path()));
  return *more;
}

void History::on_failure(const StoreError& error) {
  const base::SteadyTime now = clock_.steady_now();
  const std::optional<StoreError> left = database_.recover(error);
  if (!left) return follow_opening();
  plan_.on_flush_failed(now);
  status_.reason = left->error.text();
  if (status_.trouble == left->trouble) return;
  status_.trouble = left->trouble;
  status_.trouble_since = now;
  log::error("Samples stay in memory for now: %s. %s", left->error.c_str(), advice(left->trouble));
}

void History::on_recovered() {
  if (status_.trouble == StoreTrouble::kNone || checkpoint_failed_) return;
  const base::Duration lasted = clock_.steady_now() - status_.trouble_since;
  base::FixedString<80> lost("no sample was lost");
  if (lost_in_trouble_ > 0) {
    lost.clear();
    lost.appendf("%llu samples were lost", static_cast<unsigned long long>(lost_in_trouble_));
  }
  log::info("%s is written again after %s; %s", database_.path(), base::format_duration(lasted).c_str(), lost.c_str());
  status_.trouble = StoreTrouble::kNone;
  status_.reason.clear();
  lost_in_trouble_ = 0;
}

rules::FlushPlan::Facts History::facts() const {
  rules::FlushPlan::Facts facts;
  facts.waiting = ring_.end_number() - next_;
  facts.waiting_most = Ring::capacity();
  facts.log_pages = database_.sqlite().log_pages();
  facts.checkpoint_wanted = checkpoint_wanted_;
  facts.open = database_.is_open();
  return facts;
}

void History::update_status() {
  status_.broken_files = database_.broken_files();
  status_.samples_waiting = ring_.end_number() - next_;
  status_.file_bytes = database_.is_open() ? database_.file().size_bytes() : 0;
  status_.log_bytes = database_.log_bytes();
}

}  // namespace store
