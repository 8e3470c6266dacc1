// SPDX-License-Identifier: MIT
// The commands that conch clients told of: which run, which never ended, how the others ended. Pure: time comes in,
// what is to be told comes out, and what has to be kept is in changed().
//
// A command is known by client_id and command. It RUNS from its start on, ENDS by one of the three endings, and is an
// ORPHAN once it is older than the time-out: that is told once, and so is an ending that comes after all. A start of a
// command that is known, in whatever state, begins it anew. An ending of one that does not run and is no orphan
// changes nothing. Whoever tells takes one after the other, take_overdue() and take_late(), as there is room for.
//
// Age is monotonic: from the arrival of the start, or from its own time where that has an offset from UTC and lies
// within the day before. Those that ended are remembered for a day, orphans for a week. When there is no room for
// another command, the one that ended first goes, then the oldest orphan, and last, counted, the oldest that runs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "base/text_pool.h"
#include "base/time.h"
#include "rules/conch_message.h"

namespace rules {

enum class ConchState : std::uint8_t { kRunning, kOrphan, kDone, kFailed, kError, kInterrupted };
inline constexpr std::size_t kConchStates = 6;

/// running, orphaned, done, failed, error, interrupted.
std::string_view conch_state_name(ConchState state);
std::optional<ConchState> parse_conch_state(std::string_view name);

/// One command. The texts live until the tracker takes another start.
struct ConchCommand {
  std::string_view client_id;
  std::string_view command;
  std::string_view started;  // "2024-08-24 14:30:15", as the client's clock showed it
  std::optional<std::int64_t> pid = {};
  ConchState state{};
  base::SteadyTime since{};    // its age counts from here
  base::SteadyTime changed{};  // when its state became what it is
  bool late = false;           // it was an orphan, and that it ended is not told yet
};

class ConchTracker {
 public:
  static constexpr std::size_t kCapacity = base::limits::kConchCommands;
  static constexpr std::uint16_t kEnd = kCapacity;  // no slot
  static constexpr base::Duration kOldestStamp = std::chrono::hours(24);
  static constexpr base::Duration kRememberEnded = std::chrono::hours(24);
  static constexpr base::Duration kRememberOrphan = std::chrono::hours(24 * 7);

  ConchTracker();
  ConchTracker(const ConchTracker&) = delete;
  ConchTracker& operator=(const ConchTracker&) = delete;

  /// A start; its texts are not of this tracker.
  void on_start(const ConchMessage& message, base::SteadyTime now, base::WallTime wall);

  enum class Ending : std::uint8_t {
    kUnknown,  // no such command runs
    kEnded,
    kLate,  // of an orphan: take_late() gives it
  };
  Ending on_end(const ConchMessage& message, base::SteadyTime now);

  /// The slot of the oldest that runs and is older than `timeout`, which is an orphan from now on; kEnd: there is none.
  std::uint16_t take_overdue(base::SteadyTime now, base::Duration timeout);
  /// The slot of the first orphan that ended and was not taken yet; kEnd: there is none.
  std::uint16_t take_late();
  /// Forgets what was remembered for long enough.
  void forget_old(base::SteadyTime now);

  /// Takes back what an earlier run knew, into this slot if it is free. False: a command of this name is known, or
  /// there is no room.
  bool restore(std::uint16_t slot, const ConchCommand& command);

  /// The command in a slot, 0 to kCapacity - 1; nothing in a free one.
  std::optional<ConchCommand> at(std::uint16_t slot) const;
  /// Slots of those in a group, in the order of a list: running ones oldest first, the others as they came to be so;
  /// kEnd behind the last.
  enum class Group : std::uint8_t { kRunning, kOrphan, kLate, kEnded };
  std::uint16_t first(Group group) const { return lists_[index(group)].first; }
  std::uint16_t next(std::uint16_t slot) const { return entries_[slot].next; }
  std::size_t count(Group group) const { return lists_[index(group)].count; }
  /// Running commands that gave way, since the start.
  std::uint64_t evicted() const { return evicted_; }
  /// Another number after each change.
  std::uint64_t revision() const { return revision_; }

  /// Slots that are not as they were at the last forget_changes(): to be kept as at() shows them now.
  std::span<const std::uint16_t> changed() const { return {changed_.data(), changed_count_}; }
  void forget_changes();
  /// Counts every command as changed.
  void change_all();

 private:
  static constexpr std::size_t kBuckets = 2 * kCapacity;
  static constexpr std::int64_t kNoPid = -1;
  static constexpr std::size_t kFree = 4;  // the list of the free slots, behind those of the groups

  struct Entry {
    base::SteadyTime since{};
    base::SteadyTime changed{};
    std::int64_t pid = kNoPid;
    std::uint32_t hash = 0;
    std::uint16_t client_bytes = 0;
    std::uint16_t command_bytes = 0;
    std::uint16_t before = kEnd;  // in its list
    std::uint16_t next = kEnd;
    std::uint16_t next_in_bucket = kEnd;
    ConchState state{};
    bool used = false;
    bool late = false;
    bool noted = false;  // in changed_
  };
  struct List {
    std::uint16_t first = kEnd;
    std::uint16_t last = kEnd;
    std::uint16_t count = 0;
  };

  static constexpr std::size_t index(Group group) { return static_cast<std::size_t>(group); }
  static std::size_t list_of(const Entry& entry);
  static bool comes_before(const Entry& left, const Entry& right);
  static std::uint32_t hash_of(std::string_view client_id, std::string_view command);

  std::uint16_t find(std::string_view client_id, std::string_view command) const;
  bool has_room(std::size_t text_bytes) const;
  bool make_room();
  void take(std::uint16_t slot, const ConchCommand& command);
  void release(std::uint16_t slot);
  void set_state(std::uint16_t slot, ConchState state, base::SteadyTime now, bool late);
  void enter_list(std::uint16_t slot);
  void leave_list(std::uint16_t slot);
  void leave_bucket(std::uint16_t slot);
  void note_change(std::uint16_t slot);

  std::array<Entry, kCapacity> entries_{};
  std::array<std::uint16_t, kBuckets> buckets_{};
  std::array<List, kFree + 1> lists_{};
  std::array<std::uint16_t, kCapacity> changed_{};
  std::size_t changed_count_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t revision_ = 0;
  base::TextPool<base::limits::kConchTexts, kCapacity> texts_;
};

}  // namespace rules
