// SPDX-License-Identifier: MIT
#include "collect/heartbeat_worker.h"

#include <cassert>
#include <cerrno>
#include <span>

#include "base/human.h"
#include "rules/sample_json.h"

namespace collect {

HeartbeatWorker::HeartbeatWorker(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls,
                                 base::Callback<const WorkerResult&> on_result)
    : loop_(loop), on_result_(on_result), connect_(loop, resolver, tls), http_(loop, connect_, *this) {}

base::Result<void> HeartbeatWorker::configure(const config::Settings& settings) {
  const std::string authorization = settings.worker_secret.empty() ? "" : "Bearer " + settings.worker_secret;
  const bool same = settings.worker_url == url_text_ && authorization == authorization_;
  if (!same) http_.cancel();
  timeout_ = settings.worker_timeout;
  body_ = settings.worker_body;
  authorization_ = authorization;
  url_text_ = settings.worker_url;
  configured_ = false;
  if (url_text_.empty()) return {};
  const auto url = rules::parse_web_url(url_text_);
  if (!url) return std::unexpected(url.error());
  url_ = *url;
  connect_.set_target(url_);
  configured_ = true;
  return {};
}

void HeartbeatWorker::start(const rules::Sample& sample) {
  assert(configured_);
  status_ = 0;
  base::TextWriter body(body_room_);
  if (body_ == config::HeartbeatBody::kMetrics) rules::write_sample_json(sample, body);
  std::array<net::HttpField, 2> fields;
  std::size_t count = 0;
  if (!authorization_.empty()) fields[count++] = {"Authorization", authorization_};
  if (body.size() > 0) fields[count++] = {"Content-Type", "application/json"};
  http_.start({.method = net::HttpClientRequest::Method::kPost,
               .host = url_.field,
               .target = url_.target,
               .fields = std::span(fields).first(count),
               .body = body.view(),
               .keep_alive = true},
              loop_.clock().steady_now() + timeout_);
}

bool HeartbeatWorker::on_http_status(std::uint16_t status) {
  status_ = status;
  return true;
}

// Once there is a status the Worker has answered, whatever becomes of what follows it.
void HeartbeatWorker::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  WorkerResult result;
  if (status_ != 0) {
    result.status = status_;
  } else if (!answer && answer.error().code() == ETIMEDOUT) {
    result.reason.append(url_.host).append(" did not answer within ").append(base::format_duration(timeout_));
  } else if (!answer) {
    result.reason.append(answer.error().text());
  }
  on_result_(result);
}

}  // namespace collect
