// SPDX-License-Identifier: MIT
#include "heal/helper_door.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "fakes/helper_answer.h"
#include "fakes/message_pair.h"
#include "heal/helper_messages.h"

using namespace std::chrono_literals;

namespace {

const std::string kKey = "0123456789abcdef";

struct Fixture {
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();

  void send(std::string_view bytes, int passed = -1) {
    REQUIRE(os::send_message(ends[0].get(), bytes, passed, true) == 0);
  }
  void send_hello(std::string_view key, int passed = -1) {
    const auto bytes = heal::format_hello(key);
    send({bytes.data(), bytes.size()}, passed);
  }
  int admit() { return heal::admit(ends[1].get(), kKey, 5s); }
  /// The error of the one answer there is.
  int answer() {
    const fakes::HelperAnswer answer = fakes::receive_answer(ends[0].get());
    CHECK(answer.number == 0);
    CHECK(answer.last);
    CHECK_FALSE(answer.fd);
    return answer.error;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the key opens the door, and nothing else does") {
  const struct {
    std::string what;
    int admitted;
  } cases[] = {{kKey, 0}, {"", EKEYREJECTED}, {kKey + "0", EKEYREJECTED}, {kKey.substr(1), EKEYREJECTED}};
  for (const auto& test : cases) {
    CAPTURE(test.what);
    send_hello(test.what);
    CHECK(admit() == test.admitted);
    CHECK(answer() == test.admitted);
  }
}

TEST_CASE_FIXTURE(Fixture, "what is no first message is answered, and gets no further") {
  const auto request = heal::format_request({1, heal::Operation::kIcmpSocket});
  for (const std::string& bytes :
       {std::string("?"), kKey, std::string(request.data(), request.size()), std::string(heal::kHelloBytes, '\0'),
        std::string(heal::kHelloBytes, '\xFF'), std::string(heal::kHelloBytes + 1, '1'), std::string(100'000, '1')}) {
    CAPTURE(bytes.size());
    send(bytes);
    CHECK(admit() == EPROTO);
    CHECK(answer() == EPROTO);
  }
}

TEST_CASE_FIXTURE(Fixture, "a descriptor that comes with the key is not kept") {
  int pipe[2];
  REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
  send_hello(kKey, pipe[1]);
  CHECK(admit() == 0);
  ::close(pipe[1]);
  pollfd ended{pipe[0], POLLIN, 0};
  CHECK(::poll(&ended, 1, 1000) == 1);
  CHECK((ended.revents & POLLHUP) != 0);
  ::close(pipe[0]);
}

TEST_CASE_FIXTURE(Fixture, "who says nothing is waited for a while, and who hangs up is not") {
  CHECK(heal::admit(ends[1].get(), kKey, 20ms) == ETIMEDOUT);
  ends[0].reset();
  CHECK(admit() == ECONNRESET);
}

TEST_CASE_FIXTURE(Fixture, "both sides of the door agree") {
  for (const std::string& key : {kKey, kKey + "x"}) {
    int admitted = -1;
    std::thread helper([&] { admitted = admit(); });
    const int introduced = heal::introduce(ends[0].get(), key, 5s);
    helper.join();
    CHECK(introduced == admitted);
    CHECK(introduced == (key == kKey ? 0 : EKEYREJECTED));
  }
}

TEST_CASE_FIXTURE(Fixture, "a helper that says nothing, nonsense, or hangs up lets nobody in") {
  CHECK(heal::introduce(ends[0].get(), kKey, 20ms) == ETIMEDOUT);
  for (const std::string& bytes : {std::string("?"), std::string(heal::kReplyBytes, '\xFF')}) {
    REQUIRE(os::send_message(ends[1].get(), bytes, -1, true) == 0);
    CHECK(heal::introduce(ends[0].get(), kKey, 5s) == EPROTO);
  }
  ends[1].reset();
  CHECK(heal::introduce(ends[0].get(), kKey, 5s) == ECONNRESET);
}
