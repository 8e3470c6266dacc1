// SPDX-License-Identifier: MIT
// The scripts that registered themselves (instances): when each was last heard of, and what of that is to be told.
// Owns their texts, in a fixed pool. Pure: time and random bits come in, news go out through a callback, and what has
// to reach the disk is marked for whoever writes it there.
//
// Each instance has a key, which is its own as long as it runs, and an id, which is new at each start.
//
//   start of an unknown key             running                 told
//   start of one that ended             running, a new id; it keeps its created_at; told
//   start of one that runs              refused, unless it has been silent for stale_after: then that one's crash is
//                                       told, and the new one takes its place
//   sign of life (alive)                stays running, its count of notifications is 0 again
//   silent over stale_after at a check  told as stale, counted; when it was told max_notifications times, crashed with
//                                       kNoHeartbeat instead: given up, told
//   alive of one that was given up      running again         told
//   crash                               crashed, with an error message   told
//   stop                                stopped               told
//
// What says the same once more changes nothing and is not told again. A sign of life of one that said itself that it
// crashed or stopped changes nothing but its time: the threads of a script end in any order.
//
// Silence counts from the last sign of life, but never from before Limpet itself could hear: not from before its start,
// and not through a time in which it did not run (see on_turn()). It is measured on the steady clock, so that setting
// the wall clock makes nobody silent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/callback.h"
#include "base/limits.h"
#include "base/text_pool.h"
#include "base/time.h"
#include "rules/event_kind.h"

namespace rules {

enum class InstanceStatus : std::uint8_t { kRunning, kCrashed, kStopped };

std::string_view instance_status_name(InstanceStatus status);
std::optional<InstanceStatus> parse_instance_status(std::string_view name);

/// One instance as it is. The texts live until the next call that changes anything.
struct Instance {
  std::string_view id;   // HOST_KEY_NONCE, the nonce as 8 hexadecimal digits
  std::string_view key;  // both are parts of the id
  std::string_view host;
  std::string_view error;  // empty: none
  InstanceStatus status{};
  unsigned notifications = 0;
  base::WallTime created_at{};
  base::WallTime last_heartbeat{};  // its last sign of life, a crash and a stop included
  base::SteadyTime since{};         // when it came to be so, or when Limpet first heard of it being so
};

struct InstanceNews {
  EventKind kind{};
  Instance instance;
  base::Duration silence{};
};

class InstanceWatch {
 public:
  static constexpr std::string_view kNoHeartbeat = "No heartbeat received";
  static constexpr std::size_t kIdBytes = 255;     // longest id
  static constexpr std::size_t kNonceBytes = 9;    // of those: "_" and the nonce
  static constexpr std::size_t kErrorBytes = 447;  // of an error message; the rest is cut off
  static constexpr base::Duration kAbsence = std::chrono::seconds(30);

  struct Options {
    base::Duration stale_after{};
    unsigned max_notifications = 0;
  };
  struct Moment {
    base::SteadyTime steady;
    base::WallTime wall;
  };
  using Tell = base::Callback<const InstanceNews&>;

  explicit InstanceWatch(Tell tell) : tell_(tell) {}
  InstanceWatch(const InstanceWatch&) = delete;
  InstanceWatch& operator=(const InstanceWatch&) = delete;

  enum class Outcome : std::uint8_t {
    kDone,
    kRunning,  // the key is taken
    kFull,     // as many run as there is room for
    kUnknown,  // no instance has this id
  };
  /// Whether the texts can be those of an instance: neither is empty, together they fit into an id, and neither has
  /// control characters (they stand in one line of a message).
  static bool fits(std::string_view key, std::string_view host);

  /// `key` and `host` fit. `nonce`: random. A start whose row is not on the disk yet was not answered: made again it is
  /// the same start. find(key) gives the new instance.
  Outcome start(std::string_view key, std::string_view host, std::uint32_t nonce, Moment moment,
                const Options& options);
  Outcome alive(std::string_view id, Moment moment);
  Outcome crash(std::string_view id, std::string_view error, Moment moment);
  Outcome stop(std::string_view id, Moment moment);

  /// Looks for silent ones, and tells `most` of them at most. True: there is more to look at, for which it is called
  /// again in the next turn.
  bool check(Moment moment, const Options& options, std::size_t most);

  /// Limpet runs. Called at least once in `longest_gap`: when it was not for kAbsence longer, Limpet was stopped or the
  /// box asleep, and silence counts from now.
  void on_turn(base::SteadyTime now, base::Duration longest_gap);
  /// The wall clock was set by `step`: what was stamped in this run gets the right times.
  void on_clock_step(base::Duration step);

  std::optional<Instance> find(std::string_view key) const;
  std::optional<std::size_t> slot_of(std::string_view key) const;
  std::size_t size() const { return size_; }
  std::size_t count(InstanceStatus status) const;
  std::size_t text_bytes() const { return texts_.used_bytes(); }
  /// Ended ones that made room for others, since the start.
  std::uint64_t evicted() const { return evicted_; }
  /// Sees each instance once, newest first: pass the position of the last one, or nothing at first.
  struct Position {
    base::WallTime created_at{};
    std::size_t slot = 0;
  };
  std::optional<Position> next(const std::optional<Position>& last) const;
  Instance at(const Position& position) const { return view(position.slot); }

  // What is not on the disk yet, slot by slot: a slot is a row.
  static constexpr std::size_t kSlots = base::limits::kInstances;
  enum class Unsaved : std::uint8_t {
    kNothing,
    kHeartbeat,  // can wait for the others
    kState,      // what was told or will be answered
  };
  /// The highest of all.
  Unsaved unsaved() const;
  Unsaved unsaved(std::size_t slot) const { return slot < end_ ? entries_[slot].unsaved : Unsaved::kNothing; }
  /// Nothing: the slot is free.
  std::optional<Instance> slot(std::size_t slot) const;
  void all_saved();
  /// Every slot has to be written again: the database is another one.
  void none_saved();
  /// What an earlier run knew, before anything of it is asked for. Left out when its key is known already, when its
  /// texts do not fit or when there is no room. Gives its slot.
  std::optional<std::size_t> restore(const Instance& row, base::SteadyTime now);

 private:
  struct Entry {
    bool used;
    bool start_saved;
    bool created_here;  // in this run
    bool heard_here;
    InstanceStatus status;
    Unsaved unsaved;
    std::uint8_t notifications;
    std::uint8_t id_size;
    std::uint8_t key_size;
    base::Duration heard;           // of the steady clock
    base::Duration since;           // of the steady clock
    base::Duration created_at;      // of the wall clock
    base::Duration last_heartbeat;  // of the wall clock
  };
  static_assert(sizeof(Entry) + 3 * sizeof(std::uint32_t) <= base::limits::kInstanceBytes);
  static_assert(std::is_trivially_default_constructible_v<Entry>, "memory that is not needed stays untouched");
  static constexpr std::size_t kNone = kSlots;

  std::size_t find_key(std::string_view key) const;
  std::size_t find_id(std::string_view id) const;
  std::size_t find_free() const;
  std::size_t find_oldest_ended(std::size_t but) const;
  Instance view(std::size_t slot) const;
  base::Duration silence(const Entry& entry, base::SteadyTime now) const;
  bool is_given_up(std::size_t slot) const;

  bool put_text(std::size_t slot, std::string_view id, std::string_view error);
  void evict(std::size_t slot);
  void set_error(std::size_t slot, std::string_view error);
  void hear(Entry& entry, Moment moment);
  void mark(Entry& entry, Unsaved unsaved);
  void tell(EventKind kind, std::size_t slot, base::Duration silence = {});
  void end(std::size_t slot, InstanceStatus status, std::string_view error, Moment moment, base::Duration silence = {});
  void look_at(std::size_t slot, Moment moment, const Options& options);

  Tell tell_;
  base::SteadyTime attentive_since_{};
  base::SteadyTime last_turn_{};
  bool attentive_ = false;      // on_turn() was called
  std::size_t check_from_ = 0;  // where the next check() goes on
  std::size_t size_ = 0;
  std::size_t states_unsaved_ = 0;
  std::size_t heartbeats_unsaved_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t evicted_ = 0;
  std::size_t end_ = 0;  // no slot from here on was ever used
  // Valid below end_. Hashes and nonces are apart from the entries, so that looking one up touches little memory.
  std::array<std::uint32_t, kSlots> key_hashes_;
  std::array<std::uint32_t, kSlots> nonces_;
  std::array<Entry, kSlots> entries_;
  base::TextPool<base::limits::kInstanceTexts, kSlots> texts_;  // of each slot: id and error, one behind the other
};

}  // namespace rules
