// SPDX-License-Identifier: MIT
// The HTTPS client against servers that are not to be believed, or misbehave: each is told clearly, and none of them
// gets to see the request.
#include <doctest/doctest.h>

#include <cerrno>
#include <string>

#include "fakes/script_server.h"
#include "net/https_box.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

constexpr net::HttpField kSecret[] = {{"Authorization", "Bearer s3cret"}};

struct Refused : HttpsBox {
  Refused() {
    request.method = net::HttpClientRequest::Method::kPost;
    request.fields = kSecret;
    request.body = "s3cret body";
  }
  void check_refused(const std::string& options, const std::string& certificate, const std::string& told) {
    port = fakes::free_port();
    const auto server = s_server(certificate, "-quiet " + options);
    ask();
    CHECK_MESSAGE(error.find(told) != std::string::npos, error);
    CHECK(error.find(host) != std::string::npos);
    CHECK(status == 0);
    runner.run_for(50ms);
    CHECK_MESSAGE(server->output().find("s3cret") == std::string::npos, server->output());
  }
};

}  // namespace

TEST_CASE_FIXTURE(Refused, "certificates that are not to be believed, in TLS 1.2 and 1.3") {
  const fakes::Certificates& made = certificates();
  made.make_self_signed({.name = "foreign", .subject = "/CN=Nobody CA", .is_authority = true});
  made.make_self_signed({.name = "self", .key = "rsa:2048"});
  // openssl signs nothing with MD5 by a key of another kind.
  made.make_self_signed({.name = "rsa-ca", .subject = "/CN=RSA CA", .key = "rsa:2048", .is_authority = true});
  made.run("cat ca.pem rsa-ca.pem > both.pem");
  tls.configure(made.path("both.pem"));
  const struct {
    std::string reason;
    fakes::CertificateWish wish;
    const char* told;
  } cases[] = {
      {"another name", {.name = "wrong", .names = "DNS:elsewhere.test"}, "is for another name (elsewhere.test)"},
      {"the name only as subject",
       {.name = "subject", .subject = "/CN=server.test", .names = "DNS:x.test"},
       "is for another name (x.test)"},
      {"a wildcard that is too wide", {.name = "wild", .names = "DNS:*"}, "is for another name (*)"},
      {"expired", {.name = "old", .until = "20210203000000Z"}, "expired on 2021-02-03. It has to be renewed"},
      {"not yet valid", {.name = "new", .from = "20900405000000Z"}, "is not valid before 2090-04-05"},
      {"an unknown authority", {.name = "unknown", .authority = "foreign"}, "is signed by Nobody CA, which is not in "},
      {"MD5",
       {.name = "md5", .digest = "md5", .key = "rsa:2048", .authority = "rsa-ca"},
       "is signed with SHA-1 or MD5"},
      {"SHA-1", {.name = "sha1", .digest = "sha1", .key = "rsa:2048"}, "is signed with SHA-1 or MD5"},
      {"a key of 1024 bits", {.name = "weak", .key = "rsa:1024"}, "has a key that is too weak"},
      {"made for clients", {.name = "client", .use = "clientAuth"}, "is not meant for servers"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    made.make(test.wish);
    check_refused("-tls1_2 -cipher DEFAULT:@SECLEVEL=0", test.wish.name, test.told);
    check_refused("-tls1_3 -cipher DEFAULT:@SECLEVEL=0", test.wish.name, test.told);
  }
  check_refused("-tls1_2", "self", "is signed by itself");
  check_refused("-tls1_3", "self", "is signed by itself");
  CHECK(tls.statistics().failed == 2 * std::size(cases) + 2);
  CHECK(lib::tls_memory().refused == 0);
}

TEST_CASE_FIXTURE(Refused, "an authority of the right name but with another key signs nothing for us") {
  certificates().make_self_signed({.name = "twin", .subject = "/CN=LIMPET test ca", .is_authority = true});
  certificates().make({.name = "forged", .authority = "twin"});
  check_refused("-tls1_3", "forged", "which is not in ");
}

TEST_CASE_FIXTURE(Refused, "an address is only what the certificate names as an address") {
  host = "127.0.0.1";
  certificates().make({.name = "another", .names = "IP:127.0.0.2,IP:::1,IP:::ffff:127.0.0.1,DNS:127.0.0.1"});
  certificates().make({.name = "nameless", .subject = "/CN=127.0.0.1", .names = "DNS:server.test"});
  for (const std::string version : {"-tls1_2", "-tls1_3"}) {
    check_refused(version, "another", "the certificate of 127.0.0.1 is for another name (127.0.0.1)");
    check_refused(version, "nameless", "the certificate of 127.0.0.1 is for another name (server.test)");
  }
}

TEST_CASE_FIXTURE(Refused, "TLS that is out of use, and ciphers that are") {
  certificates().make({.name = "good-rsa", .key = "rsa:2048"});
  check_refused("-tls1_1 -cipher DEFAULT:@SECLEVEL=0", "good-rsa", "server.test");
  check_refused("-tls1_2 -cipher AES128-SHA", "good-rsa", "refused the TLS connection");
  check_refused("-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256", "good-rsa", "refused the TLS connection");
}

TEST_CASE_FIXTURE(Refused, "dates cannot be judged by a clock that is not set: wait") {
  certificates().make({.name = "new", .from = "20900405000000Z"});
  certificates().make({.name = "wrong-and-new", .names = "DNS:elsewhere.test", .from = "20900405000000Z"});
  tls.set_not_before(base::WallTime(std::chrono::sys_days(std::chrono::year(2091) / 1 / 1)));
  check_refused("", "new", "the clock of this box is not set yet");
  check_refused("", "wrong-and-new", "is for another name");
}

TEST_CASE_FIXTURE(Refused, "without a bundle nothing is believed; once it is there, all goes on") {
  certificates().make({.name = "good"});
  const std::string bundle = folder.file("bundle.pem");
  tls.configure(bundle);
  request = {.host = "server.test", .target = "/"};
  const auto server = s_server("good", "-www");
  ask();
  CHECK(error == "read " + bundle + ": No such file or directory");
  std::filesystem::copy_file(certificates().path("ca.pem"), bundle);
  ask();
  CHECK_MESSAGE(status == 200, error);
  // Replaced by an update: what is not in the new one is not believed any more.
  certificates().make_self_signed({.name = "foreign", .subject = "/CN=Nobody CA", .is_authority = true});
  std::filesystem::copy_file(certificates().path("foreign.pem"), bundle,
                             std::filesystem::copy_options::overwrite_existing);
  tls.configure("");
  tls.configure(bundle);
  ask();
  CHECK_MESSAGE(error.find("Limpet Test CA, which is not in") != std::string::npos, error);
}

TEST_CASE_FIXTURE(Refused, "peers that speak no TLS, or break it off, within the handshake") {
  const struct {
    std::string reason;
    void (*script)(Peer&);
    const char* told;
  } cases[] = {
      {"closes at once", [](Peer&) {}, "server.test"},
      {"garbage", [](Peer& peer) { peer.send(std::string(5000, '\xA5')), peer.hang(); }, "is no TLS"},
      {"plain HTTP", [](Peer& peer) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"), peer.hang(); }, "is no TLS"},
      {"a record that is cut",
       [](Peer& peer) {
         peer.read_bytes(1);
         peer.read(2000);
         peer.send({"\x16\x03\x03\x00\x7A\x02\x00\x00\x76\x03\x03", 11});
       },
       "cut the TLS connection off"},
      {"a record longer than there are",
       [](Peer& peer) {
         peer.send({"\x16\x03\x03\xFF\xFF\x02", 6});
         peer.hang();
       },
       "is no TLS"},
      {"a hello of garbage",
       [](Peer& peer) {
         peer.send({"\x16\x03\x03\x00\x08\x02\x00\x00\x04\x03\x03\x00\x00", 13});
         peer.hang();
       },
       "is no TLS"},
      {"an alert: handshake failure",
       [](Peer& peer) {
         peer.send({"\x15\x03\x03\x00\x02\x02\x28", 7});
         peer.hang();
       },
       "refused the TLS connection"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    fakes::ScriptServer server(test.script);
    port = server.port();
    ask();
    CHECK_MESSAGE(error.find(test.told) != std::string::npos, error);
  }
}

TEST_CASE_FIXTURE(Refused, "peers that take their time end at the deadline") {
  SUBCASE("silent") {
    fakes::ScriptServer server([](Peer& peer) { peer.hang(); });
    port = server.port();
    ask(300ms);
    CHECK(error == "agree on TLS with server.test: Connection timed out");
    CHECK(code == ETIMEDOUT);
  }
  SUBCASE("a handshake in single bytes") {
    fakes::ScriptServer server([](Peer& peer) {
      peer.read_bytes(1);
      peer.read(2000);
      peer.send_slowly(std::string("\x16\x03\x03\x00\x7A\x02\x00\x00\x76\x03\x03", 11) + std::string(100, 'r'), 1s);
    });
    port = server.port();
    ask(500ms);
    CHECK(code == ETIMEDOUT);
  }
  SUBCASE("an answer in single bytes") {
    certificates().make({.name = "good"});
    const auto server =
        s_server("good", "-quiet", "printf 'HTTP/1.1 200 OK\\r\\nX: '; while printf H; do sleep 0.1; done");
    ask(1s);
    CHECK(error == "wait for the answer: Connection timed out");
    CHECK(code == ETIMEDOUT);
  }
}

TEST_CASE_FIXTURE(Refused, "answers without end are given up") {
  certificates().make({.name = "good"});
  const std::string line = "yes \"$(printf 'X: 0123456789012345678901234567890123456789\\r')\"";
  const struct {
    std::string reason;
    std::string input;
    const char* told;
  } cases[] = {
      {"endless header", "printf 'HTTP/1.1 200 OK\\r\\n'; " + line, "the header is too long"},
      {"endless body", "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n'; " + line, "the body is too long"},
      {"endless chunks",
       "printf 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n'; "
       "while printf '5\\r\\nhello\\r\\n'; do :; done",
       "the body is too long"},
      {"garbage", "head -c 2000 /dev/zero; sleep 1000", "cannot be read"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    port = fakes::free_port();
    const auto server = s_server("good", "-quiet", test.input);
    ask();
    CHECK_MESSAGE(error.find(test.told) != std::string::npos, error);
  }
}

TEST_CASE_FIXTURE(Refused, "an answer that only the connection's end could end is not taken when it was cut") {
  certificates().make({.name = "good"});
  auto server = s_server("good", "-quiet", "printf 'HTTP/1.0 200 OK\\r\\n\\r\\nall the mon'; sleep 1000");
  const auto url = rules::parse_web_url("https://server.test:" + std::to_string(port));
  connect.set_target(*url);
  client.start(request, runner.in(5s));
  REQUIRE(runner.run_until([this] { return !body.empty(); }));
  server->end();  // killed: no goodbye of TLS
  REQUIRE(runner.run_until([this] { return answers > 0; }));
  const bool told = error == "server.test cut the TLS connection off" ||
                    error == "speak TLS with server.test: Connection reset by peer";
  CHECK_MESSAGE(told, error);
}
