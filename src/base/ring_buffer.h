// SPDX-License-Identifier: MIT
// The last N values, oldest first. When full, push() overwrites the oldest: memory never grows, and what was never
// filled is never touched. Every value has a number that never repeats (its position in everything ever pushed), so a
// reader can tell what it missed.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace base {

template <class T, std::size_t N>
class RingBuffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  static constexpr std::size_t capacity() { return N; }
  std::size_t size() const { return end_ < N ? static_cast<std::size_t>(end_) : N; }
  bool empty() const { return end_ == 0; }

  /// Number of the oldest value still held, and one past the newest.
  std::uint64_t begin_number() const { return end_ - size(); }
  std::uint64_t end_number() const { return end_; }

  void push(const T& value) {
    std::construct_at(&room_.values[static_cast<std::size_t>(end_ % N)], value);
    ++end_;
  }

  /// The value with this number; begin_number() <= number < end_number().
  const T& at(std::uint64_t number) const {
    assert(number >= begin_number() && number < end_);
    return room_.values[static_cast<std::size_t>(number % N)];
  }
  T& at(std::uint64_t number) {
    assert(number >= begin_number() && number < end_);
    return room_.values[static_cast<std::size_t>(number % N)];
  }

  const T& newest() const { return at(end_ - 1); }

 private:
  union Room {
    Room() {}
    T values[N];
  };

  Room room_;
  std::uint64_t end_ = 0;
};

}  // namespace base
