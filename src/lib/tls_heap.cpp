// SPDX-License-Identifier: MIT
#include "lib/tls_heap.h"

#include <mbedtls/platform.h>

#include "base/limits.h"

namespace lib {
namespace {

constinit CountedHeap heap(base::limits::kTlsHeap);

}  // namespace

void* allocate_on_tls_heap(std::size_t count, std::size_t size) { return heap.allocate_zeroed(count, size); }
void free_on_tls_heap(void* block) { heap.release(block); }

void install_tls_heap() { mbedtls_platform_set_calloc_free(&allocate_on_tls_heap, &free_on_tls_heap); }

HeapUse tls_memory() { return heap.use(); }

}  // namespace lib
