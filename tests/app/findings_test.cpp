// SPDX-License-Identifier: MIT
#include "app/findings.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/captured_output.h"

using namespace std::chrono_literals;

namespace {

constexpr base::SteadyTime kStart{100h};

struct Fixture {
  app::Findings findings;

  std::string probe(bool ok, base::SteadyTime now, const char* reason = "") {
    const fakes::CapturedOutput log;
    findings.on_probe({.ok = ok, .ping_ms = {}, .reason = decltype(collect::ProbeResult::reason)(reason)}, now);
    return log.err();
  }
  std::string worker(rules::WorkerStatus status, const char* reason = "") {
    const fakes::CapturedOutput log;
    findings.on_worker({.status = status, .reason = decltype(collect::WorkerResult::reason)(reason)});
    return log.err();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the internet: a change is told, with how long it was gone, but not the first result") {
  CHECK_FALSE(findings.internet_known());
  CHECK(probe(false, kStart, "refused").empty());
  CHECK(findings.internet_known());
  CHECK(probe(false, kStart + 10s, "refused").empty());
  CHECK(findings.internet_since() == kStart);
  CHECK(probe(true, kStart + 90s).ends_with("Internet: back after 1 min 30 s\n"));
  CHECK(findings.internet_since() == kStart + 90s);
  CHECK(probe(true, kStart + 100s).empty());
  CHECK(probe(false, kStart + 110s, "no DNS server answered").ends_with("Internet: gone (no DNS server answered)\n"));
  CHECK(findings.internet().reason.view() == "no DNS server answered");
}

TEST_CASE_FIXTURE(Fixture, "the Worker: why it does not answer is told once, and again when the reason is another") {
  CHECK_FALSE(findings.worker_known());
  CHECK(worker({}, "its certificate expired").ends_with("Worker: no answer (its certificate expired)\n"));
  CHECK(worker({}, "its certificate expired").empty());
  CHECK(worker({}, "refused").ends_with("Worker: no answer (refused)\n"));
  CHECK(worker(500).empty());
  CHECK(findings.worker().status == 500);
  CHECK(worker({}, "no such name").ends_with("Worker: no answer (no such name)\n"));
}

TEST_CASE_FIXTURE(Fixture, "what was forgotten is found for the first time again") {
  probe(true, kStart);
  worker({}, "refused");
  findings.forget();
  CHECK_FALSE(findings.internet_known());
  CHECK_FALSE(findings.worker_known());
  CHECK(probe(false, kStart + 10s, "refused").empty());
  CHECK(findings.internet_since() == kStart + 10s);
}
