// SPDX-License-Identifier: MIT
#include "lib/tls_server.h"

#include <mbedtls/base64.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include <string>
#include <utility>

#include "lib/pem_text.h"
#include "lib/tls_random.h"
#include "lib/tls_start.h"

namespace lib {
namespace {

const char* protocols[] = {"http/1.1", nullptr};  // ALPN, RFC 7301

// The bytes of a block; what was in them is gone with this.
class Decoded {
 public:
  explicit Decoded(std::string_view base64) : bytes_(base64.size(), '\0') {
    const auto* const text = reinterpret_cast<const unsigned char*>(base64.data());
    ok_ = mbedtls_base64_decode(data(), bytes_.size(), &size_, text, base64.size()) == 0;
  }
  Decoded(const Decoded&) = delete;
  Decoded& operator=(const Decoded&) = delete;
  ~Decoded() { mbedtls_platform_zeroize(bytes_.data(), bytes_.size()); }

  bool ok() const { return ok_; }
  unsigned char* data() { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  std::size_t size() const { return size_; }

 private:
  std::string bytes_;
  std::size_t size_ = 0;
  bool ok_ = false;
};

std::unexpected<base::Error> wrong(const char* sentence) { return std::unexpected(base::Error(sentence)); }

}  // namespace

struct TlsServer::Shared {
  Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared();

  base::Result<void> read_chain(std::string_view text);
  base::Result<void> read_key(std::string_view text);
  base::Result<void> configure();

  mbedtls_ssl_config config;
  mbedtls_x509_crt chain;
  mbedtls_pk_context key;
};

TlsServer::Shared::Shared() {
  mbedtls_ssl_config_init(&config);
  mbedtls_x509_crt_init(&chain);
  mbedtls_pk_init(&key);
}

TlsServer::Shared::~Shared() {
  mbedtls_ssl_config_free(&config);
  mbedtls_x509_crt_free(&chain);
  mbedtls_pk_free(&key);
}

base::Result<void> TlsServer::Shared::read_chain(std::string_view text) {
  bool any = false;
  while (const auto block = take_pem_block(text)) {
    if (block->label != "CERTIFICATE") continue;
    Decoded der(block->base64);
    if (!der.ok() || mbedtls_x509_crt_parse_der(&chain, der.data(), der.size()) != 0) {
      return wrong("tls_cert has a certificate that cannot be read: expected PEM, with an RSA or ECDSA key");
    }
    any = true;
  }
  if (!any) return wrong("tls_cert has no certificate: expected the server's, then those that signed it, as PEM");
  return {};
}

base::Result<void> TlsServer::Shared::read_key(std::string_view text) {
  while (const auto block = take_pem_block(text)) {
    if (!block->label.ends_with("PRIVATE KEY")) continue;  // its parameters may stand before it
    if (block->label == "ENCRYPTED PRIVATE KEY" || block->base64.find("ENCRYPTED") != std::string_view::npos) {
      return wrong("tls_key is encrypted, and nobody is there to type a passphrase: take that off with openssl pkey");
    }
    Decoded der(block->base64);
    if (!der.ok() || mbedtls_pk_parse_key(&key, der.data(), der.size(), nullptr, 0, &fill_random, nullptr) != 0) {
      return wrong("tls_key cannot be read: expected an RSA or ECDSA key as PEM");
    }
    return {};
  }
  return wrong("tls_key has no key: expected one that begins with -----BEGIN PRIVATE KEY-----");
}

base::Result<void> TlsServer::Shared::configure() {
  if (mbedtls_pk_check_pair(&chain.pk, &key, &fill_random, nullptr) != 0) {
    return wrong("tls_key is not the key of the first certificate in tls_cert");
  }
  if (mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                  MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
      mbedtls_ssl_conf_own_cert(&config, &chain, &key) != 0) {
    return std::unexpected(out_of_tls_memory());
  }
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_rng(&config, &fill_random, nullptr);
  [[maybe_unused]] const int listed = mbedtls_ssl_conf_alpn_protocols(&config, protocols);  // short names: it is well
  return {};
}

base::Result<void> TlsServer::open(std::string_view chain, std::string_view key) {
  if (!start_mbedtls()) return wrong("mbedTLS does not start");
  Shared* const fresh = make_on_tls_heap<Shared>();
  if (fresh == nullptr) return std::unexpected(out_of_tls_memory());
  base::Result<void> read = fresh->read_chain(chain);
  if (read) read = fresh->read_key(key);
  if (read) read = fresh->configure();
  if (!read) {
    destroy_on_tls_heap(fresh);
    return read;
  }
  shared_ = fresh;
  return {};
}

const mbedtls_ssl_config& TlsServer::config() const { return shared_->config; }

void TlsServer::close() {
  if (shared_ != nullptr) destroy_on_tls_heap(std::exchange(shared_, nullptr));
}

}  // namespace lib
