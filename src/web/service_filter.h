// SPDX-License-Identifier: MIT
// Those services of the list that somebody asked for, as a list of their own. A copy of it goes with the answer.
#pragma once

#include "web/percent.h"
#include "web/rows.h"

namespace web {

class ServiceFilter final : public RowSource<ServiceRow> {
 public:
  /// `rows` outlives this and its copies.
  explicit ServiceFilter(const RowSource<ServiceRow>& rows) : rows_(&rows) {}

  // Empty: all are wanted.
  AddressText name;  // a part of it
  base::FixedString<15> state;
  base::FixedString<15> kind;
  bool nothing = false;  // none is

  ListStatus status() const override { return rows_->status(); }
  std::optional<ServiceRow> row(std::size_t index) const override;

 private:
  bool wants(const ServiceRow& row) const;

  const RowSource<ServiceRow>* rows_;
  // The row that was given last, and its place in the whole list: an answer asks for one after the other.
  mutable std::size_t index_ = 0;
  mutable std::size_t place_ = 0;
};

}  // namespace web
