// SPDX-License-Identifier: MIT
// The body of an answer as the server takes it: in pieces of the smallest size that it promises.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "net/body_source.h"

struct TakenBody {
  std::string text;
  int pieces = 0;
};

inline TakenBody take_body(net::BodySource& source) {
  TakenBody body;
  for (;;) {
    std::string room(net::BodySource::kPieceBytes + 1, '\0');
    base::TextWriter piece(room);
    const net::BodySource::Fill fill = source.fill(piece);
    CHECK_FALSE(piece.overflowed());
    REQUIRE(fill != net::BodySource::Fill::kFailed);
    body.text += piece.view();
    ++body.pieces;
    if (fill == net::BodySource::Fill::kDone) return body;
    REQUIRE(piece.size() > 0);
    REQUIRE(body.pieces < 10'000);
  }
}

inline std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) ++found;
  return found;
}
