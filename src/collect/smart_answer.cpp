// SPDX-License-Identifier: MIT
#include "collect/smart_answer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace collect {

SmartAnswer::SmartAnswer(event::Loop& loop, base::Callback<const rules::DiskReport&> on_done)
    : on_done_(on_done),
      watch_(loop, "smartctl", base::Callback<short>::to<&SmartAnswer::on_ready>(*this)),
      timer_(loop, "smartctl", base::Callback<>::to<&SmartAnswer::on_late>(*this)) {}

void SmartAnswer::start(os::UniqueFd pipe, base::SteadyTime deadline) {
  close();
  json_.start();
  length_ = 0;
  pipe_ = std::move(pipe);
  timer_.arm_at(deadline);
  // Without the watch the time alone ends it.
  [[maybe_unused]] const auto watched = watch_.watch(pipe_.get(), POLLIN);
}

void SmartAnswer::cancel() { close(); }

void SmartAnswer::close() {
  watch_.cancel();
  timer_.cancel();
  pipe_.reset();
}

// One piece a turn: whoever writes without an end leaves the loop to the others.
void SmartAnswer::on_ready(short) {
  std::array<char, 4 * base::limits::kKib> piece;
  const ssize_t got = ::read(pipe_.get(), piece.data(), piece.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) return finish();
  take({piece.data(), static_cast<std::size_t>(got)});
}

void SmartAnswer::take(std::string_view piece) {
  if (length_ < room_.size()) {
    const std::string_view kept = piece.substr(0, room_.size() - length_);
    std::ranges::copy(kept, room_.begin() + static_cast<std::ptrdiff_t>(length_));
  }
  length_ += piece.size();
  if (length_ > kLongest) return fail("smartctl does not stop talking");
  json_.feed(piece);
}

void SmartAnswer::finish() {
  close();
  if (length_ == 0) return fail("smartctl ended without an answer");
  const rules::DiskReport report = json_.finish();
  on_done_(report);
}

void SmartAnswer::on_late() { fail("smartctl did not answer in time"); }

void SmartAnswer::fail(const char* reason) {
  close();
  json_.start();
  rules::DiskReport none;
  none.reason = reason;
  on_done_(none);
}

std::string_view SmartAnswer::text() const {
  return json_.extract().empty() || length_ > room_.size() ? json_.extract() : std::string_view(room_.data(), length_);
}

}  // namespace collect
