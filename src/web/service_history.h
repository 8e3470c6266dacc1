// SPDX-License-Identifier: MIT
// What a service was like in the past, newest first, as JSON or as CSV: read from the store while the peer takes it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/fixed_string.h"
#include "net/body_source.h"
#include "store/service_log.h"
#include "web/percent.h"

namespace web {

class ServiceHistory final : public net::BodySource {
 public:
  enum class Format : std::uint8_t { kJson, kCsv };

  struct Question {
    Format format = Format::kJson;
    AddressText service;
    base::WallTime since{};  // no row from before that
    std::uint64_t limit = 0;
  };

  ServiceHistory(store::ServiceLog log, const Question& question) : log_(log), question_(question) {}

  Fill fill(base::TextWriter& piece) override;

 private:
  void on_row(const store::ServiceLogRow& row);

  store::ServiceLog log_;
  const Question question_;
  base::TextWriter* piece_ = nullptr;  // while rows come
  std::int64_t before_ = std::numeric_limits<std::int64_t>::max();
  std::uint64_t sent_ = 0;
  bool begun_ = false;
  bool done_ = false;
  bool full_ = false;  // the piece
};

}  // namespace web
