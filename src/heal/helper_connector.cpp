// SPDX-License-Identifier: MIT
#include "heal/helper_connector.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace heal {
namespace {

base::Error error_of(int code) {
  if (const std::string_view problem = helper_problem(code); !problem.empty()) return base::Error(problem);
  return base::Error::from_errno(code, "get a socket from the helper that keeps root");
}

// The raw sockets come as they are.
bool sends_request(Operation operation) {
  return operation != Operation::kIcmpSocket && operation != Operation::kIcmp6Socket;
}

}  // namespace

HelperConnector::HelperConnector(event::Loop& loop, Helper& helper, Operation operation)
    : loop_(loop),
      call_(helper, operation, HelperCall::OnReply::to<&HelperConnector::on_reply>(*this)),
      timer_(loop, "socket from the helper", base::Callback<>::to<&HelperConnector::on_time>(*this)),
      sends_request_(sends_request(operation)) {}

void HelperConnector::set(const Request& request) {
  cancel();
  call_.set(request);
  sends_request_ = sends_request(request.operation);
}

void HelperConnector::start(base::SteadyTime deadline, OnDone on_done) {
  deadline_ = deadline;
  on_done_ = on_done;
  ask();
}

void HelperConnector::cancel() {
  call_.cancel();
  timer_.cancel();
}

void HelperConnector::ask() {
  began_ = loop_.clock().steady_now();
  again_ = false;
  failure_ = call_.start();
  if (failure_ == 0) {
    timer_.arm_at(deadline_);
  } else {
    timer_.arm_after({});
  }
}

void HelperConnector::on_reply(HelperReply& reply) {
  if (reply.error == EAGAIN && loop_.clock().steady_now() < deadline_) {
    again_ = true;
    return timer_.arm_at(std::min(deadline_, loop_.clock().steady_now() + kRetry));
  }
  if (reply.error == EAGAIN) return fail(error_of(ETIMEDOUT));
  if (reply.error != 0) return fail(error_of(reply.error));
  timer_.cancel();
  net::ConnectResult result;
  result.connection.fd = std::move(reply.fd);
  result.connection.began = began_;
  result.connection.request_sent = sends_request_;
  const OnDone on_done = on_done_;
  on_done(result);
}

void HelperConnector::on_time() {
  if (failure_ != 0) return fail(error_of(failure_));
  if (again_ && loop_.clock().steady_now() < deadline_) return ask();
  fail(error_of(ETIMEDOUT));
}

void HelperConnector::fail(const base::Error& error) {
  cancel();
  net::ConnectResult result;
  result.error = error;
  const OnDone on_done = on_done_;
  on_done(result);
}

}  // namespace heal
