// SPDX-License-Identifier: MIT
#include "rules/sample_json.h"

#include <cmath>

#include "rules/lima_time.h"

namespace rules {
namespace {

constexpr int kPercentDigits = 1;
constexpr int kOtherDigits = 2;

void write_value(base::TextWriter& out, const char* key, std::optional<float> value, int digits) {
  out.append(", \"").append(key).append("\": ");
  if (value && std::isfinite(*value)) {
    out.appendf("%.*f", digits, static_cast<double>(*value));
  } else {
    out.append("null");
  }
}

}  // namespace

void write_sample_json(const Sample& sample, base::TextWriter& out) {
  out.append("{\"timestamp_lima\": \"").append(lima_time(sample.stamp)).append("\"");
  write_value(out, "cpu_percent", sample.cpu_percent, kPercentDigits);
  write_value(out, "ram_percent", sample.memory_percent, kPercentDigits);
  write_value(out, "ram_used_mb", sample.memory_used_mib, kOtherDigits);
  write_value(out, "disk_percent", sample.disk_percent, kPercentDigits);
  out.appendf(", \"container_count\": %d", sample.containers);
  out.append(", \"internet_ok\": ").append(!sample.internet_ok ? "null" : *sample.internet_ok ? "1" : "0");
  write_value(out, "ping_ms", sample.ping_ms, kOtherDigits);
  out.append("}");
}

}  // namespace rules
