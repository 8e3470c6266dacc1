// SPDX-License-Identifier: MIT
#include "heal/helper.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "fakes/captured_output.h"
#include "fakes/loop_runner.h"
#include "fakes/message_pair.h"
#include "heal/helper_connector.h"
#include "os/message_socket.h"

using namespace std::chrono_literals;

namespace {

// A child that does nothing, to be the helper's process; the test itself answers at the other end.
pid_t start_child() {
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  return child;
}

struct Fixture {
  fakes::LoopRunner runner;
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();
  pid_t child = start_child();
  heal::Helper helper{runner.loop()};
  heal::HelperCall call{helper, heal::Operation::kReadSettings,
                        heal::HelperCall::OnReply::to<&Fixture::on_reply>(*this)};
  std::vector<std::string> replies;
  int error = -1;
  bool last = false;

  Fixture() { REQUIRE(helper.open(std::move(ends[0]), child)); }
  ~Fixture() {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  void on_reply(heal::HelperReply& reply) {
    replies.emplace_back(reply.text);
    error = reply.error;
    last = reply.last;
  }
  heal::Request next_request() {
    std::array<char, 2 * heal::kRequestBytes> room;
    REQUIRE(runner.run_until([&] { return ::recv(ends[1].get(), room.data(), 1, MSG_PEEK | MSG_DONTWAIT) > 0; }, 20s));
    os::UniqueFd passed;
    const auto message = os::receive_message(ends[1].get(), room, passed);
    REQUIRE(message);
    const auto request = heal::parse_request({room.data(), *message});
    REQUIRE(request);
    return *request;
  }
  void reply(const heal::Reply& reply, int fd = -1) {
    std::array<char, heal::kReplyBytes> room;
    REQUIRE(os::send_message(ends[1].get(), heal::format_reply(reply, room), fd, true) == 0);
  }
  void end_helper() {
    ::kill(child, SIGKILL);
    ends[1].reset();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "replies come to the call that asked, until its last") {
  REQUIRE(call.start() == 0);
  const heal::Request request = next_request();
  CHECK(request.operation == heal::Operation::kReadSettings);
  reply({.number = request.number + 1, .text = "of nobody"});
  reply({.number = request.number, .last = false, .text = "/etc/limpet.ini"});
  reply({.number = request.number, .text = {}});
  reply({.number = request.number, .text = "after the last"});
  REQUIRE(runner.run_until([this] { return last; }, 20s));
  runner.run_for(20ms);
  CHECK(replies == std::vector<std::string>{"/etc/limpet.ini", ""});
  CHECK_FALSE(call.running());
}

TEST_CASE_FIXTURE(Fixture, "a reply to what was cancelled, or asked anew, finds nobody") {
  REQUIRE(call.start() == 0);
  const heal::Request first = next_request();
  REQUIRE(call.start() == 0);
  const heal::Request second = next_request();
  CHECK(first.number != second.number);
  reply({.number = first.number, .text = "late"});
  reply({.number = second.number, .text = "in time"});
  REQUIRE(runner.run_until([this] { return last; }, 20s));
  CHECK(replies == std::vector<std::string>{"in time"});
}

TEST_CASE_FIXTURE(Fixture, "what is no reply is passed over") {
  REQUIRE(call.start() == 0);
  const heal::Request request = next_request();
  REQUIRE(os::send_message(ends[1].get(), "?", -1, true) == 0);
  REQUIRE(os::send_message(ends[1].get(), std::string(heal::kReplyBytes + 1, 'x'), -1, true) == 0);
  reply({.number = request.number, .text = "good"});
  REQUIRE(runner.run_until([this] { return last; }, 20s));
  CHECK(replies == std::vector<std::string>{"good"});
}

TEST_CASE_FIXTURE(Fixture, "a helper that ends is told of, and every call gets its end") {
  const fakes::CapturedOutput log;
  heal::HelperConnector connector(runner.loop(), helper, heal::Operation::kIcmpSocket);
  struct Seen {
    void on_done(net::ConnectResult& result) { error = result.error; }
    std::optional<base::Error> error;
  } seen;
  connector.start(runner.in(5s), net::Connector::OnDone::to<&Seen::on_done>(seen));
  REQUIRE(call.start() == 0);
  end_helper();
  REQUIRE(runner.run_until([&] { return last && seen.error; }, 20s));
  CHECK(error == EPIPE);
  CHECK(seen.error->text().contains("has ended"));
  CHECK_FALSE(helper.present());
  CHECK(call.start() == EPIPE);
  seen.error.reset();
  connector.start(runner.in(5s), net::Connector::OnDone::to<&Seen::on_done>(seen));
  CHECK_FALSE(seen.error);
  REQUIRE(runner.run_until([&] { return seen.error.has_value(); }, 20s));
}

TEST_CASE_FIXTURE(Fixture, "a helper that does not answer is waited for until the deadline") {
  heal::HelperConnector connector(runner.loop(), helper, heal::Operation::kDockerList);
  struct Seen {
    void on_done(net::ConnectResult& result) { error = result.error; }
    std::optional<base::Error> error;
  } seen;
  connector.start(runner.in(50ms), net::Connector::OnDone::to<&Seen::on_done>(seen));
  REQUIRE(runner.run_until([&] { return seen.error.has_value(); }, 20s));
  CHECK(seen.error->code() == ETIMEDOUT);
}

TEST_CASE_FIXTURE(Fixture,
                  "a listener whose queue is full is tried again, and the connection comes with its request sent") {
  heal::HelperConnector connector(runner.loop(), helper, heal::Operation::kDockerList);
  struct Seen {
    void on_done(net::ConnectResult& result) {
      done = true;
      connection = std::move(result.connection);
    }
    bool done = false;
    net::Connection connection;
  } seen;
  connector.start(runner.in(5s), net::Connector::OnDone::to<&Seen::on_done>(seen));
  reply({.number = next_request().number, .error = EAGAIN, .text = {}});
  reply({.number = next_request().number, .text = {}}, ends[1].get());
  REQUIRE(runner.run_until([&] { return seen.done; }, 20s));
  CHECK(seen.connection.fd);
  CHECK(seen.connection.request_sent);
}
