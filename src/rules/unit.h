// SPDX-License-Identifier: MIT
// A service: what systemd says of it (org.freedesktop.systemd1(5)), in its words, and what was made of that; or a
// process that somebody else looks after, in the same words. Plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "base/fixed_string.h"
#include "base/limits.h"
#include "base/time.h"
#include "rules/unit_state.h"
#include "rules/unit_watch.h"

namespace rules {

struct Unit {
  base::FixedString<95> name;             // "ssh.service"; one with a longer name is not watched
  base::FixedString<15> active_state;     // ActiveState: "active"
  base::FixedString<31> sub_state;        // "running"
  base::FixedString<15> type;             // "simple"; empty: not known yet
  base::FixedString<15> file_state;       // UnitFileState: "enabled"; empty: not known yet
  base::FixedString<15> result;           // of its last run: "success", "signal"; empty: not known
  std::int32_t exit_status = 0;           // of its main process: the status, or the signal that ended it
  std::uint32_t restarts = 0;             // by systemd itself
  std::optional<base::SteadyTime> since;  // in this ActiveState
  bool process = false;                   // no service of systemd
  bool has_job = false;                   // systemd was asked to start or stop it, and is at it
  bool watched = false;                   // enabled, or named in the settings; else it is here because it failed

  UnitWatch watch;
  UnitWatch::News begin{};  // a problem that is to be told, and its end: kNone: there is none
  UnitWatch::News end{};
  bool kept_failing = false;               // the database has that it was told
  std::optional<ServiceState> kept_state;  // the newest that the database has
  bool row_due = false;                    // what it is now has to be in the database

  UnitActive active() const { return parse_unit_active(active_state); }
  ServiceState state() const { return service_state(active()); }
  /// People know it as failing, and not as well again.
  bool is_told() const { return begin == UnitWatch::News::kNone && (watch.failing() || end != UnitWatch::News::kNone); }
  /// It is run by others, a timer or another unit, and ends: only a failure of it says something.
  bool is_job() const {
    return !watched || type.view() == "oneshot" || file_state.view().starts_with("static") ||
           file_state.view().starts_with("masked");
  }
};
static_assert(sizeof(Unit) <= base::limits::kUnitBytes);

/// Whether systemd starts it with the box.
inline bool is_enabled(std::string_view file_state) { return file_state.starts_with("enabled"); }

}  // namespace rules
