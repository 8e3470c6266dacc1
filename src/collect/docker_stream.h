// SPDX-License-Identifier: MIT
// One request to the engine, and its answer as elements of which only the wanted members are kept. Owns the connection
// and the memory of one element; its size does not depend on the answer's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/callback.h"
#include "base/limits.h"
#include "collect/docker_gate.h"
#include "event/loop.h"
#include "net/http_client.h"
#include "rules/json_filter.h"

namespace collect {

struct DockerEnd {
  std::uint16_t status = 0;  // of HTTP; 0: no answer began
  bool whole = false;        // 200, and JSON of the expected shape to its end
  base::Error error{""};     // when not whole: what the connection failed of, if it did
  bool sound = true;         // false: what came is not the JSON that was expected
};

class DockerStream final : private net::HttpClientHandler {
 public:
  using OnElement = rules::JsonFilter::OnElement;
  using OnEnd = base::Callback<const DockerEnd&>;

  /// Of all answers but the events; what is above is none.
  static constexpr std::uint64_t kMaxBytes = 64U << 20U;

  /// `wanted` is borrowed. `on_begin`: the engine took the request and the answer begins. In it and in `on_element`
  /// this object must not be touched.
  DockerStream(event::Loop& loop, DockerGate& gate, std::span<const std::string_view> wanted, base::Callback<> on_begin,
               OnElement on_element, OnEnd on_end);
  DockerStream(const DockerStream&) = delete;
  DockerStream& operator=(const DockerStream&) = delete;

  /// `on_end` comes once, never from inside here; start() is allowed there. One that is under way is cancelled. An
  /// endless answer has to begin within `timeout`, any other has to end.
  void start(const rules::DockerRequest& request, rules::JsonShape shape, std::chrono::seconds timeout);
  void cancel() { http_.cancel(); }
  bool busy() const { return http_.busy(); }

 private:
  bool on_http_status(std::uint16_t status) override;
  bool on_http_body(std::string_view piece) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;

  event::Loop& loop_;
  DockerGate& gate_;
  base::Callback<> on_begin_;
  OnEnd on_end_;
  net::HttpClient http_;
  std::array<char, base::limits::kDockerElement> element_;
  rules::JsonFilter filter_;
  bool endless_ = false;
  bool sound_ = true;
  std::uint16_t status_ = 0;
};

}  // namespace collect
