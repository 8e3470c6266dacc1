// SPDX-License-Identifier: MIT
// The tables system_metrics and network_logs: how the box and its network did, a row a minute, as people query them.
// Keeps the rows of the last minutes in memory and writes them together, as samples are, so that an SD card is not
// written once a minute. When the disk refuses, the oldest give way to new ones, and are counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/ring_buffer.h"
#include "rules/sample.h"
#include "store/turn_commit.h"

namespace store {

struct SystemMetricsRow {
  base::WallTime time{};
  std::optional<float> cpu_percent;
  std::optional<float> memory_percent;
  std::optional<float> disk_percent;
  std::optional<float> temperature_celsius;
  std::optional<std::uint32_t> uptime_s;
  std::optional<std::uint32_t> processes;
  std::optional<float> load_1;
  std::optional<float> inode_percent;
  std::optional<float> swap_percent;
};

struct NetworkLogRow {
  base::WallTime time{};
  base::FixedString<79> target;
  std::string_view method;  // icmp, tcp, http; a string literal
  base::FixedString<63> result;
  std::optional<float> latency_ms;
  std::optional<float> loss_percent;
  std::string_view status;  // ok, degraded, fail; a string literal
};

class MinuteLog final : public TurnWriter {
 public:
  /// Rows that the tables hold at most: 34 days of the one, of the other as long as its targets allow.
  static constexpr std::int64_t kSystemRows = 50'000;
  static constexpr std::int64_t kNetworkRows = 100'000;

  void set_host_name(std::string_view host_name) { host_name_ = base::FixedString<64>(host_name); }
  void add(const SystemMetricsRow& row);
  void add(const NetworkLogRow& row);

  /// Now and then: what waits is written once the oldest of it has waited for `interval`, or half of the memory is
  /// full.
  void poll(base::SteadyTime now, std::chrono::seconds interval);
  /// All of it is written with the next commit.
  void flush() { due_ = true; }

  std::uint64_t lost() const { return lost_; }

  bool pending() const override { return due_ && waiting() > 0; }
  bool urgent() const override { return false; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override;

 private:
  static constexpr std::size_t kRows = 32;

  std::uint64_t waiting() const { return system_.end_number() - system_next_ + network_.end_number() - network_next_; }
  lib::SqliteResult<void> write_system(lib::SqliteDatabase& database) const;
  lib::SqliteResult<void> write_network(lib::SqliteDatabase& database) const;
  template <class Ring>
  void make_room(const Ring& ring, std::uint64_t& next);

  base::FixedString<64> host_name_;
  base::RingBuffer<SystemMetricsRow, kRows> system_;
  base::RingBuffer<NetworkLogRow, kRows> network_;
  std::uint64_t system_next_ = 0;  // the next row to write
  std::uint64_t network_next_ = 0;
  std::uint64_t system_written_ = 0;  // up to which write() came
  std::uint64_t network_written_ = 0;
  base::SteadyTime flushed_at_{};
  std::uint64_t lost_ = 0;
  bool due_ = false;
};

}  // namespace store
