// SPDX-License-Identifier: MIT
#include "lib/tls_sessions.h"

#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/ssl.h>

#include <algorithm>

namespace lib {
namespace {

class Session {
 public:
  Session() { mbedtls_ssl_session_init(&session_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { mbedtls_ssl_session_free(&session_); }
  mbedtls_ssl_session* get() { return &session_; }

 private:
  mbedtls_ssl_session session_;
};

}  // namespace

void TlsSessions::Slot::drop() {
  if (bytes != nullptr) mbedtls_platform_zeroize(bytes, size);
  mbedtls_free(bytes);
  *this = {};
}

TlsSessions::Slot* TlsSessions::find(std::string_view key) {
  const auto found = std::ranges::find_if(slots_, [&](const Slot& slot) { return slot.bytes && slot.key == key; });
  return found != slots_.end() ? &*found : nullptr;
}

TlsSessions::Slot& TlsSessions::slot_for(std::string_view key) {
  if (Slot* const own = find(key)) return *own;
  return *std::ranges::min_element(slots_, {}, &Slot::number);
}

void TlsSessions::save(std::string_view key, const mbedtls_ssl_context& ssl) {
  Session session;
  if (mbedtls_ssl_get_session(&ssl, session.get()) != 0) return;
  std::size_t size = 0;
  mbedtls_ssl_session_save(session.get(), nullptr, 0, &size);  // tells the size, and that it does not fit
  auto* const bytes = static_cast<unsigned char*>(mbedtls_calloc(1, size));
  if (bytes == nullptr) return;
  Slot& slot = slot_for(key);
  slot.drop();
  slot.key.append(key);
  slot.bytes = bytes;
  slot.size = size;
  slot.number = ++saved_;
  if (mbedtls_ssl_session_save(session.get(), bytes, size, &size) != 0) slot.drop();
}

bool TlsSessions::offer(std::string_view key, mbedtls_ssl_context& ssl) {
  Slot* const slot = find(key);
  if (slot == nullptr) return false;
  Session session;
  const bool offered = mbedtls_ssl_session_load(session.get(), slot->bytes, slot->size) == 0 &&
                       mbedtls_ssl_set_session(&ssl, session.get()) == 0;
  if (!offered) slot->drop();
  return offered;
}

void TlsSessions::forget(std::string_view key) {
  if (Slot* const slot = find(key)) slot->drop();
}

void TlsSessions::clear() {
  for (Slot& slot : slots_) slot.drop();
}

}  // namespace lib
