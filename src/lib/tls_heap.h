// SPDX-License-Identifier: MIT
// The memory of mbedTLS: every block it asks for is counted, and over a limit it gets none. Blocks come from malloc(3),
// not from a pool of mbedTLS's own: a pool's pages would stay resident after the first handshake, which needs twice
// of what an open connection does.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lib {

struct TlsMemory {
  std::size_t used_bytes = 0;
  std::size_t peak_bytes = 0;
  std::uint64_t refused = 0;  // blocks that were asked for and not given
};

/// mbedTLS takes its memory here from now on. Once, before anything else of mbedTLS.
void install_tls_heap();

TlsMemory tls_memory();

}  // namespace lib
