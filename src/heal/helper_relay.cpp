// SPDX-License-Identifier: MIT
#include "heal/helper_relay.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "heal/helper_door.h"
#include "net/unix_connect.h"
#include "os/message_socket.h"

namespace heal {
namespace {

constexpr std::uint32_t kNobody = 0;  // whose requests have this number waits for no reply

std::string_view words_of(int code) {
  switch (code) {
    case ENOENT:
    case ECONNREFUSED:
      return "nobody listens there, limpet helper does not run on this box";
    case EACCES:
      return "this process's root may not open it: it is another user than the box's root";
    case EKEYREJECTED:
      return "it was started with another [helper] key";
    case EPROTO:
      return "it is another version of limpet than this one";
    case ETIMEDOUT:
      return "it does not answer";
    case ECONNRESET:
      return "it has closed the connection";
    default:
      return ::strerror(code);
  }
}

}  // namespace

void HelperRelay::run() {
  for (;;) {
    if (!helper_ && clock_.steady_now() >= next_try_) connect();
    std::array<pollfd, 2> ready{{{helper_ ? helper_.get() : -1, POLLIN, 0}, {socket_, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), wait_ms()) <= 0) continue;
    if (ready[0].revents != 0) take_reply();
    if (ready[1].revents != 0 && !take_request()) return;
  }
}

int HelperRelay::wait_ms() const {
  if (helper_) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next_try_ - clock_.steady_now());
  return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
}

void HelperRelay::connect() {
  int code = net::connect_unix(path_, helper_, SOCK_SEQPACKET);
  if (code == 0) code = introduce(helper_.get(), settings_.key);
  if (code != 0) helper_.reset();
  next_try_ = clock_.steady_now() + pause_;
  pause_ = code == 0 ? kFirstPause : std::min(2 * pause_, kLongestPause);
  set_problem(code == 0 ? std::string_view() : words_of(code));
}

// Told when the next try fails too.
void HelperRelay::lose() {
  helper_.reset();
  next_try_ = clock_.steady_now() + kFirstPause;
  for (std::uint32_t& number : pending_) {
    refuse(std::exchange(number, kNobody), ENOTCONN);
  }
}

void HelperRelay::set_problem(std::string_view problem) {
  if (std::exchange(told_, true) && problem == problem_) return;
  problem_ = problem;
  if (problem.empty()) {
    base::log::info("The helper at %s answers, and does what only root can do on its side", path_.c_str());
  } else {
    base::log::error(
        "The helper at %s cannot be asked: %s. Docker's socket, pings, disks' health, the watchdog and every action "
        "wait for it; it is tried again",
        path_.c_str(), problem_.c_str());
  }
  tell_state();
}

void HelperRelay::tell_state() {
  if (state_call_ == 0) return;
  const int code = problem_.empty() ? 0 : ENOTCONN;
  send_reply(socket_, {.number = state_call_, .error = code, .last = false, .text = problem_});
}

// False: the main process has ended.
bool HelperRelay::take_request() {
  const Incoming incoming = receive_request(socket_);
  if (incoming.garbage) send_reply(socket_, {.error = EBADRQC, .text = {}});
  if (!incoming.request) return !incoming.ended;
  const Request& request = *incoming.request;
  if (request.operation == Operation::kHelperState) {
    state_call_ = request.number;
    tell_state();
  } else if (request.operation == Operation::kReadSettings) {
    pass_on({.number = kNobody, .operation = Operation::kReadSettings});
    send_settings(socket_, request.number, source_, settings_);
    pause_ = kFirstPause;
    if (!helper_) next_try_ = clock_.steady_now();
  } else {
    pass_on(request);
  }
  return true;
}

void HelperRelay::pass_on(const Request& request) {
  if (!helper_) return refuse(request.number, ENOTCONN);
  const auto place = std::ranges::find(pending_, kNobody);
  if (place == pending_.end()) return refuse(request.number, EBUSY);
  const auto bytes = format_request(request);
  const int code = os::send_message(helper_.get(), {bytes.data(), bytes.size()}, -1, false);
  if (code == 0) {
    *place = request.number;
  } else {
    refuse(request.number, code == EAGAIN ? EAGAIN : ENOTCONN);
    if (code != EAGAIN) lose();
  }
}

void HelperRelay::refuse(std::uint32_t number, int code) const {
  if (number != kNobody) send_reply(socket_, {.number = number, .error = code, .text = {}});
}

// What nobody waits for any more is not passed on: a number may have been given anew.
void HelperRelay::take_reply() {
  std::array<char, kReplyBytes> room;
  os::UniqueFd passed;
  const base::Result<std::size_t> got = os::receive_message(helper_.get(), room, passed);
  if (!got && (got.error().code() == EAGAIN || got.error().code() == EINTR)) return;
  if (!got || *got == 0) return lose();
  const std::optional<Reply> reply = parse_reply({room.data(), *got});
  if (!reply) return lose();
  const auto place = std::ranges::find(pending_, reply->number);
  if (reply->number == kNobody || place == pending_.end()) return;
  if (reply->last) *place = kNobody;
  send_reply(socket_, *reply, passed ? passed.get() : -1);
}

}  // namespace heal
