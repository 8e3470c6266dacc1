// SPDX-License-Identifier: MIT
#include "lib/pem_reader.h"

#include <mbedtls/base64.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lib {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

}  // namespace

std::optional<PemReader::Certificate> PemReader::next() {
  while (find_begin()) {
    std::size_t end = window().find(kEnd);
    while (end == std::string_view::npos && fill()) end = window().find(kEnd);
    if (error_ != 0) return std::nullopt;
    if (end == std::string_view::npos) {
      begin_ += kBegin.size();
      ++skipped_;
      continue;
    }
    const std::size_t offset = window_offset();
    const std::string_view base64 = window().substr(kBegin.size(), end - kBegin.size());
    std::size_t der_size = 0;
    const bool decoded = decode(base64, der_size);
    begin_ += end + kEnd.size();
    if (decoded) return Certificate{offset, {der_.data(), der_size}};
    ++skipped_;
  }
  return std::nullopt;
}

// Moves the window's begin to the next certificate's.
bool PemReader::find_begin() {
  while (true) {
    const std::size_t found = window().find(kBegin);
    if (found != std::string_view::npos) {
      begin_ += found;
      return true;
    }
    begin_ = end_ - std::min(end_ - begin_, kBegin.size() - 1);  // it may have begun here
    if (!fill()) return false;
  }
}

// Adds what the file has and the window has room for. False when that is nothing.
bool PemReader::fill() {
  std::memmove(text_.data(), text_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == text_.size()) return false;
  const ssize_t got = ::pread(fd_, text_.data() + end_, text_.size() - end_, static_cast<off_t>(next_read_));
  if (got < 0) error_ = errno;
  if (got <= 0) return false;
  end_ += static_cast<std::size_t>(got);
  next_read_ += static_cast<std::size_t>(got);
  return true;
}

bool PemReader::decode(std::string_view base64, std::size_t& der_size) {
  return mbedtls_base64_decode(der_.data(), der_.size(), &der_size,
                               reinterpret_cast<const unsigned char*>(base64.data()), base64.size()) == 0 &&
         der_size > 0;
}

}  // namespace lib
