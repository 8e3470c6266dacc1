// SPDX-License-Identifier: MIT
#include "net/tls_service.h"

#include <unistd.h>

#include <algorithm>

#include "os/clock_sync.h"
#include "rules/clock_trust.h"

namespace net {
namespace {

constexpr const char* kUsualBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Raspberry Pi OS, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora and its kin
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same, newer
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, OpenWrt
};

}  // namespace

void TlsService::configure(std::string_view ca_file) {
  if (ca_file != ca_file_) bundle_is_read_ = false;
  ca_file_ = ca_file;
}

void TlsService::set_not_before(base::WallTime time) { not_before_ = std::max(not_before_, time); }

base::Result<void> TlsService::open_bundle() {
  if (!ca_file_.empty()) return client_.open(ca_file_);
  const auto* const found = std::ranges::find_if(kUsualBundles, [](auto* path) { return ::access(path, R_OK) == 0; });
  if (found != std::end(kUsualBundles)) return client_.open(*found);
  return std::unexpected(base::Error(
      "no certificates of authorities are on this box. Install the package ca-certificates, or set [limpet] ca_file"));
}

base::Result<void> TlsService::begin(Connection& connection, std::string_view host, std::uint16_t port) {
  if (!bundle_is_read_) {
    if (auto opened = open_bundle(); !opened) return opened;
    bundle_is_read_ = true;
  }
  return connection.tls.open(client_, connection.fd.get(), host, port);
}

void TlsService::count_success(const lib::TlsStream& stream, base::Duration took) {
  statistics_.handshakes.add(took);
  if (stream.resumed()) ++statistics_.resumed;
}

base::Error TlsService::count_failure(const lib::TlsStream& stream, std::string_view host) {
  ++statistics_.failed;
  const lib::TlsError error = stream.error();
  if (error.failure != lib::TlsFailure::kCertificateTime) return error.error;
  const rules::ClockTrust trust = rules::judge_clock({.now = clock_.wall_now(),
                                                      .not_before = not_before_,
                                                      .since_boot = clock_.steady_now().time_since_epoch(),
                                                      .synchronized = os::read_clock_synchronized()});
  if (trust == rules::ClockTrust::kTrusted) return error.error;
  return base::Error::format(
      "the clock of this box is not set yet, so the certificate of %.*s cannot be checked; it is tried again",
      static_cast<int>(host.size()), host.data());
}

}  // namespace net
