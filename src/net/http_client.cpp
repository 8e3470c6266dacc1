// SPDX-License-Identifier: MIT
#include "net/http_client.h"

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
  deadline_ = deadline;
  if (!write_head(request) || request.body.size() > kBodyBytes) {
    phase_ = Phase::kRefused;
    return deadline_timer_.arm_after({});
  }
  body_ = request.body;
  // A small body goes out together with the head: one packet, one TLS record.
  if (body_.size() <= head_.capacity() - head_.size()) head_.append(std::exchange(body_, {}));
  answer_to_head_ = request.method == HttpClientRequest::Method::kHead;
  keep_alive_ = request.keep_alive;
  limits_.body_bytes = request.max_body_bytes;
  reused_ = static_cast<bool>(connection_.fd);
  if (reused_) {
    begin_exchange();
  } else {
    connect();
  }
}

void HttpClient::set_deadline(base::SteadyTime deadline) {
  deadline_ = deadline;
  if (phase_ == Phase::kExchanging) deadline_timer_.arm_at(deadline);
}

void HttpClient::cancel() {
  if (phase_ == Phase::kConnecting) connector_.cancel();
  close();
}

void HttpClient::close() {
  watch_.cancel();
  deadline_timer_.cancel();
  connection_.close();
  phase_ = Phase::kIdle;
}

// False: it does not fit.
bool HttpClient::write_head(const HttpClientRequest& request) {
  static constexpr std::string_view kMethods[] = {"GET ", "HEAD ", "POST "};
  head_.clear();
  head_.append(kMethods[static_cast<std::size_t>(request.method)])
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(request.host)
      .append("\r\nUser-Agent: limpet\r\nAccept: */*\r\nConnection: ")
      .append(request.keep_alive ? "keep-alive" : "close");
  for (const HttpField& field : request.fields) {
    head_.append("\r\n").append(field.name).append(": ").append(field.value);
  }
  if (request.method == HttpClientRequest::Method::kPost) {
    head_.appendf("\r\nContent-Length: %zu", request.body.size());
  }
  head_.append("\r\n\r\n");
  return !head_.truncated();
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
  sent_ = connection_.request_sent ? head_.size() + body_.size() : 0;
  deadline_timer_.arm_at(deadline_);
  send();
}

void HttpClient::on_ready(short /*events*/) {
  if (phase_ == Phase::kIdle) return look_at_idle();
  if (!sent_all()) send();
  receive();
}

// Between requests nothing is to come but the connection's end, or what belongs to TLS.
void HttpClient::look_at_idle() {
  char byte;
  if (connection_.read({&byte, 1}).state != base::IoResult::State::kWantRead) close();
}

// A send that fails is no end: the peer may have answered before it closed, and if not, receive() sees why.
void HttpClient::send() {
  while (!sent_all()) {
    const std::string_view rest =
        sent_ < head_.size() ? head_.view().substr(sent_) : body_.substr(sent_ - head_.size());
    const base::IoResult wrote = connection_.write(rest);
    if (wrote.state == base::IoResult::State::kWantRead || wrote.state == base::IoResult::State::kWantWrite) break;
    sent_ = wrote.state == base::IoResult::State::kDone ? sent_ + wrote.bytes : head_.size() + body_.size();
  }
  watch_.set_events(sent_all() ? POLLIN : POLLIN | POLLOUT);
}

// What one poll told of, and no more, so that a peer that sends without end leaves the loop to the others.
void HttpClient::receive() {
  while (receive_piece() && connection_.pending()) {
  }
}

// False: there is nothing more for now, and maybe this object is gone.
bool HttpClient::receive_piece() {
  char piece[base::limits::kHttpPiece];
  const base::IoResult got = connection_.read(piece);
  switch (got.state) {
    case base::IoResult::State::kDone:
      return take({piece, got.bytes});
    case base::IoResult::State::kClosed:
      on_end_of_stream();
      return false;
    case base::IoResult::State::kFailed:
      if (may_try_again()) {
        try_again();
      } else {
        fail(connection_.error("read the answer"));
      }
      return false;
    default:
      return false;
  }
}

bool HttpClient::take(std::string_view bytes) {
  if (parser_.untouched()) first_byte_ = loop_.clock().steady_now();
  const lib::HttpParser::Progress progress = parser_.feed(bytes);
  if (progress.state == lib::HttpParser::State::kMore) return true;
  if (progress.state == lib::HttpParser::State::kComplete) {
    complete(progress.used == bytes.size());
  } else {
    fail(base::Error::format("the answer cannot be read: %s", parser_.failure().text));
  }
  return false;
}

void HttpClient::try_again() {
  close();
  reused_ = false;
  connect();
}

void HttpClient::on_end_of_stream() {
  if (may_try_again()) return try_again();
  if (parser_.untouched()) return fail(base::Error("the connection was closed without an answer"));
  if (parser_.finish() == lib::HttpParser::State::kComplete) return complete(false);
  fail(base::Error("the connection was closed in the middle of the answer"));
}

void HttpClient::on_deadline() {
  if (phase_ == Phase::kRefused) return fail(base::Error("the request is too long to be sent"));
  fail(base::Error::from_errno(ETIMEDOUT, "wait for the answer"));
}

void HttpClient::complete(bool nothing_follows) {
  const base::Result<HttpAnswer> answer =
      HttpAnswer{.status = parser_.status(), .connect_began = connection_.began, .first_byte = first_byte_};
  if (keep_alive_ && nothing_follows && parser_.keep_alive() && sent_all() && !connection_.pending()) {
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
