// SPDX-License-Identifier: MIT
#include "net/http_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace net {

namespace {

constexpr std::size_t kMostDiscarded = 64 * 1024;  // of a peer that goes on sending after its last answer

// >= 0 the bytes, 0 the end for recv(2); -1 nothing now; -2 the connection is gone.
ssize_t settle(ssize_t result) {
  if (result >= 0) return result;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -1 : -2;
}

ssize_t receive(int fd, std::span<char> room) { return settle(::recv(fd, room.data(), room.size(), MSG_DONTWAIT)); }

ssize_t transmit(int fd, std::string_view bytes) {
  return settle(::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace

HttpConnection::HttpConnection(HttpShared& shared, SmallBuffer& small)
    : shared_(shared),
      small_(small),
      watch_(shared.loop, "HTTP connection", base::Callback<short>::to<&HttpConnection::on_ready>(*this)),
      deadline_(shared.loop, "HTTP deadline", base::Callback<>::to<&HttpConnection::on_deadline>(*this)),
      parser_(*this, work().last(kValueBytes)) {}

base::Result<void> HttpConnection::open(os::UniqueFd& fd, const Peer& peer) {
  if (auto watched = watch_.watch(fd.get(), POLLIN); !watched) return watched;
  fd_ = std::move(fd);
  peer_ = peer;
  input_begin_ = input_end_ = 0;
  peer_done_ = false;
  expect_request(kRequestTimeout);
  return {};
}

void HttpConnection::close() {
  watch_.cancel();
  deadline_.cancel();
  large_.release();
  unsent_ = {};
  fd_.reset();
  state_ = State::kClosed;
}

void HttpConnection::wait(State state, base::Duration timeout) {
  state_ = state;
  waiting_since_ = shared_.loop.now();
  deadline_.arm_after(timeout);
}

void HttpConnection::expect_request(base::Duration timeout) {
  lib::HttpLimits limits;
  limits.target_bytes = kTargetBytes;
  parser_.start_request(limits);
  target_size_ = 0;
  wait(State::kReading, timeout);
}

void HttpConnection::on_ready(short events) {
  switch (state_) {
    case State::kReading:
      return read();
    case State::kWriting:
      return (events & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? close() : write_rest();
    case State::kLingering:
      return discard();
    case State::kClosed:
      return;
  }
}

void HttpConnection::on_deadline() {
  if (state_ == State::kReading && !parser_.untouched()) {
    ++shared_.statistics.timed_out;
    return refuse(408, "the request did not come in whole within 10 seconds");
  }
  if (state_ == State::kWriting) ++shared_.statistics.timed_out;
  close();
}

void HttpConnection::read() {
  const ssize_t got = receive(fd_.get(), input());
  if (got == -1) return;
  if (got == -2) return close();
  if (got == 0) {
    if (parser_.untouched()) return close();
    peer_done_ = true;
    return refuse(400, "the connection was closed inside the request");
  }
  if (parser_.untouched()) wait(State::kReading, kRequestTimeout);
  input_begin_ = 0;
  input_end_ = static_cast<std::size_t>(got);
  process_input();
}

// One request at a time: while an answer waits to be taken, the rest of the input stays where it is.
void HttpConnection::process_input() {
  while (state_ == State::kReading && input_begin_ < input_end_) {
    const std::string_view bytes(input().data() + input_begin_, input_end_ - input_begin_);
    const lib::HttpParser::Progress progress = parser_.feed(bytes);
    input_begin_ += progress.used;
    if (state_ != State::kReading) return;
    if (progress.state == lib::HttpParser::State::kComplete) {
      answer();
    } else if (progress.state == lib::HttpParser::State::kFailed) {
      refuse(parser_.failure().status, parser_.failure().text);
    }
  }
}

bool HttpConnection::on_target(std::string_view piece) {
  std::memcpy(work().data() + target_size_, piece.data(), piece.size());
  target_size_ += piece.size();
  return true;
}

// No route takes a body yet, so a body is counted against its limit and thrown away; who asks first is told to send.
bool HttpConnection::on_headers_complete() {
  if (!parser_.expects_continue() || !parser_.has_body() || parser_.is_http_1_0()) return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  return transmit(fd_.get(), kContinue) == static_cast<ssize_t>(kContinue.size());
}

void HttpConnection::answer() {
  const unsigned hosts = parser_.host_count();
  if (hosts > 1 || (hosts == 0 && !parser_.is_http_1_0())) {
    return refuse(400, "the request has to name one host, in one Host field");
  }
  LargeBuffers::Lease lease = shared_.large.lend();
  if (!lease) {
    shared_.free_large_buffer(peer_);
    lease = shared_.large.lend();
  }
  std::array<char, kWorkBytes> short_room;
  HttpResponse response(lease ? lease.bytes() : std::span<char>(short_room));
  serve(response);
  if (response.overflowed()) {
    if (lease) {
      response.become(500, "the answer is longer than this server can send");
    } else {
      response.become(503, "too many long answers are under way: try again in a moment");
    }
  }
  send(response, std::move(lease), parser_.keep_alive());
}

void HttpConnection::serve(HttpResponse& response) {
  const std::string_view target(work().data(), target_size_);
  const auto request = parse_target(parser_.method(), target);
  if (!request) return response.become(400, "the address asked for is none: it begins with a /");
  if (request->method == lib::HttpMethod::kOther) return response.become(501, "this method is not known");
  shared_.service.answer(*request, response);
}

void HttpConnection::refuse(std::uint16_t status, std::string_view sentence) {
  std::array<char, kWorkBytes> room;
  HttpResponse response(room);
  response.become(status, sentence);
  send(response, {}, false);
}

// Most answers are taken by the kernel at once. Of one that is not, the rest is kept: in the small buffer when it fits
// (the request is done with), else in the large one, which stays lent until the peer has read or is out of time.
void HttpConnection::send(HttpResponse& response, LargeBuffers::Lease lease, bool keep_open) {
  using Connection = HttpResponse::Connection;
  ++shared_.statistics.answered;
  if (response.status() >= 400) ++shared_.statistics.failed;
  keep_open_ = keep_open;
  const bool old = parser_.headers_complete() && parser_.is_http_1_0();
  const bool head_only = parser_.headers_complete() && parser_.method() == lib::HttpMethod::kHead;
  const Connection connection = !keep_open ? Connection::kClose : old ? Connection::kKeepHttp1 : Connection::kKeep;
  std::string_view bytes = response.finish(shared_.loop.clock().wall_now(), connection, head_only);
  const ssize_t sent = transmit(fd_.get(), bytes);
  if (sent == -2) return close();
  bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  if (bytes.empty()) return after_answer();
  if (bytes.size() <= kWorkBytes) {
    std::memcpy(work().data(), bytes.data(), bytes.size());
    unsent_ = {work().data(), bytes.size()};
  } else {
    large_ = std::move(lease);
    unsent_ = bytes;
  }
  watch_.set_events(POLLOUT);
  wait(State::kWriting, kWriteTimeout);
}

void HttpConnection::write_rest() {
  const ssize_t sent = transmit(fd_.get(), unsent_);
  if (sent == -1) return;
  if (sent == -2) return close();
  unsent_.remove_prefix(static_cast<std::size_t>(sent));
  if (!unsent_.empty()) return;
  large_.release();
  watch_.set_events(POLLIN);
  after_answer();
  process_input();
}

void HttpConnection::after_answer() {
  if (!keep_open_) return linger();
  expect_request(input_begin_ < input_end_ ? kRequestTimeout : kIdleTimeout);
}

void HttpConnection::linger() {
  if (peer_done_ || ::shutdown(fd_.get(), SHUT_WR) != 0) return close();
  discarded_ = 0;
  wait(State::kLingering, kLingerTimeout);
}

void HttpConnection::discard() {
  const ssize_t got = receive(fd_.get(), input());
  if (got == -1) return;
  if (got > 0) discarded_ += static_cast<std::size_t>(got);
  if (got <= 0 || discarded_ > kMostDiscarded) close();
}

}  // namespace net
