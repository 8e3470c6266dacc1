// SPDX-License-Identifier: MIT
#include "lib/tls.h"

#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

#include "lib/ca_bundle.h"
#include "lib/certificate_check.h"
#include "lib/tls_heap.h"
#include "lib/tls_random.h"
#include "lib/tls_sessions.h"
#include "lib/tls_start.h"

namespace lib {
namespace {

using Io = base::IoResult::State;

const char* protocols[] = {"http/1.1", nullptr};  // ALPN, RFC 7301

// Of what reading a certificate can say; that it is not to be believed lies among these codes, but is none of them.
bool is_certificate_format(int code) {
  if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) return false;
  const int module = -code & 0x7F80;  // mbedTLS adds the low-level reason in the other bits
  return module >= -MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE && module <= -MBEDTLS_ERR_X509_CERT_UNKNOWN_FORMAT;
}

}  // namespace

struct TlsClient::Shared {
  Shared() { mbedtls_ssl_config_init(&config); }
  ~Shared() { mbedtls_ssl_config_free(&config); }
  bool configure(TlsUse use) {
    if (mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
      return false;
    }
    mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_rng(&config, &fill_random, nullptr);
    mbedtls_ssl_conf_ca_cb(&config, &find_authorities, &bundle);
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(&config,
                                                             MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
    return use != TlsUse::kHttp || mbedtls_ssl_conf_alpn_protocols(&config, protocols) == 0;
  }

  mbedtls_ssl_config config;
  CaBundle bundle;
  TlsSessions sessions;
};

std::string_view tls_version() { return MBEDTLS_VERSION_STRING; }

TlsClient::~TlsClient() {
  if (shared_ != nullptr) destroy_on_tls_heap(shared_);
}

base::Result<void> TlsClient::open(std::string_view ca_file) {
  if (shared_ == nullptr) {
    if (!start_mbedtls()) return std::unexpected(base::Error("mbedTLS does not start"));
    shared_ = make_on_tls_heap<Shared>();
    if (shared_ == nullptr || !shared_->configure(use_)) return std::unexpected(out_of_tls_memory());
  }
  shared_->sessions.clear();
  return shared_->bundle.open(ca_file);
}

std::size_t TlsClient::authorities() const { return shared_ != nullptr ? shared_->bundle.size() : 0; }

struct TlsStream::State {
  State(TlsClient::Shared& client_, int fd_, std::string_view host_, std::uint16_t port)
      : client(&client_), fd(fd_), host(host_), key(host_), check(std::in_place, client_.bundle, host_) {
    key.appendf(":%u", unsigned{port});
    mbedtls_ssl_init(&ssl);
  }
  explicit State(int fd_) : fd(fd_), host("the peer") { mbedtls_ssl_init(&ssl); }
  ~State() { mbedtls_ssl_free(&ssl); }

  static int send(void* self, const unsigned char* bytes, std::size_t size) {
    auto& state = *static_cast<State*>(self);
    const ssize_t sent = ::send(state.fd, bytes, size, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<int>(sent);
    if (errno == EAGAIN || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_WRITE;
    state.socket_error = errno;
    return MBEDTLS_ERR_NET_SEND_FAILED;
  }
  static int receive(void* self, unsigned char* room, std::size_t size) {
    auto& state = *static_cast<State*>(self);
    const ssize_t got = ::recv(state.fd, room, size, 0);
    if (got >= 0) return static_cast<int>(got);
    if (errno == EAGAIN || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_READ;
    state.socket_error = errno;
    return MBEDTLS_ERR_NET_RECV_FAILED;
  }

  bool set_up(const mbedtls_ssl_config& config) {
    mbedtls_ssl_set_bio(&ssl, this, &send, &receive, nullptr);
    return mbedtls_ssl_setup(&ssl, &config) == 0;
  }
  bool set_up_client() {
    // Server Name Indication is for names: RFC 6066 section 3.
    const char* const name = check->by_address() ? nullptr : host.c_str();
    if (!set_up(client->config) || mbedtls_ssl_set_hostname(&ssl, name) != 0) return false;
    mbedtls_ssl_set_verify(&ssl, &CertificateCheck::on_certificate, &*check);
    offered = client->sessions.offer(key, ssl);
    return true;
  }
  /// A TLS 1.2 session is there with the handshake's end; one of TLS 1.3 comes later, as a ticket.
  void finish_handshake() {
    if (client == nullptr) return;
    if (mbedtls_ssl_get_version_number(&ssl) == MBEDTLS_SSL_VERSION_TLS1_2) client->sessions.save(key, ssl);
  }
  void finish_failed_handshake() {
    if (client == nullptr) return;
    client->sessions.forget(key);
    const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl);
    const bool wrong_use =
        flags != UINT32_MAX && (flags & (MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE)) != 0;
    if (wrong_use) check->add_fault(&CertificateFaults::wrong_use);
    if (is_certificate_format(code)) check->add_fault(&CertificateFaults::unreadable);
  }

  TlsClient::Shared* client = nullptr;  // nullptr: this side is the server
  int fd;
  base::FixedString<253> host;
  base::FixedString<260> key;
  std::optional<CertificateCheck> check;  // of a client
  mbedtls_ssl_context ssl;
  int code = 0;  // mbedTLS's, of the last failure
  int socket_error = 0;
  bool offered = false;
  std::uint64_t refused_before = tls_memory().refused;
};

base::Result<void> TlsStream::open(TlsClient& client, int fd, std::string_view host, std::uint16_t port) {
  close();
  state_ = make_on_tls_heap<State>(*client.shared_, fd, host, port);
  if (state_ != nullptr && state_->set_up_client()) return {};
  close();
  return std::unexpected(out_of_tls_memory());
}

base::Result<void> TlsStream::open(TlsServer& server, int fd) {
  close();
  state_ = make_on_tls_heap<State>(fd);
  if (state_ != nullptr && state_->set_up(server.config())) return {};
  close();
  return std::unexpected(out_of_tls_memory());
}

void TlsStream::close() {
  if (state_ == nullptr) return;
  const bool agreed = mbedtls_ssl_is_handshake_over(&state_->ssl) == 1;
  if (agreed && state_->code == 0) mbedtls_ssl_close_notify(&state_->ssl);
  forget();
}

void TlsStream::forget() {
  if (state_ != nullptr) destroy_on_tls_heap(std::exchange(state_, nullptr));
}

TlsStream::Handshake TlsStream::shake_hands() {
  const int code = mbedtls_ssl_handshake_step(&state_->ssl);
  if (code == MBEDTLS_ERR_SSL_WANT_READ) return Handshake::kWantRead;
  if (code == MBEDTLS_ERR_SSL_WANT_WRITE) return Handshake::kWantWrite;
  if (code != 0) {
    state_->code = code;
    state_->finish_failed_handshake();
    return Handshake::kFailed;
  }
  if (mbedtls_ssl_is_handshake_over(&state_->ssl) == 0) return Handshake::kAgain;
  state_->finish_handshake();
  return Handshake::kDone;
}

base::IoResult TlsStream::fail(int code) {
  if (code == MBEDTLS_ERR_SSL_WANT_READ) return {Io::kWantRead};
  if (code == MBEDTLS_ERR_SSL_WANT_WRITE) return {Io::kWantWrite};
  state_->code = code;
  return {code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? Io::kClosed : Io::kFailed};
}

base::IoResult TlsStream::read(std::span<char> room) {
  while (true) {
    const int got = mbedtls_ssl_read(&state_->ssl, reinterpret_cast<unsigned char*>(room.data()), room.size());
    if (got > 0) return {Io::kDone, static_cast<std::size_t>(got)};
    if (got == 0) return fail(MBEDTLS_ERR_SSL_CONN_EOF);
    if (got != MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) return fail(got);
    state_->client->sessions.save(state_->key, state_->ssl);
    // A server may send them without end: only what is here already is taken in one call.
    if (!pending()) return {Io::kWantRead};
  }
}

base::IoResult TlsStream::write(std::string_view bytes) {
  const int sent = mbedtls_ssl_write(&state_->ssl, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  if (sent >= 0) return {Io::kDone, static_cast<std::size_t>(sent)};
  return fail(sent);
}

bool TlsStream::pending() const { return mbedtls_ssl_check_pending(&state_->ssl) != 0; }

bool TlsStream::offered_session() const { return state_->offered; }

bool TlsStream::resumed() const { return state_->check && !state_->check->was_asked(); }

std::string_view TlsStream::protocol() const { return mbedtls_ssl_get_version(&state_->ssl); }

TlsError TlsStream::error() const {
  const char* const host = state_->host.c_str();
  if (tls_memory().refused != state_->refused_before) return {TlsFailure::kNoMemory, out_of_tls_memory()};
  if (state_->check && state_->check->facts().faults.any()) {
    return describe_certificate(state_->check->facts(), host, state_->client->bundle.path());
  }
  if (state_->socket_error != 0) {
    return {TlsFailure::kConnection, base::Error::from_errno(state_->socket_error, "speak TLS with", host)};
  }
  switch (state_->code) {
    case MBEDTLS_ERR_SSL_CONN_EOF:
      return {TlsFailure::kConnection, base::Error::format("%s cut the TLS connection off", host)};
    case MBEDTLS_ERR_ENTROPY_SOURCE_FAILED:
      return {TlsFailure::kNoRandomness,
              base::Error("this box has not gathered enough randomness since it was switched on")};
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
      return {TlsFailure::kProtocol, base::Error::format("%s refused the TLS connection", host)};
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION:
    case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE:
      return {TlsFailure::kProtocol,
              base::Error::format("%s speaks no TLS that is safe today (1.2 or 1.3, with AES-GCM or ChaCha20)", host)};
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:  // a record longer than there are
    case MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER:
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
    case MBEDTLS_ERR_SSL_INVALID_MAC:
    case MBEDTLS_ERR_SSL_DECODE_ERROR:
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
    case MBEDTLS_ERR_SSL_UNEXPECTED_RECORD:
      return {TlsFailure::kProtocol,
              base::Error::format(
                  "what %s sends is no TLS, or broken on its way. Is that the port where it speaks TLS?", host)};
    default:
      return {TlsFailure::kOther, base::Error::format("the TLS connection to %s failed (mbedTLS's error -0x%04X)", host,
                                                      static_cast<unsigned>(-state_->code))};
  }
}

}  // namespace lib
