// SPDX-License-Identifier: MIT
#include "base/ring_buffer.h"

#include <doctest/doctest.h>

TEST_CASE("holds the last N, oldest first, each under its own number") {
  base::RingBuffer<int, 3> ring;
  CHECK(ring.empty());
  CHECK(ring.begin_number() == ring.end_number());
  for (int i = 0; i < 5; ++i) ring.push(i * 10);
  CHECK(ring.size() == 3);
  CHECK(ring.begin_number() == 2);
  CHECK(ring.end_number() == 5);
  for (std::uint64_t number = 2; number < 5; ++number) CHECK(ring.at(number) == static_cast<int>(number) * 10);
  CHECK(ring.newest() == 40);
}

TEST_CASE("a reader that kept its number knows how many it missed") {
  base::RingBuffer<int, 4> ring;
  const std::uint64_t read_up_to = ring.end_number();
  for (int i = 0; i < 10; ++i) ring.push(i);
  CHECK(ring.begin_number() - read_up_to == 6);
}

TEST_CASE("a value can be changed in place") {
  base::RingBuffer<int, 2> ring;
  ring.push(1);
  ring.at(0) = 7;
  CHECK(ring.newest() == 7);
}
