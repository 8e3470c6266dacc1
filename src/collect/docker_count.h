// SPDX-License-Identifier: MIT
// How many containers run: asks the Docker engine over its UNIX socket for the list of them (GET /containers/json,
// which has only the running ones) and counts while it streams by. Holds nothing of the list, never waits, and gives
// no number unless the whole list came and was sound.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/fixed_string.h"
#include "event/loop.h"
#include "net/connector.h"
#include "net/http_client.h"
#include "rules/json_array_count.h"

namespace collect {

struct DockerCountResult {
  std::int32_t running = -1;      // -1: not known
  base::FixedString<160> reason;  // when not known, for a person
};

class DockerCount final : private net::HttpClientHandler {
 public:
  static constexpr std::chrono::seconds kTimeout{2};
  static constexpr std::uint64_t kMaxListBytes = 8U << 20U;  // thousands of containers; what is above is no list

  /// `connector` leads to the engine's socket, and outlives this. `on_result` comes once for each start(), never from
  /// inside it; start() and configure() are allowed there.
  DockerCount(event::Loop& loop, net::Connector& connector, base::Callback<const DockerCountResult&> on_result);
  DockerCount(const DockerCount&) = delete;
  DockerCount& operator=(const DockerCount&) = delete;

  /// Path of the engine's socket, for what is said about it. Ends a count that is under way, without a result.
  void configure(std::string_view socket_path);

  /// A count that is still under way is cancelled without a result, and counted.
  void start();
  void cancel() { http_.cancel(); }
  bool running() const { return http_.busy(); }
  std::uint64_t overruns() const { return overruns_; }

 private:
  bool on_http_status(std::uint16_t status) override;
  bool on_http_body(std::string_view piece) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;
  void explain(const base::Error& error, DockerCountResult& result) const;

  event::Loop& loop_;
  base::Callback<const DockerCountResult&> on_result_;
  net::HttpClient http_;
  rules::JsonArrayCount count_;
  std::string socket_path_;
  std::uint16_t status_ = 0;  // 0: no answer began
  bool body_is_array_ = true;
  std::uint64_t overruns_ = 0;
};

}  // namespace collect
