// SPDX-License-Identifier: MIT
#include "net/http_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace net {

namespace {

using Io = base::IoResult::State;

constexpr std::size_t kMostDiscarded = 64 * 1024;  // of a peer that goes on sending after its last answer
constexpr std::size_t kShortAnswer = 2048;         // with its head: what is answered without a large buffer
constexpr int kEventsPerTurn = 16;                 // then the others in the loop have theirs
constexpr base::Duration kTlsRetry = std::chrono::milliseconds(20);  // of a handshake that has to wait

}  // namespace

HttpConnection::HttpConnection(HttpShared& shared, SmallBuffer& small, std::uint16_t slot)
    : shared_(shared),
      small_(small),
      watch_(shared.loop, "HTTP connection", base::Callback<short>::to<&HttpConnection::on_ready>(*this)),
      deadline_(shared.loop, "HTTP deadline", base::Callback<>::to<&HttpConnection::on_deadline>(*this)),
      inbox_(shared, small),
      output_(connection_),
      ticket_{.slot = slot} {}

base::Result<void> HttpConnection::open(os::UniqueFd& fd, const Peer& peer, bool encrypted) {
  if (auto watched = watch_.watch(fd.get(), POLLIN); !watched) return watched;
  connection_.fd = std::move(fd);
  inbox_.open(peer, encrypted);
  peer_done_ = false;
  expect_request(kRequestTimeout);
  if (encrypted) wait(State::kShaking, kRequestTimeout);
  return {};
}

void HttpConnection::close() {
  watch_.cancel();
  deadline_.cancel();
  output_.close();
  inbox_.close();
  connection_.close();
  events_ = nullptr;
  state_ = State::kClosed;
}

// Who is not waited for is no reason for a shortage.
base::SteadyTime HttpConnection::waiting_since() const {
  const bool idle_stream = state_ == State::kFollowing && output_.empty();
  return state_ == State::kPending || idle_stream ? shared_.loop.now() : waiting_since_;
}

// What is not to be read must not be polled for, or the loop would spin.
void HttpConnection::wait(State state, base::Duration timeout) {
  state_ = state;
  const bool reads =
      state == State::kShaking || state == State::kReading || state == State::kLingering || state == State::kFollowing;
  const bool writes = state == State::kWriting || (state == State::kFollowing && !output_.empty());
  watch_.set_events(static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)));
  waiting_since_ = shared_.loop.now();
  deadline_.arm_after(timeout);
}

void HttpConnection::expect_request(base::Duration timeout) {
  ++ticket_.serial;
  inbox_.start(ticket_);
  wait(State::kReading, timeout);
}

void HttpConnection::on_ready(short events) {
  const bool gone = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  switch (state_) {
    case State::kShaking:
      return gone ? close() : shake_hands();
    case State::kReading:
      return read();
    case State::kPending:
      return gone ? close() : void();
    case State::kWriting:
      return gone ? close() : go_on_writing();
    case State::kFollowing:
      if (gone) return close();
      if ((events & POLLOUT) != 0) go_on_writing();
      if ((events & POLLIN) != 0 && state_ == State::kFollowing) discard();
      return;
    case State::kLingering:
      return discard();
    case State::kClosed:
      return;
  }
}

void HttpConnection::on_deadline() {
  if (state_ == State::kShaking && shared_.loop.now() < waiting_since_ + kRequestTimeout) return shake_hands();
  if (state_ == State::kReading && !inbox_.untouched()) {
    ++shared_.statistics.timed_out;
    return refuse(408, "the request did not come in whole within 10 seconds");
  }
  if (state_ == State::kPending) return refuse(503, "this could not be stored in time: try again in a moment");
  if (state_ == State::kFollowing && output_.empty()) return send_events();
  if (state_ == State::kShaking || state_ == State::kWriting || state_ == State::kFollowing) {
    ++shared_.statistics.timed_out;
  }
  close();
}

// A socket takes something nearly always, so who waits for that has the next turn.
void HttpConnection::shake_hands() {
  const bool begins = !has_tls();
  const TlsDoor::Step step = shared_.tls.shake_hands(connection_, peer());
  if (begins && has_tls()) waiting_since_ = shared_.loop.now();  // until now it was the peer who waited
  const base::SteadyTime deadline = waiting_since_ + kRequestTimeout;
  deadline_.arm_at(deadline);
  switch (step) {
    case TlsDoor::Step::kWantRead:
      return watch_.set_events(POLLIN);
    case TlsDoor::Step::kAgain:
    case TlsDoor::Step::kWantWrite:
      return watch_.set_events(POLLOUT);
    case TlsDoor::Step::kLater:
      watch_.set_events(0);
      return deadline_.arm_at(std::min(deadline, shared_.loop.now() + kTlsRetry));
    case TlsDoor::Step::kPlain:
      return refuse(400, "this address speaks HTTPS: ask for https:// instead of http://");
    case TlsDoor::Step::kDone:
      return expect_request(kRequestTimeout);
    case TlsDoor::Step::kFailed:
      return close();
  }
}

void HttpConnection::read() {
  do {
    const base::IoResult got = connection_.read(inbox_.room());
    if (got.state == Io::kWantRead || got.state == Io::kWantWrite) return;
    if (got.state == Io::kFailed) return close();
    if (got.state == Io::kClosed) {
      if (inbox_.untouched()) return close();
      peer_done_ = true;
      return refuse(400, "the connection was closed inside the request");
    }
    if (inbox_.untouched()) wait(State::kReading, kRequestTimeout);
    inbox_.take(got.bytes);
    process_input();
  } while (state_ == State::kReading && connection_.pending());
}

// One request at a time: while an answer waits to be taken, the rest of the input stays where it is.
void HttpConnection::process_input() {
  while (state_ == State::kReading && inbox_.has_input()) {
    switch (inbox_.parse()) {
      case HttpInbox::State::kMore:
        // Nobody waits for this to be taken: whoever does not read it, does not read the answer either.
        if (inbox_.take_continue()) (void)connection_.write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
      case HttpInbox::State::kComplete:
        answer(Answering::to<&HttpConnection::serve>(*this));
        break;
      case HttpInbox::State::kRefused:
        refuse(inbox_.refusal().status, inbox_.refusal().text);
        break;
    }
  }
}

// A body in a large buffer leaves room behind it for the answer.
void HttpConnection::answer(Answering write) {
  const bool behind_body = inbox_.holds_large_buffer();
  LargeBuffers::Lease lease = behind_body ? inbox_.give_large_buffer() : shared_.borrow(peer());
  std::array<char, kShortAnswer> short_room;
  std::span<char> room = lease ? lease.bytes() : std::span<char>(short_room);
  if (behind_body) room = room.subspan(base::limits::kHttpBodyBytes);
  HttpResponse response(room);
  write(response);
  if (response.overflowed() && lease) response.become(500, "the answer is longer than this server can send");
  if (response.overflowed()) response.become(503, "too many long answers are under way: try again in a moment");
  if (response.deferred()) return wait(State::kPending, kPendingTimeout);
  if (response.events() != nullptr) return follow(response);
  send(response, std::move(lease), inbox_.keep_alive());
}

void HttpConnection::serve(HttpResponse& response) {
  if (inbox_.request().method == lib::HttpMethod::kOther) return response.become(501, "this method is not known");
  shared_.service.answer(inbox_.request(), response);
}

bool HttpConnection::complete(HttpTicket ticket, Answering write) {
  if (state_ != State::kPending || ticket != ticket_) return false;
  answer(write);
  process_input();
  return true;
}

void HttpConnection::refuse(std::uint16_t status, std::string_view sentence) {
  std::array<char, kShortAnswer> room;
  HttpResponse response(room);
  response.become(status, sentence);
  send(response, {}, false);
}

void HttpConnection::send(HttpResponse& response, LargeBuffers::Lease lease, bool keep_open) {
  using Connects = HttpResponse::Connection;
  ++shared_.statistics.answered;
  if (response.status() >= 400) ++shared_.statistics.failed;
  const bool old = inbox_.is_http_1_0();
  keep_open_ = keep_open && (response.source() == nullptr || !old);
  HttpResponse::Finish how{.now = shared_.loop.clock().wall_now(), .head_only = inbox_.is_head()};
  how.connection = !keep_open_ ? Connects::kClose : old ? Connects::kKeepHttp1 : Connects::kKeep;
  if (response.source() != nullptr) return after(send_from_source(response, how, std::move(lease)));
  const std::string_view bytes = response.finish(how);
  const std::string_view constant = how.head_only ? std::string_view() : response.constant_body();
  after(output_.start(bytes, constant, std::move(lease), inbox_.work()));
}

// What ends with its first piece is an answer like any other.
HttpOutput::State HttpConnection::send_from_source(HttpResponse& response, HttpResponse::Finish how,
                                                   LargeBuffers::Lease lease) {
  const BodySource::Fill fill = response.source()->fill(response.body());
  if (fill == BodySource::Fill::kFailed || response.overflowed()) {
    response.become(500, "the answer cannot be had now");
    return output_.start(response.finish(how), {}, std::move(lease), inbox_.work());
  }
  if (fill == BodySource::Fill::kMore) {
    const bool chunked = !inbox_.is_http_1_0();
    how.framing = chunked ? HttpResponse::Framing::kChunks : HttpResponse::Framing::kUntilClose;
    if (how.head_only) return output_.start(response.finish(how), {}, std::move(lease), inbox_.work());
    const std::string_view bytes = response.finish(how);
    BodySource& source = *response.source();
    return output_.start_pieces(bytes, source, response.give_source(), chunked, std::move(lease));
  }
  return output_.start(response.finish(how), {}, std::move(lease), inbox_.work());
}

void HttpConnection::after(HttpOutput::State state) {
  if (state == HttpOutput::State::kBroken) return close();
  if (state == HttpOutput::State::kDone) return after_answer();
  step_ = output_.taken();
  wait(State::kWriting, kWriteTimeout);
}

void HttpConnection::go_on_writing() {
  const HttpOutput::State state = output_.go_on();
  if (state == HttpOutput::State::kBroken) return close();
  if (state == HttpOutput::State::kWaits) {
    if (output_.taken() - step_ < kWriteStep) return;
    step_ = output_.taken();
    return wait(state_, kWriteTimeout);
  }
  if (state_ == State::kFollowing) {
    wait(State::kFollowing, kKeepalive);
    return send_events();
  }
  after_answer();
  process_input();
  if (state_ == State::kReading && connection_.pending()) read();
}

void HttpConnection::after_answer() {
  if (!keep_open_) return linger();
  expect_request(inbox_.has_input() ? kRequestTimeout : has_tls() ? kIdleTlsTimeout : kIdleTimeout);
}

void HttpConnection::follow(HttpResponse& response) {
  bool room = false;
  shared_.make_room_for_stream(peer(), has_tls(), room);
  if (!room) return refuse(503, "too many streams at once: try again in a moment");
  ++shared_.statistics.answered;
  events_ = response.events();
  position_ = response.position();
  const HttpResponse::Finish how{.now = shared_.loop.clock().wall_now(),
                                 .connection = HttpResponse::Connection::kClose,
                                 .framing = HttpResponse::Framing::kUntilClose,
                                 .head_only = inbox_.is_head()};
  response.set_content_type("text/event-stream");
  response.body().append("retry: 10000\n\n");
  const std::string_view bytes = response.finish(how);
  keep_open_ = false;
  discarded_ = 0;
  if (how.head_only) return after(output_.start(bytes, {}, {}, inbox_.work()));
  wait(State::kFollowing, kKeepalive);
  send_event(bytes);
  if (state_ == State::kFollowing && output_.empty()) send_events();
}

void HttpConnection::wake(const EventSource& source) {
  if (state_ == State::kFollowing && events_ == &source && output_.empty()) send_events();
}

// Also when there was nothing for kKeepalive: then a comment is sent.
void HttpConnection::send_events() {
  const bool quiet = shared_.loop.now() - waiting_since_ >= kKeepalive;
  std::array<char, EventSource::kEventBytes + 1> room;
  int sent = 0;
  for (; sent < kEventsPerTurn && state_ == State::kFollowing && output_.empty(); ++sent) {
    base::TextWriter event(room);
    if (!events_->next(position_, event)) break;
    if (event.overflowed()) ++shared_.statistics.long_events;
    if (event.overflowed() || event.size() == 0) continue;
    ++shared_.statistics.events;
    send_event(event.view());
  }
  if (state_ != State::kFollowing || !output_.empty()) return;
  if (sent == kEventsPerTurn) return deadline_.arm_after({});
  if (sent == 0 && quiet) send_event(": keepalive\n\n");
  if (!deadline_.armed()) deadline_.arm_at(waiting_since_ + kKeepalive);
}

void HttpConnection::send_event(std::string_view text) {
  const HttpOutput::State state = output_.start(text, {}, {}, small_);
  if (state == HttpOutput::State::kBroken) return close();
  step_ = output_.taken();
  wait(State::kFollowing, state == HttpOutput::State::kWaits ? kWriteTimeout : kKeepalive);
}

void HttpConnection::linger() {
  connection_.tls.close();  // its goodbye is all that is left to say, and its memory is free again
  if (peer_done_ || ::shutdown(connection_.fd.get(), SHUT_WR) != 0) return close();
  discarded_ = 0;
  wait(State::kLingering, kLingerTimeout);
}

void HttpConnection::discard() {
  std::array<char, 1024> room;
  const base::IoResult got = connection_.read(room);
  if (got.state == Io::kWantRead || got.state == Io::kWantWrite) return;
  discarded_ += got.bytes;
  if (got.state != Io::kDone || discarded_ > kMostDiscarded) close();
}

}  // namespace net
