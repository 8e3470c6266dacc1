// SPDX-License-Identifier: MIT
// The list of services as CSV, row by row while the peer takes it.
#pragma once

#include <cstddef>

#include "base/time.h"
#include "net/body_source.h"
#include "web/rows.h"

namespace web {

class ServicesCsv final : public net::BodySource {
 public:
  /// `rows` outlives the answer.
  ServicesCsv(const RowSource<ServiceRow>& rows, base::WallTime now) : rows_(rows), now_(now) {}

  Fill fill(base::TextWriter& piece) override;

 private:
  const RowSource<ServiceRow>& rows_;
  const base::WallTime now_;
  std::size_t next_ = 0;
};

}  // namespace web
