// SPDX-License-Identifier: MIT
#include "net/http_client.h"

#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <utility>

namespace net {

HttpClient::HttpClient(event::Loop& loop, Connector& connector, HttpClientHandler& handler)
    : loop_(loop),
      connector_(connector),
      handler_(handler),
      watch_(loop, "HTTP answer", base::Callback<short>::to<&HttpClient::on_ready>(*this)),
      deadline_timer_(loop, "HTTP answer", base::Callback<>::to<&HttpClient::on_deadline>(*this)),
      parser_(*this, header_value_) {}

void HttpClient::start(const HttpClientRequest& request, base::SteadyTime deadline) {
  if (busy()) cancel();
  write_request(request);
  answer_to_head_ = request.method == HttpClientRequest::Method::kHead;
  keep_alive_ = request.keep_alive;
  limits_.body_bytes = request.max_body_bytes;
  deadline_ = deadline;
  reused_ = static_cast<bool>(connection_.fd);
  if (reused_) {
    begin_exchange();
  } else {
    connect();
  }
}

void HttpClient::cancel() {
  if (phase_ == Phase::kConnecting) connector_.cancel();
  close();
}

void HttpClient::close() {
  watch_.cancel();
  deadline_timer_.cancel();
  connection_.fd.reset();
  phase_ = Phase::kIdle;
}

void HttpClient::write_request(const HttpClientRequest& request) {
  request_.clear();
  request_.append(request.method == HttpClientRequest::Method::kHead ? "HEAD " : "GET ")
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(request.host)
      .append("\r\nUser-Agent: limpet\r\nAccept: */*\r\nConnection: ")
      .append(request.keep_alive ? "keep-alive" : "close")
      .append("\r\n\r\n");
  assert(!request_.truncated());
}

void HttpClient::connect() {
  phase_ = Phase::kConnecting;
  connector_.start(deadline_, Connector::OnDone::to<&HttpClient::on_connected>(*this));
}

void HttpClient::on_connected(ConnectResult& result) {
  phase_ = Phase::kExchanging;
  if (result.error) return fail(*result.error);
  connection_ = std::move(result.connection);
  if (const auto watched = watch_.watch(connection_.fd.get(), POLLIN); !watched) return fail(watched.error());
  begin_exchange();
}

void HttpClient::begin_exchange() {
  phase_ = Phase::kExchanging;
  parser_.start_response(limits_, answer_to_head_);
  sent_ = 0;
  deadline_timer_.arm_at(deadline_);
  send();
}

void HttpClient::on_ready(short events) {
  // Between requests nothing is to come but the connection's end.
  if (phase_ == Phase::kIdle) return close();
  if ((events & POLLOUT) != 0) send();
  if ((events & ~POLLOUT) != 0) receive();
}

// A send that fails is no end: the peer may have answered before it closed, and if not, receive() sees why.
void HttpClient::send() {
  const std::string_view rest = request_.view().substr(sent_);
  const ssize_t sent = ::send(connection_.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    sent_ += static_cast<std::size_t>(sent);
  } else if (errno != EAGAIN && errno != EINTR) {
    sent_ = request_.size();
  }
  watch_.set_events(sent_ < request_.size() ? POLLIN | POLLOUT : POLLIN);
}

// One piece a call, so that a peer that sends without end leaves the loop to the others.
void HttpClient::receive() {
  char piece[base::limits::kHttpPiece];
  const ssize_t got = ::recv(connection_.fd.get(), piece, sizeof piece, 0);
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    if (reused_ && parser_.untouched()) return on_end_of_stream();
    return fail(base::Error::from_errno(errno, "read the answer"));
  }
  if (got == 0) return on_end_of_stream();
  if (parser_.untouched()) first_byte_ = loop_.clock().steady_now();
  const auto bytes = static_cast<std::size_t>(got);
  const lib::HttpParser::Progress progress = parser_.feed({piece, bytes});
  if (progress.state == lib::HttpParser::State::kComplete) return complete(progress.used == bytes);
  if (progress.state == lib::HttpParser::State::kFailed) {
    return fail(base::Error::format("the answer cannot be read: %s", parser_.failure().text));
  }
}

void HttpClient::on_end_of_stream() {
  if (reused_ && parser_.untouched()) {
    close();
    reused_ = false;
    return connect();
  }
  if (parser_.untouched()) return fail(base::Error("the connection was closed without an answer"));
  if (parser_.finish() == lib::HttpParser::State::kComplete) return complete(false);
  fail(base::Error("the connection was closed in the middle of the answer"));
}

void HttpClient::on_deadline() { fail(base::Error::from_errno(ETIMEDOUT, "wait for the answer")); }

void HttpClient::complete(bool nothing_follows) {
  const base::Result<HttpAnswer> answer =
      HttpAnswer{.status = parser_.status(), .connect_began = connection_.began, .first_byte = first_byte_};
  if (keep_alive_ && nothing_follows && parser_.keep_alive() && sent_ == request_.size()) {
    deadline_timer_.cancel();
    phase_ = Phase::kIdle;
  } else {
    close();
  }
  handler_.on_http_done(answer);
}

void HttpClient::fail(const base::Error& error) {
  const base::Result<HttpAnswer> answer = std::unexpected(error);
  close();
  handler_.on_http_done(answer);
}

}  // namespace net
