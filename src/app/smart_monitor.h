// SPDX-License-Identifier: MIT
// The disks of this box and what they say of their own health: lists them, has the helper that keeps root run smartctl
// about one after the other, gives what that answers to rules::Disk, and what is worth telling of it to the alerts.
// What a disk said and the alert about it are committed together. Nobody waits for a disk.
#pragma once

#include <array>
#include <span>

#include "app/alerts.h"
#include "collect/smart_answer.h"
#include "config/settings.h"
#include "event/timer.h"
#include "heal/helper.h"
#include "os/directory.h"
#include "rules/disk.h"
#include "store/outbox_table.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/rows.h"

namespace app {

class SmartMonitor final : private store::TurnWriter, public web::RowSource<web::DiskRow> {
 public:
  /// After the start, and after smartctl's settings changed.
  static constexpr std::chrono::seconds kSoon{3};
  /// From one disk to the next, so that what the first said is on the disk by then.
  static constexpr std::chrono::seconds kBetween{1};

  /// All are borrowed and outlive this. `has_helper`: this was started as root, else nobody can ask a disk.
  struct Parts {
    event::Loop& loop;
    const config::Settings& settings;
    const std::string& host_name;
    heal::Helper& helper;
    bool has_helper;
    Alerts& alerts;
    store::TurnCommit& turn_commit;
  };
  explicit SmartMonitor(const Parts& parts);
  SmartMonitor(const SmartMonitor&) = delete;
  SmartMonitor& operator=(const SmartMonitor&) = delete;

  void begin();
  /// The settings changed, from `before`.
  void reconfigure(const config::Settings& before);
  /// For what there was no room for before.
  void on_cycle() { tell(); }

  void write_metrics(web::MetricsWriter& out) const;
  web::ListStatus status() const override;
  std::optional<web::DiskRow> row(std::size_t index) const override;
  const web::RowSource<web::ProblemRow>& problems() const { return problems_; }

 private:
  struct Problems final : web::RowSource<web::ProblemRow> {
    explicit Problems(const SmartMonitor& monitor) : owner(monitor) {}
    web::ListStatus status() const override;
    std::optional<web::ProblemRow> row(std::size_t index) const override;
    const SmartMonitor& owner;
  };

  bool pending() const override { return row_due_; }
  bool urgent() const override { return row_.failing; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override { row_due_ = false; }
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(const store::OpenAlert& alert);

  void on_time();
  void begin_round();
  void list_disks(os::Directory& blocks);
  rules::Disk* find_or_add(std::string_view name);
  void drop_absent();
  void ask_next();
  void on_helper(heal::HelperReply& reply);
  void take_pipe(int error, os::UniqueFd pipe);
  void on_answer(const rules::DiskReport& report) { take_report(report, answer_.text()); }
  void take_report(const rules::DiskReport& report, std::string_view output);
  void end_round();
  void tell();
  void raise(rules::Disk& disk);
  std::span<rules::Disk> disks() { return std::span(disks_).first(count_); }
  std::span<const rules::Disk> disks() const { return std::span(disks_).first(count_); }

  Parts parts_;
  heal::HelperCall call_;
  collect::SmartAnswer answer_;
  event::Timer timer_;
  std::array<rules::Disk, base::limits::kDisks> disks_;
  std::size_t count_ = 0;
  std::size_t at_ = 0;   // the disk that is asked, or the next one
  bool asking_ = false;  // a round through the disks is under way
  bool listed_ = false;  // there was one
  std::uint32_t left_out_ = 0;
  base::FixedString<159> off_;  // why no disk can be asked; empty: they can
  rules::Disk row_;             // what has to be in the database
  std::string_view row_output_;
  base::WallTime row_time_{};
  bool row_due_ = false;
  std::uint64_t rows_lost_ = 0;  // not written before the next disk answered
  std::uint64_t revision_ = 0;
  Problems problems_;
  mutable base::FixedString<191> text_;  // of the row that was given last
};

}  // namespace app
