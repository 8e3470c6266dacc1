// SPDX-License-Identifier: MIT
// Does one thing at a time: restarts a container over the engine's socket; everything else by the helper that keeps
// root, which does only what the configuration allows. Owns the ways there; decides nothing.
#pragma once

#include <chrono>
#include <optional>

#include "app/docker_gates.h"
#include "config/settings.h"
#include "event/loop.h"
#include "event/timer.h"
#include "heal/helper.h"
#include "heal/outcome.h"
#include "net/http_client.h"
#include "rules/heal_target.h"

namespace app {

class HealActions final : private net::HttpClientHandler {
 public:
  using OnDone = base::Callback<const heal::Outcome&>;

  /// The engine waits 10 s for a container to end before it kills it.
  static constexpr base::Duration kLongestContainer = std::chrono::seconds(25);
  /// The helper's own patience is shorter.
  static constexpr base::Duration kLongestByHelper = std::chrono::seconds(80);
  /// Of a reboot, and of a cleanup.
  static constexpr base::Duration kLongestOfAll = std::chrono::minutes(6);

  /// All are borrowed and outlive this.
  HealActions(event::Loop& loop, const config::Settings& settings, heal::Helper& helper, bool by_helper,
              OnDone on_done);
  HealActions(const HealActions&) = delete;
  HealActions& operator=(const HealActions&) = delete;

  /// Without a helper nothing can be done but about containers, and to Limpet's own history.
  bool has_helper() const { return by_helper_; }
  bool can_repair(rules::TargetKind kind) const {
    return by_helper_ || kind == rules::TargetKind::kContainer || kind == rules::TargetKind::kDisk;
  }
  bool busy() const { return busy_; }
  /// Only while not busy. `name` is what is to be restarted or stopped, or the network's interface. `on_done` comes
  /// from the loop, never from inside here; kDropHistory is the history's to do, and is done at once.
  void start(rules::HealAction action, rules::TargetKind kind, std::string_view name);

 private:
  void restart(rules::TargetKind kind);
  void restart_container();
  void ask_helper(heal::Operation operation, base::Duration longest = kLongestByHelper);
  void finish_soon(const heal::Outcome& outcome);
  bool on_http_status(std::uint16_t status) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;
  void on_reply(heal::HelperReply& reply);
  void on_time();
  void finish(const heal::Outcome& outcome);

  event::Loop& loop_;
  const config::Settings& settings_;
  OnDone on_done_;
  bool by_helper_;
  DirectDockerGate direct_;
  HelperDockerGate helper_gate_;
  collect::DockerGate& gate_;
  net::HttpClient http_;
  heal::HelperCall call_;
  event::Timer timer_;
  rules::TargetName name_;
  std::uint16_t status_ = 0;           // of the engine's answer
  std::optional<heal::Outcome> soon_;  // what it ends with, without anybody's answer
  bool busy_ = false;
};

}  // namespace app
