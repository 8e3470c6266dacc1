// SPDX-License-Identifier: MIT
#include "collect/systemd.h"

#include <algorithm>
#include <cerrno>

#include "base/bus_address.h"
#include "net/dbus_changes.h"
#include "rules/name_list.h"
#include "rules/systemd_bus.h"

namespace collect {
namespace {

using namespace rules::systemd_bus;

constexpr std::string_view kBus = "org.freedesktop.DBus";
constexpr std::string_view kBusPath = "/org/freedesktop/DBus";

// As narrow as they can be: at a reload systemd announces every unit as removed and as new, and nobody asked for that.
constexpr std::string_view kRules[] = {
    "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.DBus.Properties',"
    "member='PropertiesChanged',path_namespace='/org/freedesktop/systemd1/unit',arg0='org.freedesktop.systemd1.Unit'",
    "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.DBus.Properties',"
    "member='PropertiesChanged',path_namespace='/org/freedesktop/systemd1/unit',"
    "arg0='org.freedesktop.systemd1.Service'",
    "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager',member='Reloading'",
};

constexpr std::size_t kNowhere = base::limits::kUnits;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool is_instance(std::string_view name) { return name.contains('@'); }

}  // namespace

Systemd::Systemd(event::Loop& loop, SystemdHandler& handler)
    : loop_(loop),
      handler_(handler),
      connect_(loop),
      client_(loop, connect_, *this),
      timer_(loop, "systemd", base::Callback<>::to<&Systemd::on_time>(*this)) {}

void Systemd::start(std::string_view bus, std::string_view watch) {
  client_.close();
  timer_.cancel();
  failures_ = 0;
  step_ = Step::kAway;
  status_.known = status_.answers = status_.absent = false;
  watch_ = watch;
  const std::string_view path = base::bus_socket_path(bus);
  on_ = !path.empty();
  if (!on_) {
    drop_all();
    status_.reason = "[systemd] bus is empty";
    return;
  }
  status_.reason = SystemdStatus().reason;
  units_.reserve(base::limits::kUnits);
  places_.reserve(base::limits::kUnits);
  connect_.set_path(path);
  on_time();
}

void Systemd::look_again() {
  if (step_ == Step::kListed && loop_.clock().steady_now() - status_.listed_at >= kLookAgain) begin_listing(0);
}

rules::Unit* Systemd::remember(std::string_view name) {
  if (!on_) return nullptr;
  const std::size_t index = find_or_add(name);
  return index == kNowhere ? nullptr : &units_[index];
}

void Systemd::on_time() {
  if (step_ == Step::kWaiting) return begin_listing(kAll);
  if (client_.is_open()) return lose(base::Error::from_errno(ETIMEDOUT, "ask systemd about its services"), false);
  client_.open(loop_.clock().steady_now() + kTimeout);
}

void Systemd::on_dbus_closed(const base::Error& error) { lose(error, error.code() == ENOENT); }

void Systemd::lose(const base::Error& error, bool absent) {
  constexpr unsigned kMostDoublings = 6;
  client_.close();
  step_ = Step::kAway;
  awaited_ = 0;
  timer_.arm_after(std::min<base::Duration>(std::chrono::seconds(1U << std::min(failures_, kMostDoublings)), kLongest));
  ++failures_;
  status_.gaps += status_.answers ? 1 : 0;
  status_.answers = false;
  status_.absent = absent;
  status_.known = true;
  status_.reason = error.text();
  handler_.on_systemd_heard();
}

void Systemd::on_dbus_open() {
  for (const std::string_view& rule : kRules) call(kBusPath, kBus, "AddMatch", {&rule, 1});
  call(kManagerPath, kManager, "Subscribe");
  begin_listing(kAll);
}

std::uint32_t Systemd::call(std::string_view path, std::string_view interface, std::string_view member,
                            std::span<const std::string_view> arguments) {
  const std::string_view destination = path == kBusPath ? kBus : kName;
  return client_.call({destination, path, interface, member, arguments});
}

// `questions`: asked again also of the services that are known.
void Systemd::begin_listing(std::uint8_t questions) {
  step_ = Step::kFiles;
  status_.left_out = 0;
  for (Place& place : places_) {
    place.open |= questions;
    place.in_files = place.loaded = false;
  }
  timer_.arm_after(kTimeout);
  awaited_ = call(kManagerPath, kManager, "ListUnitFiles");
}

bool Systemd::names(std::string_view unit) const {
  const std::string_view short_name = unit.substr(0, unit.rfind('.'));
  return rules::list_matches(watch_, unit) || rules::list_matches(watch_, short_name);
}

std::size_t Systemd::find(std::string_view name) const {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i].name == name) return i;
  }
  return kNowhere;
}

std::size_t Systemd::find_or_add(std::string_view name) {
  if (const std::size_t known = find(name); known != kNowhere) return known;
  if (units_.size() == base::limits::kUnits || name.size() > decltype(rules::Unit::name)::capacity()) {
    ++status_.left_out;
    return kNowhere;
  }
  units_.emplace_back().name.append(name);
  places_.emplace_back();
  return units_.size() - 1;
}

// The last one takes its place.
void Systemd::drop(std::size_t index) {
  handler_.on_unit_gone(units_[index]);
  units_[index] = units_.back();
  places_[index] = places_.back();
  units_.pop_back();
  places_.pop_back();
}

void Systemd::drop_all() {
  while (!units_.empty()) drop(units_.size() - 1);
}

// a(ss): the file's path, and its state.
void Systemd::on_file(net::DBusReader file) {
  file.align(8);
  const std::string_view name = file_name(file.string());
  const std::string_view state = file.string();
  if (!file.good() || !rules::is_service_name(name)) return;
  const bool wanted = watch_.empty() ? rules::is_enabled(state) : names(name);
  const std::size_t index = wanted ? find_or_add(name) : find(name);
  if (index == kNowhere) return;
  units_[index].file_state = state;
  places_[index].in_files = true;
  places_[index].open &= static_cast<std::uint8_t>(~kFileState);
}

// a(ssssssouso): name, description, load state, active state, sub state, whom it follows, path, job.
void Systemd::on_loaded_unit(net::DBusReader listed) {
  listed.align(8);
  const std::string_view name = listed.string();
  listed.string();
  const std::string_view load = listed.string();
  const std::string_view active = listed.string();
  const std::string_view sub = listed.string();
  listed.string();
  listed.string();
  const bool has_job = listed.uint32() != 0;
  if (!listed.good() || !rules::is_service_name(name)) return;
  std::size_t index = find(name);
  if (index == kNowhere) {
    // Of a template's instances there are no files: each is asked whether it is enabled.
    const bool there = load == "loaded";
    const bool wanted = watch_.empty() ? active == "failed" || (there && is_instance(name)) : there && names(name);
    if (wanted) index = find_or_add(name);
    if (index == kNowhere) return;
  }
  places_[index].loaded = true;
  set_state(units_[index], active, sub, has_job);
}

void Systemd::set_state(rules::Unit& unit, std::string_view active, std::string_view sub, bool has_job) {
  if (!unit.active_state.empty() && unit.active_state.view() != active) unit.since = loop_.clock().steady_now();
  unit.active_state = active;
  unit.sub_state = sub;
  unit.has_job = has_job;
}

// What is in neither list is not on the box; what has a file and is not loaded does not run.
void Systemd::take_list() {
  for (std::size_t i = units_.size(); i-- > 0;) {
    if (!places_[i].in_files && !places_[i].loaded) {
      drop(i);
    } else if (!places_[i].loaded) {
      set_state(units_[i], "inactive", "dead", false);
    }
  }
  for (std::size_t i = units_.size(); i-- > 0;) {
    if (places_[i].open == 0) settle(i);
  }
  step_ = Step::kAsking;
  ask_next();
}

void Systemd::ask_next() {
  struct Row {
    std::uint8_t question;
    std::string_view arguments[2];  // of Properties.Get
  };
  static constexpr Row kQuestions[] = {
      {kFileState, {kUnit, "UnitFileState"}}, {kType, {kService, "Type"}},
      {kRestarts, {kService, "NRestarts"}},   {kSince, {kUnit, "StateChangeTimestampMonotonic"}},
      {kResult, {kService, "Result"}},        {kStatus, {kService, "ExecMainStatus"}}};
  const auto open = std::ranges::find_if(places_, [](const Place& place) { return place.open != 0; });
  if (open == places_.end()) {
    awaited_ = 0;
    timer_.cancel();
    if (step_ == Step::kAsking) become_listed();
    return;
  }
  const auto asked = std::ranges::find_if(kQuestions, [&](const Row& row) { return (open->open & row.question) != 0; });
  asked_ = units_[static_cast<std::size_t>(open - places_.begin())].name;
  question_ = asked->question;
  timer_.arm_after(kTimeout);
  awaited_ = call(rules::path_of_unit(asked_), kProperties, "Get", asked->arguments);
}

void Systemd::become_listed() {
  step_ = Step::kListed;
  failures_ = 0;
  status_.known = status_.answers = true;
  status_.absent = false;
  status_.reason.clear();
  status_.listed_at = loop_.clock().steady_now();
  handler_.on_systemd_heard();
}

// An error is an answer too: such a unit went meanwhile.
void Systemd::take_answer(net::DBusReader body) {
  const std::size_t index = find(asked_);
  if (index == kNowhere) return;
  rules::Unit& unit = units_[index];
  const std::string_view type = body.signature();
  net::DBusReader value = body;
  const std::string_view text = type == "s" ? value.string() : std::string_view();
  switch (question_) {
    case kFileState:
      unit.file_state = text;
      break;
    case kType:
      unit.type = text.empty() ? "unknown" : text;
      break;
    case kRestarts:
      unit.restarts = type == "u" ? body.uint32() : 0;
      break;
    case kSince:
      if (type == "t") take_since(unit, body);
      break;
    case kStatus:
      unit.exit_status = type == "i" ? static_cast<std::int32_t>(body.uint32()) : 0;
      break;
    default:
      unit.result = text;
  }
  places_[index].open &= static_cast<std::uint8_t>(~question_);
  if (places_[index].open == 0) settle(index);
}

// Microseconds since boot; 0: it has not changed since then.
void Systemd::take_since(rules::Unit& unit, net::DBusReader value) const {
  const base::SteadyTime since{std::chrono::microseconds(value.uint64())};
  if (!value.good() || since == base::SteadyTime() || since > loop_.clock().steady_now()) return;
  unit.since = since;
}

// All is known of it: whether it belongs here, and how it is.
void Systemd::settle(std::size_t index) {
  rules::Unit& unit = units_[index];
  unit.watched = watch_.empty() ? rules::is_enabled(unit.file_state) : names(unit.name);
  places_[index].ready = true;
  handler_.on_unit(unit);
  if (!unit.watched && unit.active() != rules::UnitActive::kFailed) drop(index);
}

// Of a change systemd first tells what a service has beyond other units, then what all units have: the second is when
// both are known.
void Systemd::on_properties(const net::DBusHeader& header, net::DBusReader body) {
  const rules::UnitName name = rules::unit_of_path(header.path);
  if (!rules::is_service_name(name)) return;
  const bool of_service = body.string() == kService;
  const std::size_t index = find(name);
  ++status_.signals;
  if (of_service) {
    if (index == kNowhere) return;
    rules::Unit& unit = units_[index];
    net::read_dbus_changes(body, [&unit](std::string_view property, std::string_view type, net::DBusReader& value) {
      if (property == "Result" && type == "s") unit.result = value.string();
      if (property == "ExecMainStatus" && type == "i") unit.exit_status = static_cast<std::int32_t>(value.uint32());
      if (property == "NRestarts" && type == "u") unit.restarts = value.uint32();
    });
    return;
  }
  std::string_view active;
  std::string_view sub;
  bool has_job = false;
  const bool good =
      net::read_dbus_changes(body, [&](std::string_view property, std::string_view type, net::DBusReader& value) {
        if (property == "ActiveState" && type == "s") active = value.string();
        if (property == "SubState" && type == "s") sub = value.string();
        if (property != "Job" || type != "(uo)") return;
        value.align(8);
        has_job = value.uint32() != 0;
      });
  if (!good || active.empty()) return;
  if (index == kNowhere) return on_unknown_unit(name, active, sub);
  set_state(units_[index], active, sub, has_job);
  if (places_[index].ready) settle(index);
}

// A service that nobody watches and that fails, or one that may be to watch and was not loaded at the last listing.
void Systemd::on_unknown_unit(std::string_view name, std::string_view active, std::string_view sub) {
  if (step_ != Step::kListed) return;  // it will be in the list
  const bool wanted = watch_.empty() ? active == "failed" || (active == "active" && is_instance(name)) : names(name);
  const std::size_t index = wanted ? find_or_add(name) : kNowhere;
  if (index == kNowhere) return;
  set_state(units_[index], active, sub, false);
  if (awaited_ == 0) ask_next();
}

void Systemd::on_dbus_body(const net::DBusHeader& header, net::DBusReader body) {
  if (header.is_signal(kProperties, "PropertiesChanged")) return on_properties(header, body);
  if (header.is_signal(kManager, "Reloading")) {
    // True when it begins, false when it is done: everything may be different then.
    if (!body.boolean() && body.good()) begin_listing(kType);
    return;
  }
  const bool error = header.type == net::DBusHeader::Type::kError;
  if (header.reply_serial == 0) return;
  const bool asking = step_ == Step::kAsking || step_ == Step::kListed;
  if (error && (!asking || header.error_name.view().ends_with("NoReply"))) return on_refusal(header.error_name);
  if (asking && header.reply_serial == awaited_) {
    take_answer(error ? net::DBusReader({}, 0, false) : body);
    ask_next();
  }
}

// Without the calls that make up the listing nothing is known.
void Systemd::on_refusal(std::string_view error_name) {
  constexpr unsigned kMost = 10;
  if (error_name.ends_with("NoReply") && failures_ < kMost) {
    ++failures_;
    step_ = Step::kWaiting;
    awaited_ = 0;
    return timer_.arm_after(kReexec);
  }
  lose(base::Error::format("systemd does not tell of its services: %.*s", static_cast<int>(error_name.size()),
                           error_name.data()),
       error_name.ends_with("ServiceUnknown") || error_name.ends_with("NameHasNoOwner"));
}

void Systemd::on_dbus_element(const net::DBusHeader& header, net::DBusReader element) {
  if (header.reply_serial != awaited_) return;
  if (step_ == Step::kFiles && header.signature.view() == "a(ss)") on_file(element);
  if (step_ == Step::kUnits && header.signature.view() == "a(ssssssouso)") on_loaded_unit(element);
}

void Systemd::on_dbus_end(const net::DBusHeader& header) {
  if (header.reply_serial != awaited_) return;
  if (step_ == Step::kFiles) {
    step_ = Step::kUnits;
    awaited_ = call(kManagerPath, kManager, "ListUnits");
  } else if (step_ == Step::kUnits) {
    take_list();
  }
}

// Of a box with thousands of units: what came before the limit is known.
void Systemd::on_dbus_skipped(const net::DBusHeader& header) { on_dbus_end(header); }

}  // namespace collect
