// SPDX-License-Identifier: MIT
// The HTTPS client and a real nginx over a long life: kept-alive connections, idle ones that are closed, restarts, and
// reloads with another certificate. None of it is seen by whoever asks.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "net/https_box.h"

using namespace std::chrono_literals;

namespace {

constexpr const char* kProgram = "/usr/sbin/nginx";

struct Line {
  int connection = 0;
  int status = 0;
  std::string resumed;  // "r" or "."
  std::string protocol;
  std::string application;  // ALPN
  std::string authorization;
};

struct NginxBox : HttpsBox {
  std::unique_ptr<fakes::ChildProcess> nginx;

  NginxBox() {
    request.method = net::HttpClientRequest::Method::kPost;
    static constexpr net::HttpField kFields[] = {{"Authorization", "Bearer_s3cret"}};
    request.fields = kFields;
    request.body = "{\"cpu_percent\":1.0}";
    request.keep_alive = true;
  }
  void use_certificate(const std::string& name) {
    const auto how = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(certificates().path(name + ".pem"), folder.file("server.pem"), how);
    std::filesystem::copy_file(certificates().path(name + ".key"), folder.file("server.key"), how);
  }
  void start(const std::string& options) {
    folder.write("nginx.conf", std::string(::geteuid() == 0 ? "user root;" : "") +
                                   "daemon off; worker_processes 1; pid nginx.pid; events {} error_log error.log;\n"
                                   "http { log_format l '$connection $status $ssl_session_reused $ssl_protocol "
                                   "$ssl_alpn_protocol "
                                   "$http_authorization'; access_log access.log l;\n"
                                   "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; "
                                   "uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
                                   "server { listen 127.0.0.1:" +
                                   std::to_string(port) +
                                   " ssl; ssl_certificate server.pem; ssl_certificate_key server.key; " + options +
                                   " location / { return 200 'beat'; } } }\n");
    nginx = std::make_unique<fakes::ChildProcess>(
        std::string("exec ") + kProgram + " -p " + folder.path().string() + " -c nginx.conf", folder.file("out"));
    const bool listens = fakes::ChildProcess::wait_for_port(port);
    REQUIRE_MESSAGE(listens, "nginx is Debian's package nginx-light: ", nginx->output(),
                    fakes::read_text(folder.file("error.log")));
  }
  void stop() {
    nginx->end();
    REQUIRE(fakes::ChildProcess::wait_for_port(port, false));
  }
  /// Reads the configuration and the certificate anew, as systemctl reload does, and waits for the old worker's end.
  void reload() {
    const std::string pid = std::to_string(nginx->pid());
    const auto workers = [&] { return fakes::read_text("/proc/" + pid + "/task/" + pid + "/children"); };
    const std::string old = workers();
    REQUIRE(std::ranges::count(old, ' ') == 1);
    nginx->signal(SIGHUP);
    REQUIRE(runner.run_until([&] { return workers() != old && std::ranges::count(workers(), ' ') == 1; }, 20s));
  }
  std::vector<Line> log() {
    std::vector<Line> lines;
    std::ifstream file(folder.file("access.log"));
    for (std::string text; std::getline(file, text);) {
      Line line;
      std::istringstream(text) >> line.connection >> line.status >> line.resumed >> line.protocol >> line.application >>
          line.authorization;
      lines.push_back(line);
    }
    return lines;
  }
};

}  // namespace

TEST_CASE_FIXTURE(NginxBox, "many requests over one connection; the next connection takes up its session") {
  certificates().make({.name = "good"});
  use_certificate("good");
  for (const std::string protocol : {"TLSv1.3", "TLSv1.2"}) {
    CAPTURE(protocol);
    start("keepalive_timeout 1s; ssl_prefer_server_ciphers on; ssl_protocols " + protocol + ";");
    { std::ofstream truncated(folder.file("access.log")); }
    for (int i = 0; i < 5; ++i) {
      ask();
      REQUIRE_MESSAGE(status == 200, error);
      CHECK(body == "beat");
    }
    REQUIRE(runner.run_until([this] { return runner.loop().watch_count() == 0; }, 20s));  // nginx closed it
    ask();
    CHECK_MESSAGE(status == 200, error);
    runner.run_until([this] { return log().size() == 6; }, 20s);  // a line is written after the answer
    const auto lines = log();
    REQUIRE(lines.size() == 6);
    for (std::size_t i = 0; i < 5; ++i) CHECK(lines[i].connection == lines[0].connection);
    CHECK(lines[5].connection != lines[0].connection);
    CHECK(lines[0].resumed == ".");
    CHECK(lines[5].resumed == "r");
    for (const Line& line : lines) {
      CHECK(line.status == 200);
      CHECK(line.protocol == protocol);
      CHECK(line.application == "http/1.1");
      CHECK(line.authorization == "Bearer_s3cret");
    }
    client.cancel();
    stop();
  }
  CHECK(tls.statistics().handshakes.total() == 4);
  CHECK(tls.statistics().resumed == 2);
  CHECK(tls.statistics().failed == 0);
}

TEST_CASE_FIXTURE(NginxBox, "a server that closes just now, or is restarted between two requests, is not noticed") {
  certificates().make({.name = "good-rsa", .key = "rsa:2048"});
  use_certificate("good-rsa");
  for (const std::string protocol : {"TLSv1.3", "TLSv1.2"}) {
    CAPTURE(protocol);
    const std::string options = "ssl_prefer_server_ciphers on; ssl_protocols " + protocol + ";";
    start(options);
    ask();
    REQUIRE_MESSAGE(status == 200, error);
    stop();  // the loop does not run, so the client still holds the connection for alive
    start(options);
    ask();
    CHECK_MESSAGE(status == 200, error);
    ask();
    CHECK_MESSAGE(status == 200, error);
    client.cancel();
    stop();
  }
  ask();
  CHECK_MESSAGE(error.find("Connection refused") != std::string::npos, error);
}

TEST_CASE_FIXTURE(NginxBox, "a reload with another certificate is followed; one for another host is refused") {
  certificates().make({.name = "good"});
  certificates().make({.name = "renewed", .names = "DNS:new.test,DNS:server.test"});
  certificates().make({.name = "wrong", .names = "DNS:elsewhere.test"});
  use_certificate("good");
  start("");
  ask();
  REQUIRE_MESSAGE(status == 200, error);
  use_certificate("renewed");
  reload();
  ask();
  CHECK_MESSAGE(status == 200, error);
  use_certificate("wrong");
  reload();
  const auto served = log().size();
  ask();
  CHECK_MESSAGE(error.find("is for another name (elsewhere.test)") != std::string::npos, error);
  CHECK(log().size() == served);
  use_certificate("good");
  reload();
  ask();
  CHECK_MESSAGE(status == 200, error);
}
