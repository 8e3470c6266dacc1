// SPDX-License-Identifier: MIT
#include "rules/conch_event.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/text_cut.h"

using namespace std::chrono_literals;

namespace {

constexpr base::SteadyTime kNow{100h};
constexpr base::WallTime kWall{1'724'509'815s};

rules::ConchCommand training() {
  return {.client_id = "laptop-123",
          .command = "python3 train_model.py --epochs 100",
          .started = "2024-08-24 14:30:15",
          .pid = 12345,
          .state = rules::ConchState::kOrphan,
          .since = kNow - 45min - 12s,
          .changed = kNow};
}

}  // namespace

TEST_CASE("the text of an orphan is that of the earlier monitor, to the letter") {
  const rules::Event event = rules::conch_orphan_event(training(), kNow, kWall);
  CHECK(event.title.view() == "🐚 Conch Monitor Alert");
  CHECK(event.text.view() ==
        "🚨 Orphaned Command Detected\n"
        "\n"
        "Command: python3 train_model.py --epochs 100\n"
        "Client: laptop-123\n"
        "Started: 2024-08-24 14:30:15\n"
        "Age: 45.2 minutes\n"
        "PID: 12345\n"
        "\n"
        "This command started but never reported completion.\n"
        "The process may have crashed or the machine may be unreachable.");
  CHECK(event.kind == rules::EventKind::kConchOrphan);
  CHECK(event.subject.view() == "python3 train_model.py --epochs 100");
  CHECK(event.time == kWall);
  CHECK(event.at_boot == kNow);
  CHECK(event.fields.view() == R"({"command":"python3 train_model.py --epochs 100","client_id":"laptop-123",)"
                               R"("started":"2024-08-24 14:30:15","state":"orphaned"})");
}

TEST_CASE("a missing pid prints Unknown") {
  rules::ConchCommand command = training();
  command.pid.reset();
  CHECK(rules::conch_orphan_event(command, kNow, kWall).text.view().contains("\nPID: Unknown\n"));
}

TEST_CASE("a problem and its end have one key, two commands have two") {
  rules::ConchCommand command = training();
  const rules::Event orphan = rules::conch_orphan_event(command, kNow, kWall);
  command.state = rules::ConchState::kFailed;
  command.since -= 5min;
  const rules::Event late = rules::conch_late_event(command, kNow, kWall);
  CHECK(orphan.key.view() == late.key.view());
  CHECK(rules::row_of(orphan.kind).ended_by == late.kind);
  CHECK(late.text.view() ==
        "✅ Orphaned command finished after all\n"
        "\n"
        "Command: python3 train_model.py --epochs 100\n"
        "Client: laptop-123\n"
        "Started: 2024-08-24 14:30:15\n"
        "Age: 50.2 minutes\n"
        "PID: 12345\n"
        "Result: failed");
  command.client_id = "laptop-12";
  command.command = "3python3 train_model.py --epochs 100";
  CHECK(rules::conch_late_event(command, kNow, kWall).key.view() != late.key.view());
}

TEST_CASE("a stranger's text cannot add lines of its own, nor take the room of ours") {
  rules::ConchCommand command = training();
  command.pid = INT64_MIN;
  const std::string long_command = "sh -c 'a\nClient: me\r\x7f" + std::string(4000, '\x01');
  command.command = long_command;
  const std::string long_client(4000, '"');
  command.client_id = long_client;
  const rules::Event event = rules::conch_orphan_event(command, kNow, kWall);
  CHECK(event.text.view().contains("Command: sh -c 'a Client: me     "));
  CHECK(event.text.view().contains(" …\nClient: \"\"\""));
  CHECK(event.text.view().ends_with("may be unreachable."));
  CHECK_FALSE(event.text.truncated());
  CHECK(rules::first_characters(event.text, 1024) == event.text.view());
  CHECK(event.fields.view().ends_with("\"}"));
  CHECK_FALSE(event.subject.truncated());
}

TEST_CASE("lines of the status") {
  rules::ConchCommand command = training();
  command.since = kNow - 3min - 12s;
  CHECK(rules::conch_status_line(command, kNow).view() == "  - python3 train_model.py --epochs 100 (age: 3.2m)");
  const std::string long_command(4000, 'x');
  command.command = long_command;
  CHECK(rules::conch_status_line(command, kNow).view().ends_with("x… (age: 3.2m)"));
}

TEST_CASE("how many gave way") {
  const rules::Event event = rules::conch_evicted_event(7, kNow, kWall);
  CHECK(event.text.view().contains("1024"));
  CHECK(event.text.view().contains(" 7 in the last hour"));
}
