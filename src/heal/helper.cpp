// SPDX-License-Identifier: MIT
#include "heal/helper.h"

#include <string.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include "base/log.h"
#include "os/message_socket.h"

namespace heal {

std::string_view helper_problem(int code) {
  switch (code) {
    case EPIPE:
      return "the helper process that kept root has ended: start limpet again";
    case ENOTCONN:
      return "the helper of [helper] socket cannot be asked";
    case EBADRQC:
      return "the helper does not know how: it is an older limpet";
    default:
      return {};
  }
}

Helper::Helper(event::Loop& loop) : watch_(loop, "helper", base::Callback<short>::to<&Helper::on_ready>(*this)) {}

base::Result<void> Helper::open(os::UniqueFd socket, pid_t process) {
  socket_ = std::move(socket);
  process_ = process;
  return watch_.watch(socket_.get(), POLLIN);
}

int Helper::ask(HelperCall& call) {
  if (!present()) return EPIPE;
  const std::uint32_t number = next_number_;
  Request request = call.request_;
  request.number = number;
  const auto bytes = format_request(request);
  if (const int code = os::send_message(socket_.get(), {bytes.data(), bytes.size()}, -1, false)) return code;
  next_number_ = number == UINT32_MAX ? 1 : number + 1;
  call.request_.number = number;
  call.next_ = std::exchange(first_, &call);
  return 0;
}

void Helper::remove(HelperCall& call) {
  HelperCall** place = &first_;
  while (*place != &call) place = &(*place)->next_;
  *place = call.next_;
  call.next_ = nullptr;
  call.request_.number = 0;
}

void Helper::on_ready(short /*events*/) {
  while (present() && receive()) {
  }
}

// False: there is nothing more for now.
bool Helper::receive() {
  std::array<char, kReplyBytes> room;
  os::UniqueFd passed;
  const base::Result<std::size_t> message = os::receive_message(socket_.get(), room, passed);
  if (!message) {
    if (message.error().code() == EAGAIN) return false;
    if (message.error().code() != EINTR && message.error().code() != EMSGSIZE) on_end();
    return true;
  }
  if (*message == 0) {
    on_end();
    return false;
  }
  if (const auto reply = parse_reply({room.data(), *message})) on_reply(*reply, std::move(passed));
  return true;
}

// A reply to what was cancelled finds nobody, and its descriptor is closed.
void Helper::on_reply(const Reply& reply, os::UniqueFd fd) {
  HelperCall* call = first_;
  while (call != nullptr && call->request_.number != reply.number) call = call->next_;
  if (call == nullptr) return;
  if (reply.last) remove(*call);
  HelperReply given{reply.error, reply.last, reply.text, std::move(fd)};
  const HelperCall::OnReply on_reply = call->on_reply_;
  on_reply(given);
}

// The socket closes while the helper ends: waitpid(2) has next to nothing to wait for.
void Helper::on_end() {
  watch_.cancel();
  socket_.reset();
  int status = 0;
  const bool killed = ::waitpid(process_, &status, 0) == process_ && WIFSIGNALED(status);
  base::log::error(
      "The helper process that kept root has ended%s%s. Limpet goes on with what its user may do; start it "
      "again to have the rest",
      killed ? ": " : "", killed ? ::strsignal(WTERMSIG(status)) : "");
  while (first_ != nullptr) {
    const HelperCall::OnReply on_reply = first_->on_reply_;
    remove(*first_);
    HelperReply none{.error = EPIPE, .last = true, .text = {}, .fd = {}};
    on_reply(none);
  }
  if (on_end_) on_end_();
}

int HelperCall::start() {
  cancel();
  return helper_.ask(*this);
}

void HelperCall::cancel() {
  if (running()) helper_.remove(*this);
}

}  // namespace heal
