// SPDX-License-Identifier: MIT
#include "lib/tls_heap.h"

#include <malloc.h>
#include <mbedtls/platform.h>

#include <algorithm>
#include <cstdlib>

#include "base/limits.h"

namespace lib {
namespace {

TlsMemory memory;

void* allocate(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  const bool too_much = __builtin_mul_overflow(count, size, &bytes) || bytes > base::limits::kTlsHeap ||
                        memory.used_bytes > base::limits::kTlsHeap - bytes;
  void* const block = too_much ? nullptr : std::calloc(1, bytes);
  if (block == nullptr) {
    ++memory.refused;
    return nullptr;
  }
  memory.used_bytes += ::malloc_usable_size(block);
  memory.peak_bytes = std::max(memory.peak_bytes, memory.used_bytes);
  return block;
}

void release(void* block) {
  memory.used_bytes -= ::malloc_usable_size(block);
  std::free(block);
}

}  // namespace

void install_tls_heap() { mbedtls_platform_set_calloc_free(&allocate, &release); }

TlsMemory tls_memory() { return memory; }

}  // namespace lib
