// SPDX-License-Identifier: MIT
#include "lib/tls_start.h"

#include <psa/crypto.h>

namespace lib {

// psa_crypto_init() makes mbedTLS's own tables, which stay.
bool start_mbedtls() {
  static bool started = false;
  if (!started) {
    install_tls_heap();
    started = psa_crypto_init() == PSA_SUCCESS;
  }
  return started;
}

base::Error out_of_tls_memory() { return base::Error("there is no memory left for one more encrypted connection"); }

}  // namespace lib
