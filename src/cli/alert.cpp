// SPDX-License-Identifier: MIT
// limpet alert test: one real message through each channel, past the outbox, so that a person sees what the service
// says to it.
#include <stdio.h>

#include <optional>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "event/loop.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "notify/registry.h"
#include "notify/sender.h"
#include "os/clock.h"
#include "os/host_name.h"
#include "os/local_time.h"
#include "rules/text_cut.h"

namespace cli {
namespace {

constexpr std::string_view kChannel = "--channel";

// What follows "alert": nothing is said in advance that is not "test".
base::Result<std::string_view> parse_channel(const std::vector<std::string_view>& rest) {
  if (rest.empty() || rest.front() != "test") return std::unexpected(base::Error("there is only: limpet alert test"));
  std::string_view name;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i].starts_with(kChannel) && rest[i].size() > kChannel.size()) {
      name = rest[i].substr(kChannel.size() + 1);
    } else if (rest[i] == kChannel && i + 1 < rest.size()) {
      name = rest[++i];
    } else {
      return std::unexpected(base::Error("there is nothing else to give but --channel NAME"));
    }
    if (!config::parse_channels(name) || name.find(',') != std::string_view::npos)
      return std::unexpected(base::Error("--channel needs one of n8n, pushover, telegram, slack, webhook"));
  }
  return name;
}

std::string host_name_of(const config::Settings& settings) {
  return settings.host_name.empty() ? os::host_name() : settings.host_name;
}

/// One message through one channel, in a loop of its own.
class Test {
 public:
  Test(const config::Settings& settings, const notify::Channel& channel)
      : sender_(loop_, resolver_, tls_, settings, channel,
                base::Callback<const notify::Verdict&>::to<&Test::on_done>(*this)) {
    tls_.configure(settings.ca_file);
  }

  bool run(std::string_view host_name) {
    rules::Event event =
        rules::make_event(rules::EventKind::kAlertTest, clock_.wall_now(), clock_.steady_now(), "test");
    event.text.append("This is a test: alerts of this box arrive here.\n\nHost: ").append(host_name);
    event.text.append("\nTime: ").append(os::local_time(event.time));
    sender_.send(event, host_name);
    if (!verdict_) loop_.run();
    return print();
  }

 private:
  void on_done(const notify::Verdict& verdict) {
    verdict_ = verdict;
    loop_.stop();
  }
  bool print() const {
    const std::string_view name = sender_.channel().name();
    const bool taken = verdict_->delivery == rules::Delivery::kDelivered;
    ::printf("%.*s: %s%s%s\n", static_cast<int>(name.size()), name.data(), taken ? "took it" : "did not take it",
             taken ? "" : ": ", verdict_->problem.c_str());
    if (sender_.status() == 0) return taken;
    ::printf("  its answer: HTTP %u\n", unsigned{sender_.status()});
    const auto body = rules::one_line<1024>(sender_.body());
    if (!body.empty()) ::printf("  %s\n", body.c_str());
    return taken;
  }

  os::SystemClock clock_;
  event::Loop loop_{clock_};
  net::Resolver resolver_{loop_};
  net::TlsService tls_{clock_};
  notify::Sender sender_;
  std::optional<notify::Verdict> verdict_;
};

}  // namespace

int alert(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments, {&kChannel, 1});
  if (!options) return usage_error("alert", options.error().text());
  if (options->help) return print_help(help::kAlert);
  const base::Result<std::string_view> only = parse_channel(options->rest);
  if (!only) return usage_error("alert", only.error().text());
  const std::optional<config::Settings> settings = take_settings(*options);
  if (!settings) return kUsage;

  bool all_taken = true;
  std::size_t count = 0;
  for (const notify::Channel* channel : notify::registry()) {
    if (!only->empty() && channel->name() != *only) continue;
    if (!channel->configured(*settings)) continue;
    ++count;
    all_taken = Test(*settings, *channel).run(host_name_of(*settings)) && all_taken;
  }
  if (count == 0)
    ::fprintf(stderr, "limpet alert: %s set up\n", only->empty() ? "no channel is" : "this channel is not");
  if (!finish_output()) return kFailed;
  return count > 0 && all_taken ? kDone : kFailed;
}

}  // namespace cli
