// SPDX-License-Identifier: MIT
#include "net/mqtt_session.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "fakes/loop_runner.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using fakes::Peer;
using State = net::MqttHealth::State;

const std::string kWelcome = "\x20\x03\x00\x00\x00"s;
constexpr std::size_t kMostHeld = base::limits::kMqttHeldBytes / 4;

/// MQTT 5, topic "t", without properties.
std::string message(int id, const std::string& payload) {
  const std::size_t size = 6 + payload.size();
  std::string packet = "\x32"s;
  for (std::size_t rest = size; rest > 0; rest /= 128)
    packet += static_cast<char>(rest % 128 | (rest >= 128 ? 128 : 0));
  return packet + "\x00\x01t"s + static_cast<char>(id / 256) + static_cast<char>(id % 256) + "\x00"s + payload;
}

std::string puback(int id) { return "\x40\x02"s + static_cast<char>(id / 256) + static_cast<char>(id % 256); }

/// Takes the CONNECT, lets the client in, and takes what it says then: its status and its subscription.
bool welcome(Peer& peer) {
  peer.read_bytes(1);
  if (!peer.send(kWelcome)) return false;
  for (std::string byte = peer.read_bytes(1); byte != "\x82"; byte = peer.read_bytes(1)) {
    if (byte.empty()) return false;
  }
  const std::string size = peer.read_bytes(1);
  return !size.empty() && !peer.read_bytes(static_cast<std::size_t>(size[0])).empty();
}

class Box {
 public:
  Box() { session_.emplace(runner.loop(), resolver_, tls_, callbacks()); }

  void start(std::uint16_t port) {
    session().start(
        {.host = "127.0.0.1",
         .port = port,
         .client = {.folder = folder_.path(), .client_id = "test", .will_topic = "s", .will_payload = "off"},
         .topics = {"t"},
         .greeting = "on"});
  }
  net::MqttSession& session() { return *session_; }
  bool run_until_problem(std::string_view text) {
    return runner.run_until([&] { return session().health().problem.view().contains(text); }, 20s);
  }
  bool run_until_received(std::size_t count) {
    return runner.run_until([&] { return received.size() >= count; }, 20s);
  }
  void end_session() { session_.reset(); }

  fakes::LoopRunner runner;
  std::vector<std::string> received;
  std::vector<int> published;

 private:
  net::MqttSession::Callbacks callbacks() {
    return {.on_message = base::Callback<const rules::MqttMessage&>::to<&Box::on_message>(*this),
            .on_published = base::Callback<int>::to<&Box::on_published>(*this),
            .on_welcome = {}};
  }
  void on_message(const rules::MqttMessage& message) {
    received.push_back(std::string(message.topic) + "=" + std::string(message.payload));
  }
  void on_published(int number) { published.push_back(number); }

  fakes::TemporaryFolder folder_;
  net::Resolver resolver_{runner.loop()};
  net::TlsService tls_{runner.clock(), lib::TlsUse::kOther};
  std::optional<net::MqttSession> session_;
};

}  // namespace

TEST_CASE("a message is acknowledged after release, and not before") {
  std::atomic<bool> released = false;
  std::string before;
  std::string after;
  std::atomic<bool> done = false;
  fakes::ScriptServer broker([&](Peer& peer) {
    if (done || !welcome(peer)) return;
    peer.send(message(0x1234, "{}") + "\xd0\x00"s);
    before = peer.read(64);
    while (!released && peer.sleep(1ms)) continue;
    while (after.size() < 4 && peer.sleep(1ms)) after += peer.read(64);
    done = true;
    peer.hang();
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.run_until_received(1));
  CHECK(box.received[0] == "t={}");
  CHECK(box.session().holding());
  box.runner.run_for(150ms);
  box.session().release();
  CHECK_FALSE(box.session().holding());
  released = true;
  REQUIRE(box.runner.run_until([&] { return done.load(); }));
  CHECK(before.empty());
  CHECK(after == puback(0x1234));
  CHECK(box.session().health().state == State::kConnected);
}

TEST_CASE("what is too long is dropped, and acknowledged in its place") {
  std::string answers;
  std::atomic<bool> done = false;
  fakes::ScriptServer broker([&](Peer& peer) {
    if (done || !welcome(peer)) return;
    peer.send(message(1, "a") + message(2, std::string(2'000'000, 'x')) + message(3, std::string(5000, 'x')) +
              message(4, "b"));
    while (answers.size() < 16 && peer.sleep(1ms)) answers += peer.read(16);
    done = true;
    peer.hang();
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.runner.run_until(
      [&] {
        box.session().release();
        return done.load();
      },
      20s));
  CHECK(answers == puback(1) + puback(2) + puback(3) + puback(4));
  CHECK(box.received == std::vector<std::string>{"t=a", "t=b"});
  CHECK(box.session().health().received == 4);
  CHECK(box.session().health().dropped == 2);
}

TEST_CASE("a broker that sends more than can be held waits for the disk, and nothing is lost") {
  constexpr int kMessages = 5000;
  std::string answers;
  std::atomic<bool> done = false;
  fakes::ScriptServer broker([&](Peer& peer) {
    if (done || !welcome(peer)) return;
    std::string all;
    for (int id = 1; id <= kMessages; ++id) all += message(id, "{}");
    peer.send(all);
    while (answers.size() < 4 * kMessages && peer.sleep(1ms)) answers += peer.read(4 * kMessages);
    done = true;
    peer.hang();
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.run_until_received(kMostHeld));
  box.runner.run_for(300ms);
  CHECK(box.received.size() == kMostHeld);
  REQUIRE(box.runner.run_until(
      [&] {
        box.session().release();
        return done.load();
      },
      20s));
  CHECK(box.received.size() == kMessages);
  std::string wanted;
  for (int id = 1; id <= kMessages; ++id) wanted += puback(id);
  CHECK(answers == wanted);
}

TEST_CASE("a broker that goes while the disk is waited for is noticed at once") {
  std::atomic<bool> sent = false;
  fakes::ScriptServer broker([&](Peer& peer) {
    if (sent || !welcome(peer)) return;
    std::string all;
    for (std::size_t id = 1; id <= kMostHeld + 1; ++id) all += message(static_cast<int>(id), "{}");
    peer.send(all);
    peer.sleep(200ms);
    peer.reset_on_close();
    sent = true;
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.run_until_received(kMostHeld));
  CHECK(box.run_until_problem("the broker closed the connection"));
  CHECK_FALSE(box.session().holding());
}

TEST_CASE("peers that are no broker, or a bad one") {
  struct Case {
    std::string reason;
    fakes::ScriptServer::Script script;
    std::string problem;
  };
  const auto says = [](const std::string& bytes) {
    return [bytes](Peer& peer) {
      peer.read_bytes(1);
      peer.send(bytes);
      peer.hang();
    };
  };
  const auto says_after_welcome = [](const std::string& bytes) {
    return [bytes](Peer& peer) {
      if (!welcome(peer)) return;
      peer.send(bytes);
      peer.hang();
    };
  };
  const Case cases[] = {
      {"an HTTP server", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "speaks no MQTT"},
      {"an SSH server", says("SSH-2.0-OpenSSH_9.2p1\r\n"), "speaks no MQTT"},
      {"a TLS server", says("\x15\x03\x01\x00\x02\x02\x0a"s), "speaks no MQTT"},
      {"one that closes without a word", [](Peer& peer) { peer.read_bytes(1), peer.read(4096); },
       "the broker closed the connection"},
      {"one that resets", [](Peer& peer) { peer.reset_on_close(); }, "Connection reset"},
      {"one that refuses", says("\x20\x03\x00\x87\x00"s), "the broker does not let this client in"},
      {"one that is full", says("\x20\x03\x00\x97\x00"s), "used up what it is allowed"},
      {"one that welcomes with garbage", says("\x20\x06\x00\x00\x03\xff\xff\xff"s), "breaks the rules of MQTT"},
      {"one that stops in the middle of a message",
       [](Peer& peer) {
         if (welcome(peer)) peer.send("\x32\x20\x00\x01t"s);
       },
       "the broker closed the connection"},
      {"one that acknowledges what was never sent", says_after_welcome("\x40\x02\x77\x77"s), ""},
      {"one that refuses the topic", says_after_welcome("\x90\x04\x00\x02\x00\x87"s),
       "does not let this client read t"},
      {"one that sends a message of QoS 3", says_after_welcome("\x36\x07\x00\x01t\x00\x01\x00x"s), "speaks no MQTT"},
      {"one that says that another took the session", says_after_welcome("\xe0\x02\x8e\x00"s), "gave the session to"},
      {"one that throws the client out without a reason", says_after_welcome("\xe0\x00"s), "broker"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.reason);
    fakes::ScriptServer peer(test.script);
    Box box;
    box.start(peer.port());
    if (test.problem.empty()) {
      box.runner.run_for(500ms);
      CHECK(box.session().health().state == State::kConnected);
    } else {
      CHECK_MESSAGE(box.run_until_problem(test.problem), std::string(box.session().health().problem.view()));
    }
    CHECK(box.received.empty());
  }
}

TEST_CASE("a broker that sends a byte at a time is understood") {
  fakes::ScriptServer broker([&](Peer& peer) {
    peer.read_bytes(1);
    peer.send_slowly(kWelcome + message(1, "{}") + message(2, "x"), 1ms);
    peer.hang();
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.run_until_received(2));
  CHECK(box.received == std::vector<std::string>{"t={}", "t=x"});
}

TEST_CASE("what is published goes out until the broker has confirmed it") {
  std::atomic<int> round = 0;
  fakes::ScriptServer broker([&](Peer& peer) {
    peer.read_bytes(1);
    peer.send(kWelcome);
    std::string seen;
    while (!seen.contains("hello") && peer.sleep(1ms)) seen += peer.read(4096);
    const std::size_t at = seen.find("hello");
    if (++round < 2 || at == std::string::npos) return;  // as if it had not come
    peer.send("\x40\x02"s + seen.substr(at - 3, 2));
    peer.hang();
  });
  Box box;
  box.start(broker.port());
  const auto number = box.session().publish("p", "hello");
  REQUIRE(number);
  const auto confirmed = [&] { return std::ranges::count(box.published, *number) == 1; };
  CHECK(box.runner.run_until(confirmed, 20s));
  CHECK(round == 2);
}

TEST_CASE("stop says goodbye, and nothing comes after it") {
  std::string last;
  std::atomic<bool> done = false;
  fakes::ScriptServer broker([&](Peer& peer) {
    if (!welcome(peer)) return;
    peer.send(message(1, "a"));
    last = peer.read(4096);
    while (last.find("\xe0") == std::string::npos && peer.sleep(1ms)) last += peer.read(4096);
    done = true;
  });
  Box box;
  box.start(broker.port());
  REQUIRE(box.run_until_received(1));
  box.session().stop("off");
  CHECK(box.session().health().state == State::kOff);
  REQUIRE(box.runner.run_until([&] { return done.load(); }));
  CHECK(last.contains("\x00\x01s\x00"s + "off"));
  CHECK_FALSE(last.contains("\x40\x02"));
  box.runner.run_for(100ms);
  CHECK(broker.connections() == 1);
  box.end_session();
}
