// SPDX-License-Identifier: MIT
#include "collect/smart_json.h"

#include "lib/json.h"

namespace collect {
namespace {

using rules::DiskHealth;
using rules::DiskReport;

constexpr std::array<std::string_view, 6> kMembers = {"smartctl.exit_status", "smartctl.messages",
                                                      "model_name",           "scsi_model_name",
                                                      "smart_status.passed",  "temperature.current"};

// A text for a person, of whatever the disk has: in one line, without what a terminal would obey.
template <std::size_t Size>
void take_text(std::optional<std::string_view> text, base::FixedString<Size>& out) {
  out.clear();
  if (!text) return;
  for (const char c : text->substr(0, Size)) {
    const bool plain = static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
    out.append(std::string_view(plain ? &c : " ", 1));
  }
  out = base::FixedString<Size>(out.view().substr(0, base::utf8_cut(*text, Size)));
}

// Of several messages the first that is an error, else the first.
std::optional<std::string_view> message_of(lib::JsonValue messages) {
  std::optional<std::string_view> first;
  for (auto message = messages.first(); message; message = message.next()) {
    const auto text = message.member("string").string();
    if (!first) first = text;
    if (text && message.member("severity").string() == "error") return text;
  }
  return first;
}

// 0 is what a SCSI disk without a sensor says.
std::optional<std::int16_t> temperature_of(lib::JsonValue value) {
  constexpr std::int64_t kColdest = -60;
  constexpr std::int64_t kHottest = 150;
  const auto celsius = value.integer();
  if (!celsius || *celsius == 0 || *celsius < kColdest || *celsius > kHottest) return std::nullopt;
  return static_cast<std::int16_t>(*celsius);
}

DiskReport read_report(lib::JsonValue root) {
  DiskReport report;
  const lib::JsonValue name = root.member("model_name");
  take_text((name ? name : root.member("scsi_model_name")).string(), report.model);
  report.temperature_celsius = temperature_of(root.member("temperature").member("current"));
  const lib::JsonValue smartctl = root.member("smartctl");
  const auto passed = root.member("smart_status").member("passed").boolean();
  if (smartctl.member("exit_status").integer() == SmartJson::kAsleepStatus) {
    report.health = DiskHealth::kAsleep;
  } else if (passed) {
    report.health = *passed ? DiskHealth::kPassed : DiskHealth::kFailed;
  }
  const bool made_up = rules::is_virtual_disk_model(report.model);
  if (made_up && report.health != DiskHealth::kFailed) report.health = DiskHealth::kVirtual;
  if (report.health != DiskHealth::kUnknown) return report;
  const auto message = message_of(smartctl.member("messages"));
  take_text(message ? message : "it does not say whether it passes", report.reason);
  return report;
}

}  // namespace

SmartJson::SmartJson() : filter_(room_, kMembers, rules::JsonFilter::OnElement::to<&SmartJson::on_element>(*this)) {}

void SmartJson::start() {
  filter_.start(rules::JsonShape::kOne);
  extract_ = {};
  good_ = true;
}

void SmartJson::feed(std::string_view piece) { good_ = good_ && filter_.feed(piece); }

rules::DiskReport SmartJson::finish() {
  if (!good_ || !filter_.complete()) extract_ = {};
  lib::JsonReader reader(values_);
  const auto root = reader.read(extract_);
  // Of any object there is an extract, but one of another program has nothing of smartctl in it.
  if (root && root->member("smartctl")) return read_report(*root);
  extract_ = {};
  DiskReport none;
  none.reason = "smartctl's answer is not what smartctl 7 answers";
  return none;
}

}  // namespace collect
