// SPDX-License-Identifier: MIT
// What the two HTTP targets share: everything the parser tells about some bytes, as one value that can be compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/http_parser.h"

namespace fuzz {

inline void check(bool holds) {
  if (!holds) std::abort();
}

struct Outcome final : lib::HttpHandler {
  bool on_target(std::string_view piece) override {
    text.append(piece);
    return true;
  }
  void on_header(const lib::HttpHeader& header) override {
    text.append("\nH ").append(header.name).append("=").append(header.value).append(header.cut ? "+" : "");
  }
  bool on_headers_complete() override {
    text.append("\nB ");
    return true;
  }
  bool on_body(std::string_view piece) override {
    text.append(piece);
    return true;
  }
  friend bool operator==(const Outcome& left, const Outcome& right) { return left.text == right.text; }

  std::string text;
};

/// Feeds `bytes` in pieces of `step`, one message after the other, and then the end of the connection.
template <class Start>
Outcome parse(std::string_view bytes, std::size_t step, Start start) {
  using State = lib::HttpParser::State;
  Outcome outcome;
  std::array<char, 64> room;
  lib::HttpParser parser(outcome, room);
  start(parser);
  while (!bytes.empty() && parser.state() != State::kFailed) {
    const std::string_view piece = bytes.substr(0, step);
    const lib::HttpParser::Progress progress = parser.feed(piece);
    check(progress.used <= piece.size() && progress.state == parser.state());
    check(progress.state != State::kMore || progress.used == piece.size());
    check(parser.body_bytes() <= base::limits::kHttpBodyBytes);
    bytes.remove_prefix(progress.used);
    if (progress.state != State::kComplete) continue;
    outcome.text.append(parser.keep_alive() ? "\nK\n" : "\nC\n");
    if (!parser.keep_alive()) return outcome;
    start(parser);
  }
  parser.finish();
  check(parser.state() != State::kMore);
  if (parser.state() == State::kFailed) {
    // What came before the failure may have been told in part.
    outcome.text.assign(std::to_string(parser.failure().status));
    check(parser.failure().status >= 400 && *parser.failure().text != '\0');
  }
  return outcome;
}

}  // namespace fuzz
