// SPDX-License-Identifier: MIT
#include "collect/conch_payload.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using rules::ConchTopic;

namespace {

struct Reader {
  std::array<std::byte, 16384> memory;
  lib::JsonReader reader{memory};

  auto parse(ConchTopic topic, std::string_view payload) {
    return collect::parse_conch_payload(topic, payload, reader);
  }
};

}  // namespace

TEST_CASE("a start of the earlier client: no pid, a naive time, a float in its id") {
  Reader reader;
  const auto message = reader.parse(ConchTopic::kStart,
                                    R"({"command": "python3 train_model.py --epochs 100", "pid": null,
                                        "timestamp": "2024-08-24T14:30:15.123456", "client_id": "conch_1724509815.123",
                                        "status": "started"})");
  REQUIRE(message.has_value());
  CHECK(message->topic == ConchTopic::kStart);
  CHECK(message->command == "python3 train_model.py --epochs 100");
  CHECK(message->client_id == "conch_1724509815.123");
  CHECK(message->local.view() == "2024-08-24 14:30:15");
  CHECK_FALSE(message->instant);
  CHECK_FALSE(message->pid);
}

TEST_CASE("endings") {
  Reader reader;
  const auto done = reader.parse(ConchTopic::kComplete,
                                 R"({"command": "a", "client_id": "b", "timestamp": "2024-08-24T14:30:15Z",
                                     "duration": 2712.5, "return_code": 0, "status": "success"})");
  REQUIRE(done.has_value());
  CHECK(done->duration_s == 2712.5);
  CHECK(done->return_code == 0);
  CHECK(done->instant);
  CHECK_FALSE(done->failed);

  const auto killed =
      reader.parse(ConchTopic::kComplete, R"({"command": "a", "client_id": "b", "duration": 3, "return_code": -9})");
  REQUIRE(killed.has_value());
  CHECK(killed->return_code == -9);
  CHECK(killed->failed);

  const auto failed = reader.parse(ConchTopic::kComplete, R"({"command": "a", "client_id": "b", "status": "failed"})");
  REQUIRE(failed.has_value());
  CHECK(failed->failed);

  const auto error = reader.parse(ConchTopic::kError,
                                  R"({"command": "a", "client_id": "b", "error": "No such file", "status": "error"})");
  REQUIRE(error.has_value());
  CHECK(error->error == "No such file");

  CHECK(reader.parse(ConchTopic::kInterrupt, R"({"command": "a", "client_id": "b"})").has_value());
}

TEST_CASE("what else a payload has counts for nothing, null is as if it were not there") {
  Reader reader;
  CHECK(reader
            .parse(ConchTopic::kStart, R"({"command": "a", "client_id": "b", "timestamp": "2024-08-24 14:30:15",
                                             "host": {"name": [1, 2]}, "pid": null, "status": null,
                                             "duration": null, "return_code": null, "error": null})")
            .has_value());
}

TEST_CASE("what is refused, and why") {
  struct Case {
    const char* payload;
    const char* reason;
    ConchTopic topic = ConchTopic::kStart;
  };
  const Case cases[] = {
      {"", "is not JSON"},
      {"hello", "is not JSON"},
      {R"({"command": "a", "client_id": "b",)", "is not JSON"},
      {R"([{"command": "a"}])", "is no JSON object"},
      {R"("command")", "is no JSON object"},
      {R"({"command": "\u0000", "client_id": "b"})", "has a NUL character"},
      {"{\"command\": \"\xFF\", \"client_id\": \"b\"}", "is not UTF-8"},
      {"{}", "has no command"},
      {R"({"client_id": "b"})", "has no command"},
      {R"({"command": null, "client_id": "b"})", "has no command"},
      {R"({"command": ["sleep", "300"], "client_id": "b"})", "has a command that is no text"},
      {R"({"command": "", "client_id": "b"})", "has an empty command"},
      {R"({"command": "a"})", "has no client_id"},
      {R"({"command": "a", "client_id": 17})", "has a client_id that is no text"},
      {R"({"command": "a", "client_id": ""})", "has an empty client_id"},
      {R"({"command": "a", "client_id": "b"})", "has no timestamp"},
      {R"({"command": "a", "client_id": "b", "timestamp": 1724509815})", "has a timestamp that is no time"},
      {R"({"command": "a", "client_id": "b", "timestamp": "yesterday"})", "has a timestamp that is no time"},
      {R"({"command": "a", "client_id": "b", "timestamp": "2024-08-24T14:30:15", "pid": "12"})",
       "has a pid that is none"},
      {R"({"command": "a", "client_id": "b", "timestamp": "2024-08-24T14:30:15", "pid": -1})",
       "has a pid that is none"},
      {R"({"command": "a", "client_id": "b", "timestamp": "2024-08-24T14:30:15", "pid": 1.5})",
       "has a pid that is none"},
      {R"({"command": "a", "client_id": "b", "duration": "3"})", "has a duration that is no number",
       ConchTopic::kComplete},
      {R"({"command": "a", "client_id": "b", "return_code": 1e10})", "has a return_code that is none",
       ConchTopic::kComplete},
      {R"({"command": "a", "client_id": "b", "return_code": "0"})", "has a return_code that is none",
       ConchTopic::kComplete},
      {R"({"command": "a", "client_id": "b", "error": {}})", "has an error that is no text", ConchTopic::kError},
      {R"({"command": "a", "client_id": "b", "status": 1})", "has a status that is no text", ConchTopic::kInterrupt},
  };
  Reader reader;
  for (const Case& c : cases) {
    CAPTURE(c.payload);
    const auto message = reader.parse(c.topic, c.payload);
    REQUIRE_FALSE(message.has_value());
    CHECK(message.error() == c.reason);
  }
  const std::string deep = R"({"command": "a", "client_id": "b", "x": )" + std::string(40, '[');
  CHECK(reader.parse(ConchTopic::kStart, deep).error() == "is nested too deep");
  std::string many = R"({"command": "a", "client_id": "b", "x": [1)";
  for (int i = 0; i < 1000; ++i) many += ",1";
  CHECK(reader.parse(ConchTopic::kStart, many + "]}").error() == "has too many values");
}

TEST_CASE("what limpet run writes is read as it was meant") {
  Reader reader;
  rules::ConchMessage start{.topic = ConchTopic::kStart, .client_id = "box_42", .command = "echo \"a\\b\"\n\xFF"};
  start.pid = 42;
  std::array<char, 512> room;
  base::TextWriter out(room);
  rules::write_conch_payload(start, "2026-05-01T12:00:00+02:00", out);
  const auto read = reader.parse(ConchTopic::kStart, out.view());
  REQUIRE(read.has_value());
  CHECK(read->command == "echo \"a\\b\"\n\xEF\xBF\xBD");
  CHECK(read->client_id == "box_42");
  CHECK(read->pid == 42);
  CHECK(read->instant == std::chrono::sys_days(std::chrono::year(2026) / 5 / 1) + std::chrono::hours(10));
}
