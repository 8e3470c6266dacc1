// SPDX-License-Identifier: MIT
#include "collect/docker_stream.h"

namespace collect {

DockerStream::DockerStream(event::Loop& loop, DockerGate& gate, std::span<const std::string_view> wanted,
                           base::Callback<> on_begin, OnElement on_element, OnEnd on_end)
    : loop_(loop),
      gate_(gate),
      on_begin_(on_begin),
      on_end_(on_end),
      http_(loop, gate, *this),
      filter_(element_, wanted, on_element) {}

void DockerStream::start(const rules::DockerRequest& request, rules::JsonShape shape, std::chrono::seconds timeout) {
  endless_ = shape == rules::JsonShape::kSequence;
  sound_ = true;
  status_ = 0;
  filter_.start(shape);
  gate_.prepare(request);
  const rules::DockerTarget target = rules::docker_target(request);
  http_.start({.host = "docker",
               .target = target,
               .keep_alive = !endless_ && gate_.keeps_alive(),
               .max_body_bytes = endless_ ? lib::HttpLimits::kNoBodyLimit : kMaxBytes},
              loop_.clock().steady_now() + timeout);
}

bool DockerStream::on_http_status(std::uint16_t status) {
  status_ = status;
  if (status != 200) return false;
  if (endless_) http_.set_deadline(base::SteadyTime::max());
  if (on_begin_) on_begin_();
  return true;
}

bool DockerStream::on_http_body(std::string_view piece) {
  sound_ = filter_.feed(piece);
  return sound_;
}

void DockerStream::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  DockerEnd end;
  end.status = status_;
  end.whole = answer && filter_.complete();
  end.sound = sound_ && (!answer || filter_.complete());
  if (!answer) end.error = answer.error();
  on_end_(end);
}

}  // namespace collect
