// SPDX-License-Identifier: MIT
#include "lib/tls_heap.h"

#include <mbedtls/platform.h>

#include "base/limits.h"

namespace lib {
namespace {

constinit CountedHeap heap(base::limits::kTlsHeap);

void* allocate(std::size_t count, std::size_t size) { return heap.allocate_zeroed(count, size); }
void release(void* block) { heap.release(block); }

}  // namespace

void install_tls_heap() { mbedtls_platform_set_calloc_free(&allocate, &release); }

HeapUse tls_memory() { return heap.use(); }

}  // namespace lib
