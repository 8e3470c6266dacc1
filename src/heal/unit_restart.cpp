// SPDX-License-Identifier: MIT
#include "heal/unit_restart.h"

#include <array>
#include <cerrno>
#include <optional>

#include "base/bus_address.h"
#include "event/loop.h"
#include "net/dbus_client.h"
#include "net/unix_connect.h"
#include "os/clock.h"
#include "rules/systemd_bus.h"

namespace heal {
namespace {

using namespace rules::systemd_bus;
using net::DBusHeader;

constexpr std::string_view kBus = "org.freedesktop.DBus";
constexpr std::string_view kBusPath = "/org/freedesktop/DBus";
constexpr std::string_view kRule =
    "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager',member='JobRemoved'";
constexpr std::chrono::seconds kPatience{10};  // with the bus, and for systemd to take the job

// How a job ended, as JobRemoved has it.
Outcome outcome_of(std::string_view result) {
  if (result == "done") return {};
  if (result == "canceled") return {ECANCELED, "somebody else stopped or started it meanwhile"};
  if (result == "timeout") return {EIO, "it did not start in time"};
  if (result == "dependency") return {EIO, "something that it depends on could not be started"};
  if (result == "failed") return {EIO, "it could not be started"};
  Outcome outcome{.error = EIO};
  outcome.text.append("systemd says: ").append(result);
  return outcome;
}

class UnitRestart final : private net::DBusClientHandler {
 public:
  Outcome run(std::string_view bus, std::string_view unit) {
    unit_ = unit;
    connect_.set_path(base::bus_socket_path(bus));
    deadline_ = clock_.steady_now() + kPatience;
    client_.open(deadline_);
    while (!outcome_ && clock_.steady_now() < deadline_) loop_.run_once(deadline_ - clock_.steady_now());
    if (outcome_) return *outcome_;
    if (!job_.empty()) return {};
    return {ETIMEDOUT, "systemd does not answer"};
  }

 private:
  void on_dbus_open() override {
    client_.call({kBus, kBusPath, kBus, "AddMatch", {&kRule, 1}});
    client_.call({kName, kManagerPath, kManager, "Subscribe"});
    const std::array<std::string_view, 2> arguments{unit_, "replace"};
    asked_ = client_.call({kName, kManagerPath, kManager, "RestartUnit", arguments});
  }

  void on_dbus_closed(const base::Error& error) override {
    outcome_ = {error.code() != 0 ? error.code() : ECONNRESET, error.text()};
  }

  void on_dbus_body(const DBusHeader& header, net::DBusReader body) override {
    if (header.reply_serial != 0 && header.reply_serial == asked_) return on_answer(header, body);
    if (header.is_signal(kManager, "JobRemoved") && header.signature.view() == "uoss") on_job_removed(body);
  }

  void on_answer(const DBusHeader& header, net::DBusReader body) {
    if (header.type == DBusHeader::Type::kError) {
      const std::string_view why = header.signature.view() == "s" ? body.string() : std::string_view();
      outcome_ = {EIO, why.empty() ? header.error_name.view() : why};
      return;
    }
    job_ = body.string();
    deadline_ = clock_.steady_now() + kLongestJob;
  }

  void on_job_removed(net::DBusReader body) {
    body.uint32();
    const std::string_view job = body.string();
    body.string();
    const std::string_view result = body.string();
    if (!body.good() || job_.empty() || job != job_.view()) return;
    outcome_ = outcome_of(result);
  }

  void on_dbus_element(const DBusHeader&, net::DBusReader) override {}
  void on_dbus_end(const DBusHeader&) override {}
  void on_dbus_skipped(const DBusHeader&) override {}

  os::SystemClock clock_;
  event::Loop loop_{clock_};
  net::UnixConnect connect_{loop_};
  net::DBusClient client_{loop_, connect_, *this};
  std::string_view unit_;
  base::SteadyTime deadline_{};
  std::uint32_t asked_ = 0;
  base::FixedString<255> job_;  // that systemd made of it
  std::optional<Outcome> outcome_;
};

}  // namespace

Outcome restart_unit(std::string_view bus, std::string_view unit) { return UnitRestart().run(bus, unit); }

}  // namespace heal
