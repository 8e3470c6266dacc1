// SPDX-License-Identifier: MIT
// Text into memory of the caller's: appends until it is full, then drops what comes and remembers that. For answers and
// pages, whose room is known only when they are written; a text with a fixed room of its own is a FixedString.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

namespace base {

class TextWriter {
 public:
  /// `room` is borrowed; one byte of it is for the NUL that vsnprintf(3) writes.
  explicit TextWriter(std::span<char> room) : room_(room) {}

  TextWriter& append(std::string_view text) {
    if (overflowed_ || text.size() >= room_.size() - size_) {
      overflowed_ = true;
    } else if (!text.empty()) {
      std::memcpy(room_.data() + size_, text.data(), text.size());
      size_ += text.size();
    }
    return *this;
  }

  [[gnu::format(printf, 2, 3)]] TextWriter& appendf(const char* format, ...) {
    if (overflowed_ || room_.empty()) {
      overflowed_ = true;
      return *this;
    }
    va_list args;
    va_start(args, format);
    const int wanted = std::vsnprintf(room_.data() + size_, room_.size() - size_, format, args);
    va_end(args);
    if (wanted < 0 || static_cast<std::size_t>(wanted) >= room_.size() - size_) {
      overflowed_ = true;
    } else {
      size_ += static_cast<std::size_t>(wanted);
    }
    return *this;
  }

  void clear() {
    size_ = 0;
    overflowed_ = false;
  }

  std::string_view view() const { return {room_.data(), size_}; }
  std::size_t size() const { return size_; }
  /// What the next append() may have at most.
  std::size_t left() const { return room_.empty() ? 0 : room_.size() - size_ - 1; }
  /// Something did not fit: view() ends before the first piece that was too long.
  bool overflowed() const { return overflowed_; }

 private:
  std::span<char> room_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace base
