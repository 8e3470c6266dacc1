// SPDX-License-Identifier: MIT
// The HTTPS client against openssl's own server: what has to work.
#include <doctest/doctest.h>

#include <cerrno>
#include <string>

#include "fakes/script_server.h"
#include "net/https_box.h"

using namespace std::chrono_literals;

TEST_CASE_FIXTURE(HttpsBox, "TLS 1.2 and 1.3, RSA and ECDSA: verified, answered, and resumed the second time") {
  certificates().make({.name = "good"});
  certificates().make({.name = "good-rsa", .key = "rsa:2048"});
  const struct {
    std::string certificate;
    std::string options;
    std::string protocol;
  } cases[] = {
      {"good", "-tls1_3", "TLSv1.3"},
      {"good-rsa", "-tls1_3", "TLSv1.3"},
      {"good", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3"},
      {"good", "-tls1_3 -groups P-384", "TLSv1.3"},
      {"good", "-tls1_2", "TLSv1.2"},
      {"good-rsa", "-tls1_2", "TLSv1.2"},
      {"good-rsa", "-tls1_2 -no_ticket", "TLSv1.2"},  // resumed by a session's number
      {"good", "", "TLSv1.3"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.certificate);
    CAPTURE(test.options);
    port = fakes::free_port();
    const auto server = s_server(test.certificate, "-www " + test.options);
    const auto resumed_before = tls.statistics().resumed;
    ask();
    REQUIRE_MESSAGE(status == 200, error);
    CHECK(body.find("New, " + test.protocol) != std::string::npos);
    CHECK(tls.statistics().resumed == resumed_before);
    ask();
    REQUIRE_MESSAGE(status == 200, error);
    CHECK_MESSAGE(body.find("Reused, " + test.protocol) != std::string::npos, body);
    CHECK(tls.statistics().resumed == resumed_before + 1);
  }
  CHECK(tls.statistics().failed == 0);
  CHECK(tls.statistics().handshakes.total() == 2 * std::size(cases));
}

TEST_CASE_FIXTURE(HttpsBox, "the server is told the name that is asked for") {
  certificates().make({.name = "good"});
  certificates().make({.name = "other", .names = "DNS:other.test"});
  const auto server = s_server("good", "-www -servername other.test -cert2 " + certificates().path("other.pem") +
                                           " -key2 " + certificates().path("other.key"));
  host = "other.test";
  ask();
  CHECK_MESSAGE(status == 200, error);
}

TEST_CASE_FIXTURE(HttpsBox, "a server that speaks another TLS than before is not noticed") {
  certificates().make({.name = "good"});
  for (const char* const options : {"-www -tls1_3", "-www -tls1_2", "-www -tls1_3"}) {
    const auto server = s_server("good", options);
    ask();
    CHECK_MESSAGE(status == 200, error);
  }
  CHECK(tls.statistics().failed == 0);
  CHECK(tls.statistics().resumed == 0);
}

TEST_CASE_FIXTURE(HttpsBox, "an address as the host is verified too, resumed too, and not sent as if it were a name") {
  certificates().make({.name = "good"});
  for (const std::string version : {"-tls1_3", "-tls1_2"}) {
    CAPTURE(version);
    const auto server = s_server("good", "-tlsextdebug -www " + version);
    const auto resumed_before = tls.statistics().resumed;
    for (int i = 0; i < 2; ++i) {
      host = "127.0.0.1";
      ask();
      CHECK_MESSAGE(status == 200, error);
    }
    CHECK(tls.statistics().resumed == resumed_before + 1);
    CHECK(server->output().find("\"supported_groups\"") != std::string::npos);
    CHECK(server->output().find("\"server name\"") == std::string::npos);
    host = "server.test";
    ask();
    CHECK(server->output().find("\"server name\"") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(HttpsBox, "an intermediate authority that the server sends leads to the one in the bundle") {
  certificates().make({.name = "middle", .subject = "/CN=Middle", .is_authority = true});
  certificates().make({.name = "leaf", .authority = "middle"});
  const auto server = s_server("leaf", "-www -cert_chain " + certificates().path("middle.pem"));
  ask();
  CHECK_MESSAGE(status == 200, error);
}

TEST_CASE_FIXTURE(HttpsBox,
                  "a certificate signed by itself is believed when it is in the bundle, whatever it may sign") {
  certificates().make_self_signed({.name = "own"});
  tls.configure(certificates().path("own.pem"));
  const auto server = s_server("own", "-www");
  ask();
  CHECK_MESSAGE(status == 200, error);
}

TEST_CASE_FIXTURE(HttpsBox, "a POST of 16 KiB arrives whole, and an answer of many records comes whole") {
  certificates().make({.name = "good"});
  const auto server = s_server("good", "-quiet",
                               "sleep 0.5; printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 100000\\r\\n\\r\\n'; "
                               "head -c 100000 /dev/zero | tr '\\0' z; sleep 1000");
  const std::string text(16384, 'p');
  const net::HttpField fields[] = {{"Authorization", "Bearer s3cret"}};
  request.method = net::HttpClientRequest::Method::kPost;
  request.fields = fields;
  request.body = text;
  request.max_body_bytes = 100'000;
  ask();
  CHECK_MESSAGE(status == 200, error);
  CHECK(body == std::string(100'000, 'z'));
  CHECK(server->output().ends_with("\r\n\r\n" + text));
  CHECK(server->output().find("Authorization: Bearer s3cret\r\n") != std::string::npos);
}

TEST_CASE_FIXTURE(HttpsBox, "no handshake begins shortly before a tick, nor right with it") {
  certificates().make({.name = "good"});
  const auto server = s_server("good", "-www");
  const auto tick = runner.clock().wall_now() + 200ms;
  tls.set_next_tick(tick);
  ask(100ms);
  CHECK(code == ETIMEDOUT);
  ask();
  CHECK_MESSAGE(status == 200, error);
  CHECK(runner.clock().wall_now() >= tick + rules::kAfterTick);
  CHECK(tls.statistics().handshakes.total() == 1);
  CHECK(tls.statistics().failed == 0);
}

TEST_CASE_FIXTURE(HttpsBox, "memory: a connection costs what is allowed, and gives it back") {
  certificates().make({.name = "good-rsa", .key = "rsa:2048"});
  {
    const auto server = s_server("good-rsa", "-www -tls1_3");
    ask();
    CHECK_MESSAGE(status == 200, error);
  }
  const lib::HeapUse after = lib::tls_memory();
  MESSAGE("mbedTLS: peak ", after.peak_bytes, " bytes, ", after.used_bytes, " with no connection open; handshake ",
          std::chrono::duration<double, std::milli>(tls.statistics().handshakes.longest()).count(), " ms");
  CHECK(after.peak_bytes < 64 * 1024);
  CHECK(after.used_bytes < 16 * 1024);
  CHECK(after.refused == 0);
}
