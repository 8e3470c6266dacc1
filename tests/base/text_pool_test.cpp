// SPDX-License-Identifier: MIT
#include "base/text_pool.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

namespace {

using Pool = base::TextPool<4096, 16>;

bool set(auto& pool, std::size_t slot, std::string_view text) {
  const std::string_view pieces[] = {text};
  return pool.set(slot, pieces);
}

}  // namespace

TEST_CASE("a text is what its pieces were, until it is replaced or erased") {
  Pool pool;
  const std::string_view pieces[] = {"laptop-123", "", "sleep 300"};
  CHECK(pool.at(3).empty());
  REQUIRE(pool.set(3, pieces));
  REQUIRE(set(pool, 0, "other"));
  CHECK(pool.at(3) == "laptop-123sleep 300");
  CHECK(pool.used_bytes() == 2 * Pool::kOverhead + 24);
  REQUIRE(set(pool, 3, "short"));
  CHECK(pool.at(3) == "short");
  CHECK(pool.at(0) == "other");
  pool.erase(3);
  pool.erase(3);
  CHECK(pool.at(3).empty());
  CHECK(pool.used_bytes() == Pool::kOverhead + 5);
}

TEST_CASE("an empty text is a text") {
  Pool pool;
  CHECK(set(pool, 1, ""));
  CHECK(pool.at(1).empty());
  CHECK(pool.used_bytes() == Pool::kOverhead);
}

TEST_CASE("what does not fit leaves its slot without a text and the others as they are") {
  Pool pool;
  REQUIRE(set(pool, 0, std::string(1500, 'a')));
  REQUIRE(set(pool, 1, std::string(1500, 'b')));
  CHECK_FALSE(pool.fits(1500));
  CHECK_FALSE(set(pool, 1, std::string(2500, 'c')));
  CHECK(pool.at(1).empty());
  CHECK(pool.at(0) == std::string(1500, 'a'));
  CHECK(pool.fits(1500));
  CHECK(set(pool, 1, std::string(Pool::kRoom - 1500 - 2 * Pool::kOverhead, 'd')));
  CHECK_FALSE(pool.fits(0));
}

TEST_CASE("one byte more than a length can be") {
  const auto pool = std::make_unique<base::TextPool<200'000, 2>>();
  CHECK_FALSE(set(*pool, 0, std::string(65536, 'a')));
  CHECK(set(*pool, 0, std::string(65535, 'a')));
}

TEST_CASE("any order of setting and erasing keeps every text, and its whole room can be used again and again") {
  Pool pool;
  std::map<std::size_t, std::string> texts;
  std::size_t used = 0;
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t slot = random() % 16;
    if (const auto old = texts.find(slot); old != texts.end()) {
      used -= Pool::kOverhead + old->second.size();
      texts.erase(old);
    }
    if (random() % 4 == 0) {
      pool.erase(slot);
    } else {
      const std::string text(random() % 700, static_cast<char>('a' + random() % 26));
      const bool fits = used + Pool::kOverhead + text.size() <= Pool::kRoom;
      CHECK(set(pool, slot, text) == fits);
      if (fits) {
        used += Pool::kOverhead + text.size();
        texts[slot] = text;
      }
    }
    REQUIRE(pool.used_bytes() == used);
    for (std::size_t i = 0; i < 16; ++i) REQUIRE(pool.at(i) == (texts.contains(i) ? texts[i] : ""));
  }
}
