// SPDX-License-Identifier: MIT
#include "collect/source_health.h"

#include "base/log.h"

namespace collect {
namespace {

// FNV-1a; never 0, which stands for "no failure".
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char byte : text) value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  return value | 1U;
}

}  // namespace

void SourceHealth::on_read() {
  if (failure_ == 0) return;
  failure_ = 0;
  base::log::info("The %.*s can be read again.", static_cast<int>(subject_.size()), subject_.data());
}

void SourceHealth::on_failure(const base::Error& error) {
  const std::uint64_t failure = hash(error.text());
  if (failure == failure_) return;
  failure_ = failure;
  base::log::warn("The %.*s cannot be read and stays empty until it can: %s", static_cast<int>(subject_.size()),
                  subject_.data(), error.c_str());
}

}  // namespace collect
