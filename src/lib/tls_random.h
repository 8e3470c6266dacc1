// SPDX-License-Identifier: MIT
// The randomness that mbedTLS asks for, from the kernel. Never waits: a box that has just been switched on may not have
// gathered enough yet, and then the handshake fails and is tried again.
#pragma once

#include <cstddef>

namespace lib {

/// For mbedtls_ssl_conf_rng(); mbedTLS's other parts come here by themselves (mbedtls_psa_external_get_random()).
int fill_random(void* unused, unsigned char* output, std::size_t size);

}  // namespace lib
