// SPDX-License-Identifier: MIT
// The HTTP server over TLS, asked by our own client, by openssl s_client, and by peers that mean no good.
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "fakes/http_box.h"
#include "lib/pem_text.h"
#include "net/https_box.h"
#include "net/tcp_connect.h"

using namespace std::chrono_literals;

namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(certificates().path(file)).rdbuf();
  return text.str();
}

struct HttpsServerBox : HttpsBox {
  HttpsServerBox() {
    static const bool made = [] {
      certificates().make({.name = "web"});
      certificates().make({.name = "web-rsa", .key = "rsa:2048"});
      return true;
    }();
    REQUIRE(made);
    REQUIRE(server.open(folder.file("limpet.sock")));
    REQUIRE(set("web", "web"));
    const base::ListenAddress address{.ip = *base::IpAddress::parse("127.0.0.1"), .port = port};
    server.open({&address, 1});
    REQUIRE(server.address_count() == 1);
    request.target = "/short";
  }
  bool set(const std::string& certificate, const std::string& key) {
    return server.set_certificate(text_of(certificate + ".pem"), text_of(key + ".key")).has_value();
  }
  os::UniqueFd connect_raw(std::uint32_t from = INADDR_LOOPBACK) const {
    os::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(from);
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
  }
  std::string hear(const os::UniqueFd& fd, base::Duration limit = 20s) {
    std::string all;
    runner.run_until(
        [&] {
          char bytes[4096];
          const ssize_t got = ::recv(fd.get(), bytes, sizeof bytes, MSG_DONTWAIT);
          if (got > 0) all.append(bytes, static_cast<std::size_t>(got));
          return got == 0 || (got < 0 && errno != EAGAIN);
        },
        limit);
    return all;
  }

  fakes::HttpEcho service;
  std::unique_ptr<net::HttpServer> owner = std::make_unique<net::HttpServer>(runner.loop(), service);
  net::HttpServer& server = *owner;
};

}  // namespace

TEST_CASE("the blocks of a PEM text: what is between them is comment, what has no end is none") {
  std::string_view text =
      "Subject: x\n-----BEGIN A-----\nQQ==\n-----END A-----\n\n-----BEGIN B-----\nQg==\n-----END C-----\n"
      "-----BEGIN EC PRIVATE KEY-----\r\nQw==\r\n-----END EC PRIVATE KEY-----\n-----BEGIN D-----\nRA==\n";
  const auto first = lib::take_pem_block(text);
  REQUIRE(first);
  CHECK(first->label == "A");
  CHECK(first->base64 == "\nQQ==\n");
  const auto second = lib::take_pem_block(text);
  REQUIRE(second);
  CHECK(second->label == "EC PRIVATE KEY");
  CHECK_FALSE(lib::take_pem_block(text));
  for (std::string_view broken : {"", "-----BEGIN ", "-----BEGIN A", "-----BEGIN A-----", "-----END A-----"}) {
    CHECK_FALSE(lib::take_pem_block(broken));
  }
}

TEST_CASE("a pair that cannot be used says which file is wrong, and how") {
  certificates().make({.name = "one"});
  certificates().make({.name = "two"});
  certificates().run("openssl pkey -in one.key -aes256 -passout pass:secret -out locked.key");
  certificates().run("openssl genpkey -algorithm ed25519 -out edwards.key");
  certificates().run("openssl ec -in one.key -out sec1.key && openssl pkey -in one.key -pubout -out public.key");
  const std::string chain = text_of("one.pem");
  const struct {
    std::string chain;
    std::string key;
    std::string error;
  } cases[] = {
      {chain, text_of("one.key"), ""},
      {chain, text_of("sec1.key"), ""},
      {chain + text_of("ca.pem"), text_of("one.key"), ""},
      {"", text_of("one.key"), "tls_cert has no certificate"},
      {text_of("one.key"), text_of("one.key"), "tls_cert has no certificate"},
      {"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n", text_of("one.key"), "cannot be read"},
      {"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", text_of("one.key"), "cannot be read"},
      {chain, "", "tls_key has no key"},
      {chain, text_of("public.key"), "tls_key has no key"},
      {chain, text_of("locked.key"), "tls_key is encrypted"},
      {chain, text_of("edwards.key"), "tls_key cannot be read"},
      {chain, text_of("two.key"), "tls_key is not the key of the first certificate"},
      {text_of("ca.pem") + chain, text_of("one.key"), "tls_key is not the key of the first certificate"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.error);
    const std::size_t before = lib::tls_memory().used_bytes;
    {
      lib::TlsServer server;
      const auto opened = server.open(test.chain, test.key);
      CHECK(opened.has_value() == test.error.empty());
      CHECK(server.is_open() == test.error.empty());
      if (!opened) CHECK(opened.error().text().find(test.error) != std::string_view::npos);
    }
    if (before > 0) CHECK(lib::tls_memory().used_bytes == before);
  }
}

TEST_CASE_FIXTURE(HttpsServerBox, "our own client is answered, with ECDSA and with RSA") {
  for (const std::string name : {"web", "web-rsa"}) {
    REQUIRE(set(name, name));
    for (const std::string target : {"/short", "/long", "/constant", "/rows?3000"}) {
      CAPTURE(target);
      request.target = target;
      request.max_body_bytes = 100000;
      ask();
      CHECK_MESSAGE(status == 200, error);
    }
    CHECK(body.ends_with("row 2999\n"));
  }
  CHECK(server.tls_statistics().agreed == 8);
  CHECK(server.tls_statistics().failed == 0);
}

TEST_CASE_FIXTURE(HttpsServerBox, "openssl s_client by TLS 1.2 and 1.3; older TLS gets none") {
  const struct {
    std::string options;
    bool works;
  } cases[] = {{"-tls1_3", true},
               {"-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", true},
               {"-tls1_2", true},
               {"-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", true},
               {"-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA@SECLEVEL=0", false},
               {"-tls1_1 -cipher ALL@SECLEVEL=0", false},
               {"-tls1_3 -alpn h2", false}};
  for (const auto& test : cases) {
    CAPTURE(test.options);
    fakes::ChildProcess s_client(
        "printf 'GET /short HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | "
        "timeout 10 openssl s_client -quiet -ign_eof -verify_return_error -CAfile " +
            certificates().path("ca.pem") + " -connect 127.0.0.1:" + std::to_string(port) +
            " -servername server.test " + test.options + "; echo over",
        folder.file("s_client.log"));
    REQUIRE(runner.run_until([&] { return s_client.output().find("over") != std::string::npos; }, 60s));
    CHECK((s_client.output().find("HTTP/1.1 200 OK") != std::string::npos) == test.works);
  }
}

TEST_CASE_FIXTURE(HttpsServerBox, "plain HTTP is told that this is HTTPS; nothing at all is closed at the deadline") {
  const os::UniqueFd plain = connect_raw();
  REQUIRE(::send(plain.get(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, 0) > 0);
  const std::string told = hear(plain);
  CHECK(told.starts_with("HTTP/1.1 400 "));
  CHECK(told.find("this address speaks HTTPS") != std::string::npos);
  CHECK(server.tls_statistics().plain == 1);

  const std::size_t memory = lib::tls_memory().used_bytes;
  const os::UniqueFd silent = connect_raw();
  const os::UniqueFd slow = connect_raw();
  REQUIRE(::send(slow.get(), "\x16\x03\x01\x02\x00\x01", 6, 0) == 6);
  REQUIRE(runner.run_until([&] { return lib::tls_memory().used_bytes > memory; }, 20s));  // of the second alone
  CHECK(lib::tls_memory().used_bytes < memory + 30000);
  CHECK(hear(slow, 60s).empty());
  CHECK(hear(silent, 60s).empty());
  CHECK(runner.run_until([&] { return server.connection_count() == 0; }, 20s));
  CHECK(server.statistics().timed_out == 2);
  CHECK(lib::tls_memory().used_bytes == memory);
}

TEST_CASE_FIXTURE(HttpsServerBox, "garbage behind the first byte is no TLS and costs nothing afterwards") {
  const std::size_t memory = lib::tls_memory().used_bytes;
  for (int i = 0; i < 50; ++i) {
    const os::UniqueFd peer = connect_raw();
    std::string bytes = "\x16" + std::string(300, static_cast<char>(i * 37));
    REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0);
    hear(peer, 2s);
  }
  CHECK(runner.run_until([&] { return server.connection_count() == 0; }, 60s));
  CHECK(server.tls_statistics().failed + server.statistics().timed_out == 50);
  CHECK(lib::tls_memory().used_bytes == memory);
}

TEST_CASE_FIXTURE(HttpsServerBox,
                  "who begins TLS and stops cannot keep another address out, and memory stays inside its limit") {
  std::vector<os::UniqueFd> slow;
  for (int i = 0; i < 12; ++i) {
    slow.push_back(connect_raw(INADDR_LOOPBACK + 1));
    REQUIRE(::send(slow.back().get(), "\x16\x03\x01\x02\x00\x01", 6, 0) == 6);
  }
  request.target = "/short";
  ask();
  CHECK_MESSAGE(status == 200, error);
  CHECK(lib::tls_memory().peak_bytes < base::limits::kTlsHeap);
  CHECK(lib::tls_memory().refused == 0);
}

TEST_CASE_FIXTURE(HttpsServerBox, "another pair ends the connections of the first; a bad one changes nothing") {
  certificates().make({.name = "other"});
  request.keep_alive = true;
  ask();
  REQUIRE_MESSAGE(status == 200, error);
  REQUIRE(server.connection_count() == 1);
  CHECK_FALSE(set("web", "other"));
  CHECK(set("web", "web"));  // the same: nothing happens
  CHECK(server.connection_count() == 1);
  CHECK(set("other", "other"));
  CHECK(server.connection_count() == 0);
  request.keep_alive = false;
  ask();
  CHECK_MESSAGE(status == 200, error);
  REQUIRE(server.set_certificate("", ""));
  const os::UniqueFd plain = connect_raw();
  REQUIRE(::send(plain.get(), "GET /short HTTP/1.0\r\n\r\n", 23, 0) > 0);
  CHECK(hear(plain).starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE_FIXTURE(HttpsServerBox, "no handshake begins shortly before a tick") {
  server.set_next_tick(runner.clock().wall_now() + 400ms);
  const base::SteadyTime before = runner.clock().steady_now();
  ask();
  CHECK_MESSAGE(status == 200, error);
  CHECK(runner.clock().steady_now() - before >= 400ms);
}
