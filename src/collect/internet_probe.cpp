// SPDX-License-Identifier: MIT
#include "collect/internet_probe.h"

#include <cassert>
#include <cerrno>

namespace collect {

InternetProbe::InternetProbe(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, net::RawIcmpSource raw,
                             base::Callback<const ProbeResult&> on_result)
    : loop_(loop),
      on_result_(on_result),
      connect_(loop, resolver, tls),
      http_(loop, connect_, *this),
      echo_(loop, resolver, raw) {}

base::Result<void> InternetProbe::configure(std::string_view target, std::chrono::milliseconds timeout) {
  if (!target.empty()) {
    const auto parsed = rules::parse_probe_url(target);
    if (!parsed) return std::unexpected(parsed.error());
    url_ = *parsed;
    connect_.set_target(url_);
    echo_.set_host(url_.host);
  }
  cancel();
  configured_ = !target.empty();
  timeout_ = timeout;
  return {};
}

void InternetProbe::start() {
  assert(configured_);
  if (running_) {
    ++overruns_;
    cancel();
  }
  running_ = true;
  const base::SteadyTime deadline = loop_.clock().steady_now() + timeout_;
  if (url_.scheme == rules::Url::Scheme::kTcp) {
    connect_.start(deadline, net::Connector::OnDone::to<&InternetProbe::on_connected>(*this));
  } else if (url_.scheme == rules::Url::Scheme::kIcmp) {
    echo_.start(deadline, net::IcmpEcho::OnDone::to<&InternetProbe::on_echo>(*this));
  } else {
    http_.start({.method = net::HttpClientRequest::Method::kHead, .host = url_.field, .target = url_.target}, deadline);
  }
}

void InternetProbe::cancel() {
  running_ = false;
  http_.cancel();
  connect_.cancel();
  echo_.cancel();
}

void InternetProbe::on_connected(net::ConnectResult& result) {
  if (result.error) return fail(*result.error);
  succeed(loop_.clock().steady_now() - result.connection.began);
}

void InternetProbe::on_echo(const base::Result<base::Duration>& ping) {
  if (!ping) return fail(ping.error());
  succeed(*ping);
}

void InternetProbe::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  if (!answer) return fail(answer.error());
  if (answer->status >= 200 && answer->status <= 399) return succeed(answer->first_byte - answer->connect_began);
  ProbeResult result;
  result.reason.appendf("%s answered %u", url_.host.c_str(), unsigned{answer->status});
  finish(result);
}

void InternetProbe::succeed(base::Duration ping) {
  finish({.ok = true, .ping_ms = std::chrono::duration<float, std::milli>(ping).count(), .reason = {}});
}

void InternetProbe::fail(const base::Error& error) {
  ProbeResult result;
  if (error.code() != ETIMEDOUT) {
    result.reason.append(error.text());
  } else if (timeout_.count() % 1000 == 0) {
    result.reason.appendf("%s did not answer within %lld s", url_.host.c_str(),
                          static_cast<long long>(timeout_.count() / 1000));
  } else {
    result.reason.appendf("%s did not answer within %lld ms", url_.host.c_str(),
                          static_cast<long long>(timeout_.count()));
  }
  finish(result);
}

void InternetProbe::finish(const ProbeResult& result) {
  running_ = false;
  on_result_(result);
}

}  // namespace collect
