// SPDX-License-Identifier: MIT
// limpet unit: what systemd says of its units, asked over the message bus: without systemctl, also from inside of a
// container that has the bus's socket.
#include "rules/unit.h"

#include <stdio.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/load_settings.h"
#include "base/bus_address.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "event/loop.h"
#include "net/dbus_client.h"
#include "net/unix_connect.h"
#include "os/clock.h"
#include "rules/systemd_bus.h"

namespace cli {
namespace {

using namespace rules::systemd_bus;

constexpr base::Duration kPatience = std::chrono::seconds(30);  // for everything together
constexpr std::string_view kUnknown = "unknown";

// One question after the other; each waits for its answer.
class Systemd final : private net::DBusClientHandler {
 public:
  class ElementHandler {
   public:
    virtual void on_element(net::DBusReader element) = 0;

   protected:
    ~ElementHandler() = default;
  };

  explicit Systemd(std::string_view socket_path) { connect_.set_path(socket_path); }

  base::Result<void> open() {
    client_.open(deadline_);
    return wait();
  }

  /// Nothing: there is no such unit, or it has no such property.
  base::Result<std::optional<std::string>> read(std::string_view unit, std::string_view interface,
                                                std::string_view property) {
    const std::string_view arguments[] = {interface, property};
    text_.reset();
    if (auto done = ask({kName, rules::path_of_unit(unit), kProperties, "Get", arguments}); !done) {
      return std::unexpected(done.error());
    }
    return text_;
  }

  base::Result<void> list(std::string_view member, ElementHandler& elements) {
    elements_ = &elements;
    refused_.clear();
    auto done = ask({kName, kManagerPath, kManager, member});
    if (done && !refused_.empty()) return std::unexpected(base::Error(refused_));
    return done;
  }

 private:
  base::Result<void> ask(const net::DBusCall& call) {
    awaited_ = client_.call(call);
    if (awaited_ == 0) return std::unexpected(base::Error("that name is too long"));
    return wait();
  }

  base::Result<void> wait() {
    done_ = false;
    while (!done_ && !error_ && clock_.steady_now() < deadline_) loop_.run_once(deadline_ - clock_.steady_now());
    if (error_) return std::unexpected(*error_);
    if (!done_) return std::unexpected(base::Error("systemd does not answer in time"));
    return {};
  }

  void on_dbus_open() override { done_ = true; }
  void on_dbus_closed(const base::Error& error) override { error_ = error; }
  void on_dbus_body(const net::DBusHeader& header, net::DBusReader body) override {
    if (header.reply_serial == 0 || header.reply_serial != awaited_) return;
    done_ = true;
    if (header.type == net::DBusHeader::Type::kError) {
      refused_ = header.error_name;
    } else if (body.signature() == "s") {
      text_ = body.string();
    }
  }
  void on_dbus_element(const net::DBusHeader& header, net::DBusReader element) override {
    if (header.reply_serial == awaited_ && elements_ != nullptr) elements_->on_element(element);
  }
  void on_dbus_end(const net::DBusHeader& header) override { done_ = done_ || header.reply_serial == awaited_; }
  void on_dbus_skipped(const net::DBusHeader& header) override {
    if (header.reply_serial == awaited_) error_ = base::Error("systemd's list is too long to be read");
  }

  os::SystemClock clock_;
  base::SteadyTime deadline_ = clock_.steady_now() + kPatience;
  event::Loop loop_{clock_};
  net::UnixConnect connect_{loop_};
  net::DBusClient client_{loop_, connect_, *this};
  ElementHandler* elements_ = nullptr;
  std::uint32_t awaited_ = 0;
  bool done_ = false;
  std::optional<base::Error> error_;
  std::optional<std::string> text_;
  base::FixedString<255> refused_;
};

class Names final : public Systemd::ElementHandler {
 public:
  enum class Of : std::uint8_t { kLoaded, kThere, kEnabled };
  explicit Names(Of of) : of_(of) {}

  void on_element(net::DBusReader element) override {
    element.align(8);
    std::string_view name = element.string();
    if (of_ == Of::kEnabled) {  // a(ss): path, state
      name = name.substr(name.rfind('/') + 1);
      if (element.string() != "enabled") return;
    } else if (of_ == Of::kThere) {  // a(ssssssouso): name, description, load state, …
      element.string();
      if (element.string() != "loaded") return;
    }
    if (element.good() && name.ends_with(".service")) names_.emplace_back(name);
  }

  void print() {
    std::ranges::sort(names_);
    for (const std::string& name : names_) ::printf("%s\n", name.c_str());
  }

 private:
  Of of_;
  std::vector<std::string> names_;
};

base::Result<void> list(Systemd& systemd, Names::Of of) {
  Names names(of);
  auto done = systemd.list(of == Names::Of::kEnabled ? "ListUnitFiles" : "ListUnits", names);
  if (done) names.print();
  return done;
}

struct Property {
  const char* name;
  std::string_view interface;
};
constexpr Property kProperty[] = {
    {"ActiveState", kUnit}, {"SubState", kUnit}, {"Type", kService}, {"UnitFileState", kUnit}, {"LoadState", kUnit}};
using Values = std::array<std::optional<std::string>, std::size(kProperty)>;

base::Result<Values> read_unit(Systemd& systemd, std::string_view unit) {
  Values values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto value = systemd.read(unit, kProperty[i].interface, kProperty[i].name);
    if (!value) return std::unexpected(value.error());
    values[i] = *std::move(value);
  }
  return values;
}

// systemd has something to say of every name: of one that it does not have, that it is inactive.
bool is_known(const Values& values) { return values[4] && (*values[4] != "not-found" || *values[0] != "inactive"); }

const char* active_word(const Values& values) {
  if (!is_known(values)) return "unknown";
  switch (rules::service_state(rules::parse_unit_active(*values[0]))) {
    case rules::ServiceState::kRunning:
      return "active";
    case rules::ServiceState::kStopped:
      return "inactive";
    case rules::ServiceState::kFailed:
      return "failed";
    case rules::ServiceState::kUnknown:
      break;
  }
  return "unknown";
}

void print_unit(const Values& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view known = values[i] ? std::string_view(*values[i]) : "";
    const std::string_view value = is_known(values) ? known : kUnknown;
    ::printf("%s=%.*s\n", kProperty[i].name, static_cast<int>(value.size()), value.data());
  }
}

std::string full_name(std::string_view unit) {
  std::string name(unit);
  if (!unit.contains('.')) name += ".service";
  return name;
}

base::Result<int> answer(Systemd& systemd, std::string_view command, std::string_view unit) {
  base::Result<void> done = systemd.open();
  if (!done) return std::unexpected(done.error());
  if (command == "list-units") done = list(systemd, Names::Of::kLoaded);
  if (command == "list-units-clean") done = list(systemd, Names::Of::kThere);
  if (command == "list-unit-files-enabled") done = list(systemd, Names::Of::kEnabled);
  if (!done) return std::unexpected(done.error());
  if (unit.empty()) return kDone;
  const auto values = read_unit(systemd, full_name(unit));
  if (!values) return std::unexpected(values.error());
  if (command == "show") {
    print_unit(*values);
    return kDone;
  }
  const std::string_view word = active_word(*values);
  ::printf("%s\n", active_word(*values));
  return word == "active" ? kDone : kFailed;
}

// What is wrong with the words behind `limpet unit`; empty: nothing.
std::string_view usage_problem(const std::vector<std::string_view>& words) {
  constexpr std::string_view kLists[] = {"list-units", "list-units-clean", "list-unit-files-enabled"};
  if (words.empty()) return "what to ask is missing: is-active, show, list-units or another";
  if (words[0] == "is-active" || words[0] == "show") return words.size() == 2 ? "" : "expected the name of one unit";
  if (std::ranges::find(kLists, words[0]) == std::end(kLists)) return "that is nothing that can be asked";
  return words.size() == 1 ? "" : "a list takes no name";
}

}  // namespace

int unit(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("unit", options.error().text());
  if (options->help) return print_help(help::kUnit);
  const std::vector<std::string_view>& words = options->rest;
  if (const std::string_view problem = usage_problem(words); !problem.empty()) return usage_error("unit", problem);
  const config::Loaded loaded = app::load_settings(settings_inputs(*options));
  print_messages(loaded);
  if (!loaded.ok()) return kUsage;

  Systemd systemd(base::bus_socket_path(loaded.settings.systemd_bus));
  const base::Result<int> done = answer(systemd, words[0], words.size() > 1 ? words[1] : std::string_view());
  if (!done) {
    if (words[0] == "is-active") ::printf("unknown\n");
    ::fprintf(stderr, "limpet unit: %s\n", done.error().c_str());
  }
  return finish_output() && done ? *done : kFailed;
}

}  // namespace cli
