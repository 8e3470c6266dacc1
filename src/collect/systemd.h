// SPDX-License-Identifier: MIT
// The services of this box as systemd has them (org.freedesktop.systemd1(5)): listed over its bus, then followed by its
// signals, so that a failure is known in the millisecond in which systemd announces it. Owns the connection and the
// table of services; decides nothing about one of them.
//
//   away       nobody answers, or the bus was lost: the next try when the backoff is over
//   files      ListUnitFiles: which services are enabled
//   units      ListUnits: what is loaded, and how it is
//   asking     single properties, one call after the other: of what is new, or after systemd has read its files anew
//   waiting    systemd went while it was asked, to begin anew: listed again when that may be over
//   listed     waits for signals. What one of them brings up is asked for at once
//
// In the table are the services that are watched, and others while they are failed. It is listed anew after a
// connection was lost, after daemon-reload and daemon-reexec, and every few minutes, since a bus that is silent may as
// well be dead.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/dbus_client.h"
#include "net/unix_connect.h"
#include "rules/unit.h"

namespace collect {

struct SystemdStatus {
  bool known = false;                                        // one try has come to its list, or failed
  bool answers = false;                                      // the table is what systemd has
  bool absent = false;                                       // there is no bus, or no systemd on it
  base::FixedString<191> reason{"it has not answered yet"};  // when it does not answer, for a person
  base::SteadyTime listed_at{};                              // the last time; the epoch: never
  std::uint64_t gaps = 0;                                    // how often it was lost after it had answered
  std::uint64_t signals = 0;                                 // about services
  std::uint32_t left_out = 0;  // services that there was no room for at the last listing, or with too long a name
};

class SystemdHandler {
 public:
  /// A service of which all is known, after systemd told something of it.
  virtual void on_unit(rules::Unit& unit) = 0;
  /// It is not on the box any more, or not to be watched, or (not watched) well again; it goes after this.
  virtual void on_unit_gone(const rules::Unit& unit) = 0;
  /// The status changed, or everything was listed anew.
  virtual void on_systemd_heard() = 0;

 protected:
  ~SystemdHandler() = default;
};

class Systemd final : private net::DBusClientHandler {
 public:
  static constexpr std::chrono::seconds kTimeout{30};  // to connect, and for each answer
  static constexpr std::chrono::seconds kLongest{60};  // between two tries to connect
  static constexpr std::chrono::seconds kReexec{1};
  static constexpr std::chrono::minutes kLookAgain{5};

  Systemd(event::Loop& loop, SystemdHandler& handler);
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;

  /// Begins anew. `bus`: "unix:path=/run/dbus/system_bus_socket", or empty: systemd is not asked. `watch`: names and
  /// patterns of services, with or without ".service"; empty: those that are enabled.
  void start(std::string_view bus, std::string_view watch);
  /// Lists everything again, when that was not done for kLookAgain.
  void look_again();

  /// A service that an earlier run knew, before the first listing, which drops what is not there any more. nullptr:
  /// there is no room.
  rules::Unit* remember(std::string_view name);

  const SystemdStatus& status() const { return status_; }
  std::span<rules::Unit> units() { return units_; }
  std::span<const rules::Unit> units() const { return units_; }
  /// Messages of the bus that were over the limits.
  std::uint64_t skipped() const { return client_.skipped(); }

 private:
  enum class Step : std::uint8_t { kAway, kFiles, kUnits, kAsking, kWaiting, kListed };
  enum Question : std::uint8_t {
    kFileState = 1,
    kType = 2,
    kRestarts = 4,
    kSince = 8,
    kResult = 16,
    kStatus = 32,
    kAll = 63
  };
  /// What is known of the unit in the same place of units_.
  struct Place {
    std::uint8_t open = kAll;  // Questions without an answer
    bool ready = false;        // it was handed on
    bool in_files = false;     // in the listing that is under way, or the last one
    bool loaded = false;
  };

  void on_dbus_open() override;
  void on_dbus_closed(const base::Error& error) override;
  void on_dbus_body(const net::DBusHeader& header, net::DBusReader body) override;
  void on_dbus_element(const net::DBusHeader& header, net::DBusReader element) override;
  void on_dbus_end(const net::DBusHeader& header) override;
  void on_dbus_skipped(const net::DBusHeader& header) override;

  void on_time();
  void lose(const base::Error& error, bool absent);
  void on_refusal(std::string_view error_name);
  void begin_listing(std::uint8_t questions);
  void on_file(net::DBusReader file);
  void on_loaded_unit(net::DBusReader unit);
  void take_list();
  void ask_next();
  void take_answer(net::DBusReader body);
  void take_since(rules::Unit& unit, net::DBusReader value) const;
  void settle(std::size_t index);
  void become_listed();
  void on_properties(const net::DBusHeader& header, net::DBusReader body);
  void on_unknown_unit(std::string_view name, std::string_view active, std::string_view sub);
  void set_state(rules::Unit& unit, std::string_view active, std::string_view sub, bool has_job);
  bool names(std::string_view unit) const;
  std::size_t find(std::string_view name) const;
  std::size_t find_or_add(std::string_view name);
  void drop(std::size_t index);
  void drop_all();
  std::uint32_t call(std::string_view path, std::string_view interface, std::string_view member,
                     std::span<const std::string_view> arguments = {});

  event::Loop& loop_;
  SystemdHandler& handler_;
  net::UnixConnect connect_;
  net::DBusClient client_;
  event::Timer timer_;  // the next try, or the end of the patience with an answer
  std::string watch_;
  bool on_ = false;
  std::vector<rules::Unit> units_;  // never more than base::limits::kUnits
  std::vector<Place> places_;
  unsigned failures_ = 0;  // in a row
  Step step_ = Step::kAway;
  std::uint32_t awaited_ = 0;    // serial of the call whose answer the step waits for; 0: none
  base::FixedString<95> asked_;  // the unit that the awaited answer is about
  std::uint8_t question_ = 0;    // and what it answers
  SystemdStatus status_;
};

}  // namespace collect
