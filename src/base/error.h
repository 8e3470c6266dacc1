// SPDX-License-Identifier: MIT
// What went wrong, as a sentence for a person: "read /proc/stat: No such file or directory". Small, copied
// freely, never allocates, never holds a secret. Result<T> is either a T or such an Error.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string_view>

#include "base/fixed_string.h"

namespace base {

class Error {
 public:
  static constexpr std::size_t kMaxText = 200;

  explicit Error(std::string_view text) : text_(text) {}

  /// "<what> <subject>: <strerror(code)>", with `code` an errno(3) value kept in code().
  static Error from_errno(int code, std::string_view what, std::string_view subject = {}) {
    Error error(what);
    error.code_ = code;
    if (!subject.empty()) error.text_.append(" ").append(subject);
    error.text_.append(": ").append(std::strerror(code));
    return error;
  }

  [[gnu::format(printf, 1, 2)]] static Error format(const char* format, ...) {
    char text[kMaxText + 1];
    va_list args;
    va_start(args, format);
    const int wanted = std::vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return Error(wanted < 0 ? std::string_view("error without a text") : std::string_view(text));
  }

  std::string_view text() const { return text_.view(); }
  const char* c_str() const { return text_.c_str(); }
  /// errno(3) value, or 0 when the failure was not a system call's.
  int code() const { return code_; }

 private:
  FixedString<kMaxText> text_;
  int code_ = 0;
};

template <class T>
using Result = std::expected<T, Error>;

}  // namespace base
