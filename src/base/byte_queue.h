// SPDX-License-Identifier: MIT
// Bytes that wait for their turn, first in, first out, in memory of a fixed size: what does not fit is not taken.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace base {

template <std::size_t N>
class ByteQueue {
 public:
  // Not defaulted: a value-initialised one would be zeroed, and all its pages be touched.
  ByteQueue() {}

  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::size_t free() const { return N - size(); }
  std::string_view view() const { return {bytes_.data() + begin_, size()}; }

  /// Where bytes can be put behind the last one, free() of them; add() then says how many were.
  std::span<char> room() {
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, size());
      end_ -= begin_;
      begin_ = 0;
    }
    return std::span(bytes_).subspan(end_);
  }
  void add(std::size_t count) {
    assert(count <= N - end_);
    end_ += count;
  }
  /// All of them, or none. False: there is no room.
  bool append(std::string_view bytes) {
    if (bytes.size() > free()) return false;
    if (bytes.size() > N - end_) room();
    std::memcpy(bytes_.data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
    return true;
  }
  /// The first `count` bytes are done with; size() at most.
  void remove(std::size_t count) {
    assert(count <= size());
    begin_ += count;
    if (begin_ == end_) clear();
  }
  void clear() { begin_ = end_ = 0; }

 private:
  std::array<char, N> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace base
