// SPDX-License-Identifier: MIT
// The memory of one C library: every block it asks for comes from malloc(3) and is counted, and over a limit it gets
// none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lib {

struct HeapUse {
  std::size_t used_bytes = 0;
  std::size_t peak_bytes = 0;
  std::uint64_t refused = 0;  // blocks that were asked for and not given
};

class CountedHeap {
 public:
  constexpr explicit CountedHeap(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  /// As malloc(3) has them.
  void* allocate(std::size_t bytes);
  void* allocate_zeroed(std::size_t count, std::size_t bytes);
  void* resize(void* block, std::size_t bytes);
  void release(void* block);

  const HeapUse& use() const { return use_; }

 private:
  bool refuses(std::size_t bytes);
  void* count(void* block);

  std::size_t limit_bytes_;
  HeapUse use_;
};

}  // namespace lib
