// SPDX-License-Identifier: MIT
#include "rules/backoff.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <vector>

using namespace std::chrono_literals;
using rules::Backoff;
using rules::Delivery;

TEST_CASE("statuses: delivered, tried again, or final") {
  const struct {
    Delivery expected;
    std::vector<std::uint16_t> statuses;
  } cases[] = {
      {Delivery::kDelivered, {200, 201, 202, 204, 299}},
      {Delivery::kRetry, {408, 425, 429, 500, 502, 503, 504, 599}},
      {Delivery::kRetry, {301, 302, 307, 308}},
      {Delivery::kRefused, {400, 401, 403, 404, 405, 409, 410, 413, 422, 426, 428, 431, 451, 499}},
  };
  for (const auto& test : cases) {
    for (const std::uint16_t status : test.statuses) {
      CAPTURE(status);
      CHECK(rules::judge_status(status) == test.expected);
    }
  }
}

TEST_CASE("the wait doubles from 1 s to 5 min") {
  const std::chrono::seconds waits[] = {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s};
  unsigned failures = 0;
  for (const auto wait : waits) CHECK(Backoff::delay(++failures, 0, {}) == wait);
  CHECK(Backoff::delay(1'000'000, 0, {}) == 300s);
  CHECK(Backoff::delay(0xFFFF'FFFF, 0, {}) == 300s);
  CHECK(Backoff::delay(0, 0, {}) == 1s);
}

TEST_CASE("jitter takes off up to a quarter, and uses all of it") {
  base::Duration shortest = 1h;
  for (std::uint32_t random = 0; random < 5000; random += 7) {
    const base::Duration wait = Backoff::delay(9, random, {});
    CHECK(wait <= 256s);
    CHECK(wait > 192s);
    shortest = std::min(shortest, wait);
  }
  CHECK(shortest < 194s);
}

TEST_CASE("a service that asks for a longer wait gets it, within reason") {
  CHECK(Backoff::delay(1, 0, 30s) == 30s);
  CHECK(Backoff::delay(9, 0, 30s) == 256s);
  CHECK(Backoff::delay(1, 0, 0s) == 1s);
  CHECK(Backoff::delay(1, 0, 900s) == 900s);
  CHECK(Backoff::delay(1, 0, 86'400s) == Backoff::kLongestAsked);
  CHECK(Backoff::delay(1, 0, std::chrono::seconds::max()) == Backoff::kLongestAsked);
}

TEST_CASE("Retry-After in seconds or as a date") {
  const base::WallTime now{784111777s + 300ms};  // Sun, 06 Nov 1994 08:49:37 GMT
  const struct {
    const char* text;
    std::optional<std::chrono::seconds> wait;
  } cases[] = {
      {"120", 120s},
      {" 7\t", 7s},
      {"0", 0s},
      {"99999999999999999999999", 1'000'000'000s},
      {"Sun, 06 Nov 1994 08:50:37 GMT", 60s},
      {"Sun Nov  6 08:49:47 1994", 10s},
      {"Sun, 06 Nov 1994 08:00:00 GMT", 0s},
      {"", std::nullopt},
      {"-5", std::nullopt},
      {"1.5", std::nullopt},
      {"5 s", std::nullopt},
      {"soon", std::nullopt},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(rules::parse_retry_after(test.text, now) == test.wait);
  }
}
