// SPDX-License-Identifier: MIT
// A string inside its owner: at most N bytes, never allocates, always NUL-terminated. What does not fit
// is cut on a UTF-8 character boundary and remembered in truncated().
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace base {

/// Largest length <= `limit` at which `text` can be cut without splitting a UTF-8 sequence.
/// Bytes that are no UTF-8 at all are cut anywhere. Source: RFC 3629 section 3.
constexpr std::size_t utf8_cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  std::size_t cut = limit;
  while (cut > 0 && limit - cut < 3 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  return (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U ? limit : cut;
}

template <std::size_t N>
class FixedString {
  static_assert(N < UINT16_MAX);
  using Size = std::uint16_t;

 public:
  constexpr FixedString() { data_[0] = '\0'; }
  constexpr FixedString(std::string_view text) : FixedString() { append(text); }
  constexpr FixedString(const char* text) : FixedString(std::string_view(text)) {}

  static constexpr std::size_t capacity() { return N; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  /// True when some append() was cut since the last clear().
  constexpr bool truncated() const { return truncated_; }
  constexpr const char* c_str() const { return data_; }
  constexpr std::string_view view() const { return {data_, size_}; }
  constexpr operator std::string_view() const { return view(); }

  constexpr void clear() {
    size_ = 0;
    truncated_ = false;
    data_[0] = '\0';
  }

  constexpr FixedString& append(std::string_view text) {
    const std::size_t length = utf8_cut(text, N - size_);
    if (length < text.size()) truncated_ = true;
    for (std::size_t i = 0; i < length; ++i) data_[size_ + i] = text[i];
    size_ = static_cast<Size>(size_ + length);
    data_[size_] = '\0';
    return *this;
  }

  /// printf(3) into the space that is left; what does not fit is cut as in append().
  [[gnu::format(printf, 2, 3)]] FixedString& appendf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const std::size_t room = N - size_;
    const int wanted = std::vsnprintf(data_ + size_, room + 1, format, args);
    va_end(args);
    if (wanted < 0) {
      data_[size_] = '\0';
      truncated_ = true;
    } else if (static_cast<std::size_t>(wanted) <= room) {
      size_ = static_cast<Size>(size_ + wanted);
    } else {
      cut_back_to_character(room);
    }
    return *this;
  }

  friend constexpr bool operator==(const FixedString& left, std::string_view right) { return left.view() == right; }
  friend constexpr bool operator==(const FixedString& left, const FixedString& right) {
    return left.view() == right.view();
  }

 private:
  // After a cut by vsnprintf(3): drop the bytes of a character whose end is missing.
  void cut_back_to_character(std::size_t room) {
    std::size_t end = size_ + room;
    std::size_t start = end;
    while (start > size_ && end - start < 3 && (static_cast<unsigned char>(data_[start - 1]) & 0xC0U) == 0x80U) --start;
    if (start > size_) {
      const auto lead = static_cast<unsigned char>(data_[start - 1]);
      const std::size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
      if (wanted > end - (start - 1)) end = start - 1;
    }
    size_ = static_cast<Size>(end);
    data_[size_] = '\0';
    truncated_ = true;
  }

  char data_[N + 1];  // behind the NUL nothing is written, so that what was never filled is never touched
  Size size_ = 0;
  bool truncated_ = false;
};

}  // namespace base
