// SPDX-License-Identifier: MIT
#include "lib/tls_problem.h"

#include <doctest/doctest.h>

#include <string>

namespace {

std::string text(const lib::CertificateFacts& facts) {
  return std::string(lib::describe_certificate(facts, "a.test", "/ca.pem").error.text());
}

}  // namespace

TEST_CASE("of several faults the one that has to be mended first is told, and only wrong dates may be the clock's") {
  lib::CertificateFacts facts;
  facts.faults.expired = true;
  facts.valid_until = "2021-02-03";
  CHECK(text(facts) == "the certificate of a.test expired on 2021-02-03. It has to be renewed on the server");
  CHECK(lib::describe_certificate(facts, "a.test", "x").failure == lib::TlsFailure::kCertificateTime);
  facts.faults.unknown_authority = true;
  facts.self_signed = true;
  CHECK(
      text(facts) ==
      "the certificate of a.test is signed by itself, so anybody can have made it. If it is yours, add it to /ca.pem");
  CHECK(lib::describe_certificate(facts, "a.test", "x").failure == lib::TlsFailure::kCertificate);
  facts.faults.wrong_name = true;
  facts.for_name = "b.test";
  CHECK(text(facts) ==
        "the certificate of a.test is for another name (b.test). Check the address, or give the server a certificate "
        "for this one");
}

TEST_CASE("what a peer wrote into its certificate cannot fool a terminal") {
  lib::CertificateFacts facts;
  facts.faults.unknown_authority = true;
  facts.issuer = "CA\x1B[2J\n\xC3\xA9";
  CHECK(text(facts).starts_with("the certificate of a.test is signed by CA?[2J???, which is not in /ca.pem"));
}
