// SPDX-License-Identifier: MIT
#include "web/sample_json.h"

#include "rules/thinning.h"

namespace web {

namespace {

std::optional<double> wide(std::optional<float> value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

void append_series(base::JsonWriter& json, const rules::Reading& reading, rules::Series series, int digits) {
  const rules::Spread& spread = reading.at(series);
  json.number(series_name(series), spread.count > 0 ? std::optional(static_cast<double>(spread.mean)) : std::nullopt,
              digits);
}

}  // namespace

void append_sample(base::JsonWriter& json, const rules::Sample& sample) {
  const rules::Reading reading = rules::reading_of(sample);
  const auto second = std::chrono::floor<std::chrono::seconds>(sample.stamp).time_since_epoch().count();
  json.begin_object().integer("time", second);
  for (const rules::Series series :
       {rules::Series::kCpuPercent, rules::Series::kMemoryPercent, rules::Series::kSwapPercent,
        rules::Series::kDiskPercent, rules::Series::kTemperatureCelsius}) {
    append_series(json, reading, series, 1);
  }
  append_series(json, reading, rules::Series::kPingMs, 2);
  append_series(json, reading, rules::Series::kReceivedBytesPerS, 0);
  append_series(json, reading, rules::Series::kSentBytesPerS, 0);
  json.number("memory_used_mib", wide(sample.memory_used_mib), 1)
      .number("inode_percent", wide(sample.inode_percent), 1);
  json.number("load_1", wide(sample.load_1), 2);
  json.integer("containers", sample.containers);
  sample.internet_ok ? json.boolean("internet_ok", *sample.internet_ok) : json.null("internet_ok");
  float errors = 0;
  json.begin_array("interfaces");
  for (std::size_t i = 0; i < sample.interface_count; ++i) {
    const rules::InterfaceRate& rate = sample.interfaces[i];
    errors += rate.errors_per_s;
    json.begin_object()
        .text("name", rate.name)
        .number("received_bytes_per_s", static_cast<double>(rate.received_bytes_per_s), 0);
    json.number("sent_bytes_per_s", static_cast<double>(rate.sent_bytes_per_s), 0).end_object();
  }
  json.end_array().number("errors_per_s", static_cast<double>(errors), 1).end_object();
}

}  // namespace web
