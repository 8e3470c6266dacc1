// SPDX-License-Identifier: MIT
#include "web/metrics_writer.h"

#include <cmath>

namespace web {
namespace {

constexpr std::string_view kPrefix = "limpet_";

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help) {
  out_.append("# HELP ").append(kPrefix).append(name).append(" ").append(help).append("\n");
  out_.append("# TYPE ").append(kPrefix).append(name).append(" ").append(type).append("\n");
}

void MetricsWriter::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  family(name, "counter", help);
  sample(name, {}, static_cast<double>(value));
}

void MetricsWriter::gauge(std::string_view name, std::string_view help, std::optional<double> value) {
  if (!value) return;
  family(name, "gauge", help);
  sample(name, {}, *value);
}

void MetricsWriter::sample(std::string_view name, MetricLabels wanted, double value) {
  out_.append(kPrefix).append(name);
  labels(wanted);
  out_.append(" ");
  number(value);
  out_.append("\n");
}

void MetricsWriter::histogram(std::string_view name, std::string_view help, const base::DurationHistogram& times) {
  family(name, "histogram", help);
  std::uint64_t count = 0;
  // The last bucket takes everything longer: that one is +Inf.
  for (std::size_t bucket = 0; bucket + 1 < base::DurationHistogram::kBuckets; ++bucket) {
    count += times.count(bucket);
    out_.append(kPrefix).append(name).append("_bucket{le=\"");
    number(seconds(base::DurationHistogram::bound(bucket)));
    out_.appendf("\"} %llu\n", static_cast<unsigned long long>(count));
  }
  const auto total = static_cast<unsigned long long>(times.total());
  out_.append(kPrefix).append(name).appendf("_bucket{le=\"+Inf\"} %llu\n", total);
  out_.append(kPrefix).append(name).append("_sum ");
  number(seconds(times.sum()));
  out_.append("\n").append(kPrefix).append(name).appendf("_count %llu\n", total);
}

// Of a value only the backslash, the quote and the line's end are written otherwise.
void MetricsWriter::labels(MetricLabels wanted) {
  if (wanted.size() == 0) return;
  char before = '{';
  for (const MetricLabel& label : wanted) {
    out_.append({&before, 1}).append(label.name).append("=\"");
    for (const char& c : label.value) {
      if (c == '\n') {
        out_.append("\\n");
      } else {
        if (c == '\\' || c == '"') out_.append("\\");
        out_.append({&c, 1});
      }
    }
    out_.append("\"");
    before = ',';
  }
  out_.append("}");
}

// A whole number as such, as far as a double holds it exactly.
void MetricsWriter::number(double value) {
  constexpr double kExact = 9007199254740992.0;
  const bool whole = std::abs(value) < kExact && value == std::floor(value);
  out_.appendf(whole ? "%.0f" : "%.9g", value);
}

}  // namespace web
