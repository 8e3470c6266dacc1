// SPDX-License-Identifier: MIT
#include "net/http_client.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>

#include "fakes/loop_runner.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"
#include "net/unix_connect.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

struct Reader final : net::HttpClientHandler {
  int answers = 0;
  int status = 0;  // of the answer that came whole
  int begun = 0;   // status as on_http_status() told it
  int code = 0;
  std::string error;
  std::string body;
  std::string retry_after;
  bool give_up = false;
  base::Duration first_byte_after{};

  void on_http_field(const lib::HttpHeader& field) override {
    if (field.name == "retry-after") retry_after = field.value;
  }
  bool on_http_status(std::uint16_t told) override {
    begun = told;
    return true;
  }
  bool on_http_body(std::string_view piece) override {
    body += piece;
    return !give_up;
  }
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override {
    ++answers;
    status = answer ? answer->status : 0;
    error = answer ? "" : std::string(answer.error().text());
    code = answer ? 0 : answer.error().code();
    if (answer) first_byte_after = answer->first_byte - answer->connect_began;
  }
};

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  std::string path = folder.path() / "socket";
  net::UnixConnect connect{runner.loop()};
  Reader reader;
  net::HttpClient client{runner.loop(), connect, reader};
  net::HttpClientRequest request{.host = "box", .target = "/x?y=z"};

  void start(base::Duration limit = 2s) {
    reader.answers = reader.begun = 0;
    reader.body.clear();
    connect.set_path(path);
    client.start(request, runner.in(limit));
    CHECK(reader.answers == 0);
  }
  void ask(base::Duration limit = 20s) {
    start(limit);
    REQUIRE(runner.run_until([this] { return reader.answers > 0; }, limit + 1s));
    CHECK_FALSE(client.busy());
  }
  /// Asks a server that sends `answer` to any request and then closes.
  void ask_for(const std::string& answer) {
    fakes::ScriptServer server(path, [&](Peer& peer) {
      peer.read_request();
      peer.send(answer);
    });
    ask();
    std::filesystem::remove(path);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the request is what RFC 9112 wants, and no more") {
  std::string got;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    got = peer.read_request();
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    peer.hang();
  });
  ask();
  CHECK(reader.status == 204);
  CHECK(got == "GET /x?y=z HTTP/1.1\r\nHost: box\r\nUser-Agent: limpet\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  request.method = net::HttpClientRequest::Method::kHead;
  ask();
  CHECK(got.starts_with("HEAD /x?y=z HTTP/1.1\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "a POST carries its fields and its body, and fields of the answer are told") {
  std::string got;
  std::string body;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    got = peer.read_request();
    body = peer.read_bytes(net::HttpClient::kBodyBytes);
    peer.send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
  });
  const net::HttpField fields[] = {{"Authorization", "Bearer s3cret"}, {"Content-Type", "application/json"}};
  const std::string text(net::HttpClient::kBodyBytes, 'x');
  request.method = net::HttpClientRequest::Method::kPost;
  request.fields = fields;
  request.body = text;
  ask();
  CHECK(reader.status == 429);
  CHECK(reader.retry_after == "7");
  CHECK(got ==
        "POST /x?y=z HTTP/1.1\r\nHost: box\r\nUser-Agent: limpet\r\nAccept: */*\r\nConnection: close\r\n"
        "Authorization: Bearer s3cret\r\nContent-Type: application/json\r\nContent-Length: 16384\r\n\r\n");
  CHECK(body == text);
}

TEST_CASE_FIXTURE(Fixture, "a request over its limits fails and nothing of it is sent") {
  fakes::ScriptServer server(path, [](Peer&) {});
  const std::string long_value(net::HttpClient::kHeadBytes + 128, 'v');
  const std::string long_body(net::HttpClient::kBodyBytes + 1, 'b');
  const net::HttpField fields[] = {{"Authorization", long_value}};
  request.method = net::HttpClientRequest::Method::kPost;
  request.fields = fields;
  ask();
  CHECK(reader.error == "the request is too long to be sent");
  request.fields = {};
  request.body = long_body;
  ask();
  CHECK(reader.error == "the request is too long to be sent");
  CHECK(server.connections() == 0);
}

TEST_CASE_FIXTURE(Fixture, "answers that are whole") {
  const struct {
    const char* reason;
    std::string answer;
    int status;
    const char* body;
  } cases[] = {
      {"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"},
      {"without a body", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, ""},
      {"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", 200,
       "hello"},
      {"until the connection ends", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello"},
      {"after an interim answer",
       "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 302, ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    ask_for(test.answer);
    CHECK(reader.error == "");
    CHECK(reader.status == test.status);
    CHECK(reader.begun == test.status);
    CHECK(reader.body == test.body);
  }
}

TEST_CASE_FIXTURE(Fixture, "answers that are cut, garbage or too long are errors") {
  const struct {
    const char* reason;
    std::string answer;
    const char* told;
  } cases[] = {
      {"nothing", "", "closed without an answer"},
      {"cut in the status line", "HTTP/1.1 20", "in the middle of the answer"},
      {"cut in the header", "HTTP/1.1 200 OK\r\nContent-Le", "in the middle of the answer"},
      {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "in the middle of the answer"},
      {"cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
       "in the middle of the answer"},
      {"without the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
       "in the middle of the answer"},
      {"only an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", "in the middle of the answer"},
      {"garbage", "\x16\x03\x01 nonsense\r\n\r\n", "cannot be read"},
      {"another protocol", "220 mail.example ESMTP\r\n", "cannot be read"},
      {"chunk length that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "cannot be read"},
      {"length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "cannot be read"},
      {"header without end", "HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x'),
       "cannot be read: the header is too long"},
      {"body over the limit", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
       "cannot be read: the body is too long"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    ask_for(test.answer);
    CHECK(reader.answers == 1);
    CHECK(reader.status == 0);
    CHECK_MESSAGE(reader.error.find(test.told) != std::string::npos, reader.error);
  }
}

TEST_CASE_FIXTURE(Fixture, "the answer to HEAD has no body, whatever its length says") {
  request.method = net::HttpClientRequest::Method::kHead;
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n");
    peer.hang();
  });
  ask();
  CHECK(reader.status == 200);
}

TEST_CASE_FIXTURE(Fixture, "a peer that sends a byte now and then is given up at the deadline") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send_slowly("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 500ms);
  });
  const auto begin = std::chrono::steady_clock::now();
  ask(300ms);
  CHECK(std::chrono::steady_clock::now() - begin < 10s);  // all of it takes 20 s and more
  CHECK(reader.code == ETIMEDOUT);
}

TEST_CASE_FIXTURE(Fixture, "an answer in single bytes is whole all the same") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send_slowly("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 1ms);
  });
  const auto begin = std::chrono::steady_clock::now();
  ask();
  CHECK(reader.body == "hello");
  CHECK(reader.first_byte_after < std::chrono::steady_clock::now() - begin);
}

TEST_CASE_FIXTURE(Fixture, "peers that never read or never answer are given up at the deadline") {
  fakes::ScriptServer server(path, [](Peer& peer) { peer.sleep(60s); });
  ask(200ms);
  CHECK(reader.code == ETIMEDOUT);
}

TEST_CASE_FIXTURE(Fixture, "a header and a body without end are cut off while they come") {
  request.max_body_bytes = 1 << 20;
  for (const char* begin : {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    CAPTURE(begin);
    fakes::ScriptServer server(path, [&](Peer& peer) {
      peer.read_request();
      peer.send(begin);
      while (peer.send("X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n")) {
      }
    });
    ask(20s);
    CHECK_MESSAGE(reader.error.ends_with("too long"), reader.error);
    CHECK(reader.body.size() <= request.max_body_bytes);
    std::filesystem::remove(path);
  }
}

TEST_CASE_FIXTURE(Fixture, "the handler ends an answer that it does not want") {
  reader.give_up = true;
  ask_for("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(reader.answers == 1);
  CHECK(reader.status == 0);
}

TEST_CASE_FIXTURE(Fixture, "a kept-alive connection is used again, and made anew when the server closed it") {
  std::atomic<int> answers_each = 100;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    for (int i = 0; i < answers_each && !peer.read_request().empty(); ++i) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  request.keep_alive = true;
  for (int i = 0; i < 3; ++i) ask();
  CHECK(reader.body == "ok");
  CHECK(server.connections() == 1);

  client.cancel();
  answers_each = 1;
  ask();
  CHECK(server.connections() == 2);
  CHECK(
      runner.run_until([this] { return runner.loop().watch_count() == 0; }, 10s));  // the idle connection's end is seen
  ask();
  CHECK(server.connections() == 3);
  CHECK(reader.status == 200);
}

TEST_CASE_FIXTURE(Fixture, "a reused connection that closes before any byte is tried once more, a new one is not") {
  std::atomic<int> requests = 0;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    if (peer.read_request().empty()) return;
    if (++requests == 4) return;
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    if (!peer.read_request().empty()) ++requests;  // read, and closed without an answer
  });
  request.keep_alive = true;
  ask();
  ask();
  CHECK(reader.status == 200);
  CHECK(server.connections() == 2);
  CHECK(requests == 3);
  client.cancel();
  ask();
  CHECK(reader.error == "the connection was closed without an answer");
  CHECK(server.connections() == 3);
}

TEST_CASE_FIXTURE(Fixture, "bytes after an answer spoil the connection for another request") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    peer.hang();
  });
  request.keep_alive = true;
  ask();
  ask();
  CHECK(reader.body == "ok");
  CHECK(server.connections() == 2);
}

TEST_CASE_FIXTURE(Fixture, "a cancelled request never answers, and a new start replaces the old one") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.sleep(300ms);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  start();
  runner.run_for(10ms);
  client.cancel();
  runner.run_for(400ms);
  CHECK(reader.answers == 0);
  CHECK(runner.loop().watch_count() == 0);
  start();
  runner.run_for(10ms);
  ask();
  runner.run_for(400ms);
  CHECK(reader.answers == 1);
  CHECK(reader.body == "ok");
}

TEST_CASE_FIXTURE(Fixture, "the client may be started again and may end inside its callback") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  struct Owner final : net::HttpClientHandler {
    event::Loop* loop = nullptr;
    std::unique_ptr<net::HttpClient> http;
    int rounds = 0;
    void on_http_done(const base::Result<net::HttpAnswer>& answer) override {
      CHECK(answer);
      if (++rounds == 3) return http.reset();
      http->start({.host = "box", .target = "/"}, loop->clock().steady_now() + 1s);
    }
  } owner;
  owner.loop = &runner.loop();
  connect.set_path(path);
  owner.http = std::make_unique<net::HttpClient>(runner.loop(), connect, owner);
  owner.http->start({.host = "box", .target = "/"}, runner.in(1s));
  CHECK(runner.run_until([&] { return owner.http == nullptr; }));
  CHECK(runner.loop().watch_count() == 0);
}
