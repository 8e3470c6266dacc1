// SPDX-License-Identifier: MIT
#include "net/icmp_echo.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "fakes/loop_runner.h"
#include "fakes/not_root.h"
#include "fakes/possible.h"
#include "net/icmp_socket.h"

using namespace std::chrono_literals;

namespace {

// Gives a raw socket that was opened before, as the helper does.
class Given final : public net::Connector {
 public:
  explicit Given(event::Loop& loop) : timer_(loop, "test", base::Callback<>::to<&Given::on_time>(*this)) {}
  void start(base::SteadyTime, OnDone on_done) override {
    on_done_ = on_done;
    timer_.arm_after({});
  }
  void cancel() override { timer_.cancel(); }

  os::UniqueFd fd;

 private:
  void on_time() {
    net::ConnectResult result;
    result.connection.fd = std::move(fd);
    on_done_(result);
  }

  event::Timer timer_;
  OnDone on_done_;
};

struct Fixture {
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop()};
  Given v4{runner.loop()};
  Given v6{runner.loop()};
  std::optional<base::Result<base::Duration>> result;

  void on_done(const base::Result<base::Duration>& told) { result = told; }
  const base::Result<base::Duration>& ping(net::IcmpEcho& echo, const char* host, base::Duration limit = 2s) {
    result.reset();
    echo.set_host(host);
    echo.start(runner.in(limit), net::IcmpEcho::OnDone::to<&Fixture::on_done>(*this));
    CHECK_FALSE(result);
    REQUIRE(runner.run_until([this] { return result.has_value(); }, limit + 2s));
    return *result;
  }
};

bool anybody_may_ping() {
  long first = 1;
  long last = 0;
  std::ifstream("/proc/sys/net/ipv4/ping_group_range") >> first >> last;
  return first <= 65534 && last >= 65534;
}

bool may_ping() {
  return fakes::possible(::geteuid() == 0 || anybody_may_ping(), "needs root, or that everybody may ping");
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "both families of this box answer, by address and by name") {
  if (!may_ping()) return;
  net::IcmpEcho echo(runner.loop(), resolver, {});
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    CAPTURE(host);
    const base::SteadyTime began = runner.in(0s);
    const auto& answer = ping(echo, host);
    REQUIRE_MESSAGE(answer, answer.error().text());
    CHECK(*answer > 0s);
    CHECK(*answer <= runner.in(0s) - began);
  }
}

TEST_CASE_FIXTURE(Fixture, "a user without rights pings over a raw socket that somebody gives") {
  if (!fakes::possible(::geteuid() == 0, "needs root")) return;
  REQUIRE(net::open_raw_icmp(AF_INET, v4.fd) == 0);
  REQUIRE(net::open_raw_icmp(AF_INET6, v6.fd) == 0);
  net::IcmpEcho echo(runner.loop(), resolver, {&v4, &v6});
  const fakes::NotRoot nobody;
  for (const char* host : {"127.0.0.1", "::1"}) {
    CAPTURE(host);
    const auto& answer = ping(echo, host);
    CHECK_MESSAGE(answer, answer.error().text());
  }
}

TEST_CASE_FIXTURE(Fixture, "a user without rights to whom nobody gives a socket is told how to get them") {
  const fakes::NotRoot nobody;
  if (!fakes::possible(!anybody_may_ping(), "everybody may ping here")) return;
  net::IcmpEcho echo(runner.loop(), resolver, {});
  const auto& answer = ping(echo, "127.0.0.1");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().text().contains("ping_group_range"));
}

TEST_CASE_FIXTURE(Fixture, "a host that does not answer is waited for until the deadline, and no longer") {
  if (!fakes::possible(::geteuid() == 0 && !anybody_may_ping(), "needs root, and that nobody else may ping")) return;
  REQUIRE(net::open_raw_icmp(AF_INET, v4.fd) == 0);
  constexpr int kIcmpFilter = 1;
  const std::uint32_t deaf = ~0U;
  REQUIRE(::setsockopt(v4.fd.get(), SOL_RAW, kIcmpFilter, &deaf, sizeof deaf) == 0);
  net::IcmpEcho echo(runner.loop(), resolver, {&v4, &v6});
  const fakes::NotRoot nobody;
  const base::SteadyTime began = runner.in(0s);
  const auto& answer = ping(echo, "127.0.0.1", 100ms);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ETIMEDOUT);
  CHECK(runner.in(0s) - began >= 100ms);
  CHECK(runner.in(0s) - began < 10s);
}

TEST_CASE_FIXTURE(Fixture, "an address that cannot be asked is told with its reason") {
  if (!may_ping()) return;
  net::IcmpEcho echo(runner.loop(), resolver, {});
  const auto& answer = ping(echo, "255.255.255.255");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().text() == "ping 255.255.255.255: Permission denied");
}

TEST_CASE_FIXTURE(Fixture, "a cancelled one is silent") {
  net::IcmpEcho echo(runner.loop(), resolver, {});
  echo.set_host("127.0.0.1");
  echo.start(runner.in(1s), net::IcmpEcho::OnDone::to<&Fixture::on_done>(*this));
  echo.cancel();
  runner.run_for(50ms);
  CHECK_FALSE(result);
}
