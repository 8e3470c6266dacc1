// SPDX-License-Identifier: MIT
// A daemon as its pages see it, made by hand: lists of rows, a box without a past.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fakes/fake_clock.h"
#include "web/view.h"

template <class Row>
struct MadeRows final : web::RowSource<Row> {
  std::vector<Row> rows;
  web::ListStatus::State state = web::ListStatus::State::kOn;
  std::string_view reason;
  std::uint64_t revision = 1;

  web::ListStatus status() const override {
    return {.state = state, .reason = reason, .size = rows.size(), .revision = revision};
  }
  std::optional<Row> row(std::size_t index) const override {
    return index < rows.size() ? std::optional(rows[index]) : std::nullopt;
  }
};

class MadeView : public web::View {
 public:
  virtual ~MadeView() = default;
  web::StatusInput status() const override {
    web::StatusInput input;
    input.host_name = host_name;
    input.version = "1.2.3";
    input.tick.interval = std::chrono::seconds(10);
    input.newest = newest;
    input.store.ok = true;
    return input;
  }
  web::MemoryInput memory() const override { return {}; }
  web::Lists lists() const override {
    return {containers, services, commands, instances, healing, problems, channels, layers, targets, disks};
  }
  web::Facts facts() const override {
    return {.now = base::WallTime(std::chrono::seconds(1752661800)), .utc_offset = std::chrono::hours(-5), .cores = 4};
  }
  base::WallTime wall_now() const override { return facts().now; }
  store::Past& past() const override { return past_; }
  store::AlertLog alert_log() const override { return store::AlertLog(database_); }
  store::ServiceLog service_log() const override { return store::ServiceLog(database_); }

  std::string host_name = "box";
  const rules::Sample* newest = nullptr;
  MadeRows<web::ContainerRow> containers;
  MadeRows<web::ServiceRow> services;
  MadeRows<web::CommandRow> commands;
  MadeRows<web::InstanceRow> instances;
  MadeRows<web::HealingRow> healing;
  MadeRows<web::ProblemRow> problems;
  MadeRows<web::ChannelRow> channels;
  MadeRows<web::LayerRow> layers;
  MadeRows<web::TargetRow> targets;
  MadeRows<web::DiskRow> disks;
  store::SharedDatabase& database() { return database_; }
  std::unique_ptr<store::Past::Ring> ring = std::make_unique<store::Past::Ring>();

 private:
  fakes::FakeClock clock_{base::WallTime{}, base::SteadyTime{}};
  mutable store::SharedDatabase database_{clock_};
  mutable store::Past past_{database_, *ring};
};
