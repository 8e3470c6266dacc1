// SPDX-License-Identifier: MIT
// The list of services as CSV, row by row while the peer takes it.
#pragma once

#include <cstddef>

#include "base/time.h"
#include "net/body_source.h"
#include "web/service_filter.h"

namespace web {

class ServicesCsv final : public net::BodySource {
 public:
  ServicesCsv(const ServiceFilter& rows, base::WallTime now) : rows_(rows), now_(now) {}

  Fill fill(base::TextWriter& piece) override;

 private:
  const ServiceFilter rows_;
  const base::WallTime now_;
  std::size_t next_ = 0;
};

}  // namespace web
