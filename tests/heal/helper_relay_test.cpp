// SPDX-License-Identifier: MIT
#include "heal/helper_relay.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "fakes/captured_output.h"
#include "fakes/helper_answer.h"
#include "fakes/message_pair.h"
#include "fakes/temporary_folder.h"
#include "heal/helper_door.h"
#include "net/unix_listener.h"

using namespace std::chrono_literals;

namespace {

const std::string kKey = "0123456789abcdef";

class OneFile final : public heal::SettingsSource {
 public:
  std::vector<heal::SettingsFile> read(heal::HelperSettings& settings) override {
    settings.key = key;
    std::vector<heal::SettingsFile> files;
    files.push_back({"/dev/null", 0, os::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC))});
    return files;
  }
  std::string key = kKey;  // from the next reading on
};

using Answer = fakes::HelperAnswer;

bool wait_for(int fd) {
  pollfd ready{fd, POLLIN, 0};
  return ::poll(&ready, 1, 30'000) == 1;
}

// The relay in a thread; the test is the main process at the one end, and the helper at the other.
struct Fixture {
  fakes::CapturedOutput log;
  fakes::TemporaryFolder folder;
  std::string path = folder.file("helper.sock");
  OneFile source;
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();
  net::UnixListener listener;
  os::UniqueFd helper;
  std::thread thread;

  ~Fixture() {
    ends[0].reset();
    if (thread.joinable()) thread.join();
  }
  void start(std::string key = kKey) {
    thread = std::thread(
        [this, key] { heal::HelperRelay(ends[1].get(), path, {.docker_socket = {}, .key = key}, source).run(); });
  }
  void listen() { REQUIRE(listener.open(path, net::UnixDoor::kOwner)); }
  int let_in() {
    REQUIRE(wait_for(listener.fd()));
    helper.reset(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(helper);
    return heal::admit(helper.get(), kKey);
  }
  void ask(std::uint32_t number, heal::Operation operation) {
    const auto bytes = heal::format_request({number, operation, 41, "web"});
    REQUIRE(os::send_message(ends[0].get(), {bytes.data(), bytes.size()}, -1, true) == 0);
  }
  heal::Request request() {
    REQUIRE(wait_for(helper.get()));
    const heal::Incoming incoming = heal::receive_request(helper.get());
    REQUIRE(incoming.request);
    return *incoming.request;
  }
  Answer receive() { return fakes::receive_answer(ends[0].get()); }
  void check_refused(std::uint32_t number, int error) {
    const Answer answer = receive();
    CHECK(answer.number == number);
    CHECK(answer.error == error);
    CHECK(answer.last);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "requests go to the helper as they are, and replies come back with their descriptors") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  ask(7, heal::Operation::kDockerInspect);
  ask(8, heal::Operation::kSmartctl);
  const heal::Request first = request();
  CHECK(first.number == 7);
  CHECK(first.operation == heal::Operation::kDockerInspect);
  CHECK(first.api_minor == 41);
  CHECK(first.name.view() == "web");
  CHECK(request().number == 8);
  heal::send_reply(helper.get(), {.number = 8, .error = ENOENT, .text = "no such disk"});
  heal::send_reply(helper.get(), {.number = 7, .last = false, .text = "one"}, helper.get());
  heal::send_reply(helper.get(), {.number = 7, .text = "two"});
  Answer answer = receive();
  CHECK(answer.number == 8);
  CHECK(answer.error == ENOENT);
  CHECK(answer.text == "no such disk");
  CHECK_FALSE(answer.fd);
  answer = receive();
  CHECK(answer.text == "one");
  CHECK_FALSE(answer.last);
  CHECK(answer.fd);
  CHECK(receive().text == "two");
}

TEST_CASE_FIXTURE(Fixture, "a reply that nobody waits for stays here") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  for (const std::uint32_t number : {0U, 3U})
    heal::send_reply(helper.get(), {.number = number, .text = "?"}, helper.get());
  ask(9, heal::Operation::kDockerList);
  CHECK(request().number == 9);
  heal::send_reply(helper.get(), {.number = 9, .text = "good"});
  heal::send_reply(helper.get(), {.number = 9, .text = "after the last"});
  CHECK(receive().text == "good");
  ask(10, heal::Operation::kDockerList);
  CHECK(request().number == 10);
  heal::send_reply(helper.get(), {.number = 10, .text = "next"});
  CHECK(receive().text == "next");
}

TEST_CASE_FIXTURE(Fixture, "the configuration is this side's own, and the helper is asked to read its own too") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  ask(5, heal::Operation::kReadSettings);
  const heal::Request told = request();
  CHECK(told.number == 0);
  CHECK(told.operation == heal::Operation::kReadSettings);
  const Answer file = receive();
  CHECK(file.text == "/dev/null");
  CHECK(file.fd);
  check_refused(5, 0);
}

TEST_CASE_FIXTURE(Fixture, "without a helper everything is refused, and the state says why, until one comes") {
  start();
  ask(1, heal::Operation::kIcmpSocket);
  check_refused(1, ENOTCONN);
  ask(2, heal::Operation::kHelperState);
  Answer state = receive();
  CHECK(state.number == 2);
  CHECK(state.error == ENOTCONN);
  CHECK_FALSE(state.last);
  CHECK(state.text.contains("nobody listens"));
  listen();
  REQUIRE(let_in() == 0);
  state = receive();
  CHECK(state.number == 2);
  CHECK(state.error == 0);
  CHECK(log.err().contains("cannot be asked: nobody listens"));
}

TEST_CASE_FIXTURE(Fixture, "what was under way when the helper ended is answered, and one that is back is no news") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  ask(1, heal::Operation::kHelperState);
  CHECK(receive().error == 0);
  ask(2, heal::Operation::kUnitRestart);
  ask(3, heal::Operation::kDockerList);
  CHECK(request().number == 2);
  helper.reset();
  check_refused(2, ENOTCONN);
  check_refused(3, ENOTCONN);
  REQUIRE(let_in() == 0);
  ask(4, heal::Operation::kDockerList);
  CHECK(request().number == 4);
  heal::send_reply(helper.get(), {.number = 4, .text = {}});
  check_refused(4, 0);
  CHECK_FALSE(log.err().contains("cannot be asked"));
}

TEST_CASE_FIXTURE(Fixture, "a wrong key is told, never shown, and one that was mended is tried at once") {
  listen();
  const std::string wrong = "fedcba9876543210";
  start(wrong);
  CHECK(let_in() == EKEYREJECTED);
  helper.reset();
  ask(1, heal::Operation::kHelperState);
  CHECK(receive().text.contains("another [helper] key"));
  ask(2, heal::Operation::kReadSettings);
  while (!receive().last) {
  }
  REQUIRE(let_in() == 0);
  CHECK_FALSE(log.err().contains(wrong));
}

TEST_CASE_FIXTURE(Fixture, "a helper that talks nonsense is left, and another tried") {
  listen();
  start();
  for (const std::string& bytes : {std::string("?"), std::string(heal::kReplyBytes + 1, 'x')}) {
    REQUIRE(let_in() == 0);
    ask(1, heal::Operation::kDockerList);
    CHECK(request().number == 1);
    REQUIRE(os::send_message(helper.get(), bytes, -1, true) == 0);
    check_refused(1, ENOTCONN);
  }
  REQUIRE(let_in() == 0);
}

TEST_CASE_FIXTURE(Fixture, "garbage of the main process goes nowhere, and too much at once is refused") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  for (const std::size_t size : {1, 138, 140, 100'000}) {
    REQUIRE(os::send_message(ends[0].get(), std::string(size, '\1'), -1, true) == 0);
    check_refused(0, EBADRQC);
  }
  const auto most = static_cast<std::uint32_t>(heal::HelperRelay::kMostPending);
  for (std::uint32_t number = 1; number <= most + 1; ++number) {
    ask(number, heal::Operation::kDockerList);
    if (number <= most) CHECK(request().number == number);
  }
  check_refused(most + 1, EBUSY);
}

TEST_CASE_FIXTURE(Fixture, "it ends with the main process, and the helper sees that") {
  listen();
  start();
  REQUIRE(let_in() == 0);
  ends[0].reset();
  thread.join();
  REQUIRE(wait_for(helper.get()));
  CHECK(heal::receive_request(helper.get()).ended);
}
