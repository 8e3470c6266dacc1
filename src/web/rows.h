// SPDX-License-Identifier: MIT
// What the lists of the API and of the dashboard are made of: one row type a list, filled by the monitors of app/, and
// where rows come from. Plain values; texts are borrowed and live until the loop goes on.
//
// "For how long" is a duration, by the monotonic clock: it stays right when the box's clock is set. The API shows it
// as the moment that was then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace web {

/// How a row is, whatever it is of: decides its colour, its sign and its place in the list.
enum class Condition : std::uint8_t {
  kWell,
  kBusy,  // on its way to be well again: restarting, being healed
  kWarning,
  kCritical,
  kUnknown,  // cannot be known now
  kPaused,   // by a person
  kEnded,    // as it should: signed off, finished
};
std::string_view condition_name(Condition condition);

/// Whether a person may restart it from the dashboard.
struct MayRestart {
  bool allowed = false;
  bool possible = true;      // else not even if it was allowed
  std::string_view why_not;  // "not in [docker] restart"
};

struct ContainerRow {
  std::string_view name;
  std::string_view id;      // 12 characters, or empty
  std::string_view state;   // running, stopped, restarting, paused, exited, unknown
  std::string_view health;  // none, starting, healthy, unhealthy
  Condition condition = Condition::kUnknown;
  std::optional<base::Duration> age;  // for how long it has been in this state
  std::uint32_t restarts = 0;
  std::string_view reason;  // why it is not well, and what is done: "Attempt 2 of 3"; empty while well
  MayRestart restart;
};

struct ServiceRow {
  std::string_view name;
  std::string_view kind;       // unit, process
  std::string_view state;      // running, stopped, failed, unknown
  std::string_view sub_state;  // of a unit, as systemd says it
  Condition condition = Condition::kUnknown;
  std::optional<base::Duration> age;
  std::uint32_t restarts = 0;
  std::optional<float> cpu_percent;  // of a process
  std::optional<std::uint64_t> memory_bytes;
  std::string_view reason;
  MayRestart restart;
};

/// A command that runs, or ended within the last day.
struct CommandRow {
  std::string_view command;
  std::string_view client;
  std::string_view state;  // running, done, failed, error, interrupted, orphaned
  Condition condition = Condition::kUnknown;
  std::optional<std::int64_t> pid;
  std::optional<base::Duration> age;      // since its start
  std::optional<base::Duration> took;     // of one that ended
  std::optional<base::Duration> timeout;  // of one that runs: when it counts as orphaned
  std::string_view reason;
};

struct InstanceRow {
  std::string_view id;
  std::string_view key;
  std::string_view host;
  std::string_view state;  // running, stale, crashed, stopped
  Condition condition = Condition::kUnknown;
  std::optional<base::Duration> age;        // for how long it has been in this state
  std::optional<base::Duration> heartbeat;  // since the last one
  std::uint32_t notifications = 0;
  std::string_view reason;  // its error, or its silence
};

/// One attempt to repair something.
struct HealingRow {
  std::string_view target;
  std::string_view action;  // "restarted the container, attempt 2 of 3"
  std::string_view result;  // "Well again after 6 s"
  Condition condition = Condition::kUnknown;
  base::WallTime time{};
  bool dry_run = false;
  std::optional<bool> verified;
  std::optional<base::WallTime> next_try;
};

/// Something wrong. Monitors give those that are no row of a list: of the box, its network, its disks, Limpet itself.
struct ProblemRow {
  std::string_view part;  // where the page shows it: box, network, smart, containers, delivery, checks, healing …
  std::string_view what;  // a sentence without its full stop: "Memory is 88 % full"
  std::string_view done;  // what Limpet does about it, or may not do, and when next: a sentence
  Condition condition = Condition::kWarning;
  std::optional<base::Duration> age;
  std::string_view subject;  // of a list's row: its name
  bool may_restart = false;
};

/// A channel that alerts go to, whether it is set up or not.
struct ChannelRow {
  std::string_view name;  // telegram
  bool on = false;        // set up
  std::uint64_t waiting = 0;
  bool refused = false;     // the service's last answer was a final no
  std::string_view reason;  // why alerts wait or were refused; empty: none is
  std::optional<base::WallTime> next_try;
  std::optional<base::WallTime> last_delivered;
};

/// A disk that is asked about its own health.
struct DiskRow {
  std::string_view device;  // sda
  std::string_view health;  // passed, failed, unknown, standby, virtual
  std::string_view model;
  std::string_view text;  // what else there is to say in a line
  Condition condition = Condition::kUnknown;
  std::optional<std::int64_t> temperature_celsius;
  std::optional<base::Duration> asked;  // so long ago
};

/// A step of the way into the internet, from the lowest on.
struct LayerRow {
  std::string_view layer;  // Link, Address, Gateway, DNS, Internet
  std::string_view state;  // ok, fail, unknown
  std::string_view text;   // "eth0", "11 ms"
};

/// Something that is pinged.
struct TargetRow {
  std::string_view target;
  std::string_view method;  // icmp, tcp, http
  std::string_view status;  // ok, degraded, fail, unknown
  std::optional<float> latency_ms;
  std::optional<float> loss_percent;
};

/// Whether a list can be filled at all, and why not.
struct ListStatus {
  enum class State : std::uint8_t {
    kOn,
    kOff,      // not set up: that is no error
    kUnknown,  // set up, and not reachable now: the rows are what was known last
  };
  State state = State::kOff;
  std::string_view reason;     // when not kOn: a sentence
  std::size_t size = 0;        // rows
  std::uint64_t revision = 0;  // another number after each change, so that watchers ask for the list again
};

/// Where the rows of one list come from. An answer is written in pieces while the loop goes on, so rows may come and go
/// between two calls of row(): a list then shows one twice or not at all, and its revision has changed.
template <class Row>
class RowSource {
 public:
  virtual ListStatus status() const = 0;
  /// Nothing once `index` is past the last row.
  virtual std::optional<Row> row(std::size_t index) const = 0;

 protected:
  ~RowSource() = default;
};

/// A list whose monitor is not there.
template <class Row>
class NoRows final : public RowSource<Row> {
 public:
  /// A string literal.
  explicit constexpr NoRows(std::string_view reason) : reason_(reason) {}
  ListStatus status() const override { return {.state = ListStatus::State::kOff, .reason = reason_}; }
  std::optional<Row> row(std::size_t) const override { return std::nullopt; }

 private:
  std::string_view reason_;
};

}  // namespace web
