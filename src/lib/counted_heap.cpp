// SPDX-License-Identifier: MIT
#include "lib/counted_heap.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>

namespace lib {

void* CountedHeap::allocate(std::size_t bytes) { return refuses(bytes) ? nullptr : count(std::malloc(bytes)); }

void* CountedHeap::allocate_zeroed(std::size_t count, std::size_t bytes) {
  std::size_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) all = SIZE_MAX;
  return refuses(all) ? nullptr : this->count(std::calloc(1, all));
}

void* CountedHeap::resize(void* block, std::size_t bytes) {
  if (refuses(bytes)) return nullptr;
  const std::size_t before = ::malloc_usable_size(block);
  void* const resized = std::realloc(block, bytes);
  if (resized != nullptr) use_.used_bytes -= before;
  return count(resized);
}

void CountedHeap::release(void* block) {
  use_.used_bytes -= ::malloc_usable_size(block);
  std::free(block);
}

bool CountedHeap::refuses(std::size_t bytes) {
  const bool refused = bytes > limit_bytes_ || use_.used_bytes > limit_bytes_ - bytes;
  if (refused) ++use_.refused;
  return refused;
}

void* CountedHeap::count(void* block) {
  if (block == nullptr) {
    ++use_.refused;
    return nullptr;
  }
  use_.used_bytes += ::malloc_usable_size(block);
  use_.peak_bytes = std::max(use_.peak_bytes, use_.used_bytes);
  return block;
}

}  // namespace lib
