// SPDX-License-Identifier: MIT
// An HTTPS client with an authority of its own, and what TLS servers it needs: openssl s_server, or nginx.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "fakes/certificates.h"
#include "fakes/child_process.h"
#include "fakes/loop_runner.h"
#include "fakes/temporary_folder.h"
#include "lib/tls_heap.h"
#include "net/http_client.h"
#include "net/tls_service.h"
#include "net/web_connect.h"

/// The certificates take a second to make: once for a test program.
inline const fakes::Certificates& certificates() {
  static const fakes::TemporaryFolder folder;
  static const fakes::Certificates made(folder.path());
  return made;
}

struct HttpsBox : net::HttpClientHandler {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop(),
                         {.resolv_conf = folder.file("resolv.conf"),
                          .hosts = folder.write("hosts", "127.0.0.1 server.test other.test\n")}};
  net::TlsService tls{runner.clock()};
  net::WebConnect connect{runner.loop(), resolver, tls};
  net::HttpClient client{runner.loop(), connect, *this};
  std::uint16_t port = fakes::free_port();
  std::string host = "server.test";
  net::HttpClientRequest request{.host = "server.test", .target = "/", .keep_alive = false, .max_body_bytes = 16384};

  int answers = 0;
  int status = 0;
  int code = 0;
  std::string error;
  std::string body;

  virtual ~HttpsBox() = default;
  HttpsBox() { tls.configure(certificates().path("ca.pem")); }

  bool on_http_body(std::string_view piece) override {
    body += piece;
    return true;
  }
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override {
    ++answers;
    status = answer ? answer->status : 0;
    error = answer ? "" : std::string(answer.error().text());
    code = answer ? 0 : answer.error().code();
  }

  void ask(base::Duration limit = std::chrono::seconds(20)) {
    const auto url = rules::parse_web_url("https://" + host + ":" + std::to_string(port));
    REQUIRE(url);
    connect.set_target(*url);
    answers = 0;
    body.clear();
    client.start(request, runner.in(limit));
    REQUIRE(runner.run_until([this] { return answers > 0; }, limit + std::chrono::seconds(1)));
  }

  /// openssl s_server with the certificate NAME; its output is what clients sent.
  std::unique_ptr<fakes::ChildProcess> s_server(const std::string& name, const std::string& options,
                                                const std::string& input = "sleep 1000") {
    REQUIRE(fakes::ChildProcess::wait_for_port(port, false));  // an earlier one's
    auto server = std::make_unique<fakes::ChildProcess>(
        "( " + input + " ) | openssl s_server -accept 127.0.0.1:" + std::to_string(port) + " -cert " +
            certificates().path(name + ".pem") + " -key " + certificates().path(name + ".key") + " " + options,
        folder.file("s_server.log"));
    const bool listens = fakes::ChildProcess::wait_for_port(port);
    REQUIRE_MESSAGE(listens, server->output());
    return server;
  }
};
