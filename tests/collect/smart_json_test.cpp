// SPDX-License-Identifier: MIT
#include "collect/smart_json.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using rules::DiskHealth;
using rules::DiskReport;

namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(LIMPET_FIXTURES) + "/smartctl/" + name + ".json", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(text.empty());
  return text;
}

DiskReport read(std::string_view text, std::size_t piece = std::string::npos) {
  static collect::SmartJson json;
  json.start();
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) json.feed(text.substr(0, piece));
  return json.finish();
}

// Of smartctl, with `members` besides.
std::string answer(const std::string& members) {
  return R"({"smartctl":{"version":[7,3],"exit_status":0},)" + members + "}";
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("what smartctl says of each sort of disk") {
  const struct {
    const char* file;
    DiskHealth health;
    std::string_view model;
    std::optional<int> celsius;
    std::string_view reason;
  } cases[] = {
      {"ata_passed", DiskHealth::kPassed, "WDC WD40EFRX-68N32N0", 34, ""},
      {"ata_failed", DiskHealth::kFailed, "WDC WD40EFRX-68WT0N0", 41, ""},
      {"nvme_passed", DiskHealth::kPassed, "Samsung SSD 970 EVO Plus 250GB", 38, ""},
      {"standby", DiskHealth::kAsleep, "", {}, ""},
      {"qemu_ata", DiskHealth::kVirtual, "QEMU HARDDISK", 31, ""},
      {"qemu_nvme", DiskHealth::kVirtual, "QEMU NVMe Ctrl", 50, ""},
      {"qemu_nvme_failing", DiskHealth::kFailed, "QEMU NVMe Ctrl", 50, ""},
      // It says 0 °C, as SCSI disks that measure nothing do.
      {"qemu_scsi", DiskHealth::kVirtual, "QEMU QEMU HARDDISK", {}, ""},
      {"usb_unknown", DiskHealth::kUnknown, "", {}, "/dev/sdc: Unknown USB bridge [0x152d:0x0578 (0x3103)]"},
      {"no_type", DiskHealth::kUnknown, "", {}, "/dev/vda: Unable to detect device type"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.file);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string::npos}) {
      const DiskReport report = read(fixture(test.file), piece);
      CHECK(report.health == test.health);
      CHECK(report.model.view() == test.model);
      CHECK(report.temperature_celsius == test.celsius);
      CHECK(report.reason.view() == test.reason);
    }
  }
}

TEST_CASE("an answer that ends too soon says nothing, wherever it ends") {
  const std::string whole = fixture("nvme_passed");
  const std::size_t end = whole.rfind('}');
  for (std::size_t length = 0; length <= end; ++length) {
    CAPTURE(length);
    const DiskReport report = read(whole.substr(0, length));
    REQUIRE(report.health == DiskHealth::kUnknown);
    REQUIRE(report.reason.view() == "smartctl's answer is not what smartctl 7 answers");
  }
}

TEST_CASE("what smartctl would never say makes no disk pass or fail") {
  const std::string deep(5000, '[');
  const struct {
    const char* why;
    std::string text;
  } cases[] = {
      {"nothing", ""},
      {"a help text, as of version 6", "smartctl 6.6 2017-11-05\n=======> INVALID ARGUMENT TO -j\n"},
      {"bytes", std::string("\x7f\x45\x4c\x46\x00\x01\xff\xfe", 8)},
      {"another program's JSON", R"({"smart_status":{"passed":false}})"},
      {"an array of it", "[" + answer(R"("smart_status":{"passed":false})") + "]"},
      {"two of it", answer(R"("smart_status":{"passed":true})") + answer(R"("smart_status":{"passed":false})")},
      {"a text in the place of yes and no", answer(R"("smart_status":{"passed":"false"})")},
      {"a number there", answer(R"("smart_status":{"passed":0})")},
      {"nothing there", answer(R"("smart_status":{"passed":null})")},
      {"no object there", answer(R"("smart_status":false)")},
      {"the member somewhere else", answer(R"("ata_smart_data":{"smart_status":{"passed":false}})")},
      {"brackets without an end", answer(R"("x":)" + deep)},
      {"a model that is not UTF-8", answer("\"smart_status\":{\"passed\":false},\"model_name\":\"\xff\xfe\"")},
      {"a NUL in the model", answer(R"("smart_status":{"passed":false},"model_name":"a\u0000b")")},
      {"a model of a megabyte",
       answer(R"("smart_status":{"passed":false},"model_name":")" + std::string(1 << 20, 'x') + '"')},
      {"ten thousand messages", R"({"smartctl":{"exit_status":0,"messages":[)" + times(10'000, R"({"string":"x"},)") +
                                    R"({"string":"y"}]},"smart_status":{"passed":false}})"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.why);
    CHECK(read(test.text).health == DiskHealth::kUnknown);
    CHECK_FALSE(read(test.text).reason.empty());
  }
}

TEST_CASE("what lies around the members that count may be as long as it likes") {
  const std::string long_table =
      R"("ata_smart_attributes":{"table":[)" + times(5000, R"({"id":1,"raw":{"value":0}},)") + R"({"id":2}]},)";
  const DiskReport report = read(answer(long_table + R"("smart_status":{"passed":false},"model_name":"ST4000")"));
  CHECK(report.health == DiskHealth::kFailed);
  CHECK(report.model.view() == "ST4000");
}

TEST_CASE("texts of a disk come in one line, cut between two characters, without what a terminal obeys") {
  const DiskReport report = read(answer(R"("model_name":"a\n\u001b[31mb\tc\u007f")"));
  CHECK(report.model.view() == "a  [31mb c ");
  CHECK(read(answer(R"("model_name":")" + times(30, "é") + '"')).model.view() == times(23, "é"));
}

TEST_CASE("a temperature that no disk has is none") {
  for (const char* const value : {"0", "-61", "151", "1e300", "34.5", "\"34\"", "null", "[34]"}) {
    CAPTURE(value);
    CHECK_FALSE(read(answer(std::string(R"("temperature":{"current":)") + value + "}")).temperature_celsius);
  }
  CHECK(read(answer(R"("temperature":{"current":-5})")).temperature_celsius == -5);
}

TEST_CASE("a disk of a hypervisor never passes, and may fail") {
  CHECK(read(answer(R"("model_name":"QEMU NVMe Ctrl","smart_status":{"passed":true})")).health == DiskHealth::kVirtual);
  CHECK(read(answer(R"("scsi_model_name":"VMware Virtual disk")")).health == DiskHealth::kVirtual);
  CHECK(read(answer(R"("model_name":"QEMU NVMe Ctrl","smart_status":{"passed":false})")).health == DiskHealth::kFailed);
}

TEST_CASE("of several messages the error is the reason") {
  CHECK(read(R"({"smartctl":{"exit_status":2,"messages":[{"string":"w","severity":"warning"},)"
             R"({"string":"open failed","severity":"error"},{"string":"z","severity":"error"}]}})")
            .reason.view() == "open failed");
  CHECK(read(R"({"smartctl":{"exit_status":4,"messages":[{"string":"w","severity":"warning"}]}})").reason.view() ==
        "w");
  CHECK(read(R"({"smartctl":{"exit_status":4,"messages":"none"}})").reason.view() ==
        "it does not say whether it passes");
}
