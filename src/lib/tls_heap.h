// SPDX-License-Identifier: MIT
// The memory of mbedTLS, inside limits::kTlsHeap. Blocks come from malloc(3), not from a pool of mbedTLS's own: a
// pool's pages would stay resident after the first handshake, which needs twice of what an open connection does.
#pragma once

#include "lib/counted_heap.h"

namespace lib {

/// mbedTLS takes its memory here from now on. Once, before anything else of mbedTLS.
void install_tls_heap();

/// As calloc(3) and free(3): what mbedTLS calls, for objects that are part of it.
void* allocate_on_tls_heap(std::size_t count, std::size_t size);
void free_on_tls_heap(void* block);

HeapUse tls_memory();

}  // namespace lib
