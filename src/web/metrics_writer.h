// SPDX-License-Identifier: MIT
// Metrics as Prometheus reads them: a family's HELP and TYPE, then its samples. Names without their prefix limpet_.
// Pure. Source: https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/duration_histogram.h"
#include "base/text_writer.h"

namespace web {

struct MetricLabel {
  std::string_view name;
  std::string_view value;
};
using MetricLabels = std::initializer_list<MetricLabel>;

class MetricsWriter {
 public:
  /// `out` is borrowed.
  explicit MetricsWriter(base::TextWriter& out) : out_(out) {}

  /// Families of one sample. A gauge without a value is left out.
  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void gauge(std::string_view name, std::string_view help, std::optional<double> value);
  void histogram(std::string_view name, std::string_view help, const base::DurationHistogram& times);

  /// A family of several samples, which follow at once. `type`: counter or gauge.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(std::string_view name, MetricLabels labels, double value);

 private:
  void labels(MetricLabels labels);
  void number(double value);

  base::TextWriter& out_;
};

}  // namespace web
