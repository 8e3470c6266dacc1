// SPDX-License-Identifier: MIT
// Keeps only the wanted members of each element of a JSON text that streams by in pieces of any size: an element,
// however long, becomes a short JSON object of the same structure, which fits into memory of a fixed size. Pure; holds
// no more than that memory, which is lent to it, and never allocates.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/callback.h"
#include "base/fixed_string.h"
#include "rules/json_scanner.h"

namespace rules {

/// What the elements are. Each is an object.
enum class JsonShape : std::uint8_t {
  kOne,       // the text itself
  kArray,     // what is in the array that the text is
  kSequence,  // objects one after another, without an end
};

struct JsonElement {
  std::string_view text;  // lives during the call; empty when it is too long
  bool too_long = false;  // what is wanted of it did not fit
};

class JsonFilter {
 public:
  using OnElement = base::Callback<const JsonElement&>;

  /// `wanted` are paths of keys such as "State.Health.Status"; what stands there is kept whole, whatever it is. A key
  /// with an escape in it is none of them. All are borrowed. start() comes before the first feed().
  JsonFilter(std::span<char> room, std::span<const std::string_view> wanted, OnElement on_element)
      : room_(room), wanted_(wanted), on_element_(on_element) {}
  JsonFilter(const JsonFilter&) = delete;
  JsonFilter& operator=(const JsonFilter&) = delete;

  void start(JsonShape shape);
  /// Takes the next piece. False from the first byte on that does not belong to such a text.
  bool feed(std::string_view piece);
  /// Whether the text came whole: at its end, or in a sequence between two of its elements.
  bool complete() const;

 private:
  static constexpr std::size_t kLevels = 4;  // of objects in one another of which members are wanted

  enum class Mode : std::uint8_t {
    kBetween,  // outside of the elements
    kMembers,  // in an object of which members are wanted: at a key, or between members
    kInto,     // before the value of a member of which members are wanted
    kCopy,     // in a value that is kept
    kSkip,     // in one that is not
    kFailed,
  };
  struct Level {
    std::size_t path = 0;  // length of its part of path_
    bool empty = true;     // nothing of it is kept yet
  };

  void take(char c);
  Mode begin_element(char c);
  Mode in_members(JsonScanner::Token token, char c);
  Mode begin_value();
  Mode into_value(JsonScanner::Token token, char c);
  Mode in_value(JsonScanner::Token token, char c);
  Mode open_object();
  Mode close_object();
  void keep(std::string_view text);

  std::span<char> room_;
  std::span<const std::string_view> wanted_;
  OnElement on_element_;
  JsonScanner scanner_;
  JsonShape shape_ = JsonShape::kOne;
  Mode mode_ = Mode::kFailed;
  std::array<Level, kLevels> levels_{};
  std::size_t level_count_ = 0;
  base::FixedString<63> path_;  // of the object that members are wanted of, and of the member in it
  base::FixedString<47> key_;   // with its quotes
  unsigned value_depth_ = 0;    // of the object that holds the value in kCopy and kSkip
  std::size_t kept_ = 0;
  bool too_long_ = false;
};

}  // namespace rules
