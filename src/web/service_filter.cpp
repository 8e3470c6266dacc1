// SPDX-License-Identifier: MIT
#include "web/service_filter.h"

namespace web {

bool ServiceFilter::wants(const ServiceRow& row) const {
  return row.name.contains(name) && (state.empty() || row.state == state.view()) &&
         (kind.empty() || row.kind == kind.view());
}

std::optional<ServiceRow> ServiceFilter::row(std::size_t index) const {
  if (nothing) return std::nullopt;
  if (index < index_) index_ = place_ = 0;
  for (;; ++place_) {
    const auto row = rows_->row(place_);
    if (!row) return std::nullopt;
    if (!wants(*row)) continue;
    if (index_ == index) return row;
    ++index_;
  }
}

}  // namespace web
