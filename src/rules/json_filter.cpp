// SPDX-License-Identifier: MIT
#include "rules/json_filter.h"

#include <algorithm>
#include <cstring>

namespace rules {

using Token = JsonScanner::Token;

void JsonFilter::start(JsonShape shape) {
  shape_ = shape;
  scanner_ = JsonScanner(shape == JsonShape::kSequence);
  mode_ = Mode::kBetween;
  level_count_ = 0;
}

bool JsonFilter::feed(std::string_view piece) {
  for (const char c : piece) {
    if (mode_ == Mode::kFailed) break;
    take(c);
  }
  return mode_ != Mode::kFailed;
}

bool JsonFilter::complete() const {
  return mode_ == Mode::kBetween && (shape_ == JsonShape::kSequence ? scanner_.between() : scanner_.done());
}

void JsonFilter::take(char c) {
  const Token token = scanner_.next(c);
  if (token == Token::kFailed) {
    mode_ = Mode::kFailed;
    return;
  }
  switch (mode_) {
    case Mode::kBetween:
      if (token == Token::kOpen) mode_ = begin_element(c);
      if (token == Token::kValue) mode_ = Mode::kFailed;
      return;
    case Mode::kMembers:
      mode_ = in_members(token, c);
      return;
    case Mode::kInto:
      mode_ = into_value(token, c);
      return;
    default:
      mode_ = in_value(token, c);
  }
}

JsonFilter::Mode JsonFilter::begin_element(char c) {
  if (shape_ == JsonShape::kArray && scanner_.depth() == 1) return c == '[' ? Mode::kBetween : Mode::kFailed;
  if (c != '{') return Mode::kFailed;
  kept_ = 0;
  too_long_ = false;
  path_.clear();
  return open_object();
}

JsonFilter::Mode JsonFilter::open_object() {
  levels_[level_count_++] = {.path = path_.size(), .empty = true};
  key_.clear();
  keep("{");
  return Mode::kMembers;
}

JsonFilter::Mode JsonFilter::close_object() {
  keep("}");
  --level_count_;
  if (level_count_ > 0) return Mode::kMembers;
  on_element_(too_long_ ? JsonElement{.text = {}, .too_long = true} : JsonElement{.text = {room_.data(), kept_}});
  return Mode::kBetween;
}

JsonFilter::Mode JsonFilter::in_members(Token token, char c) {
  if (token == Token::kKey) {
    key_.append({&c, 1});
  } else if (token == Token::kClose) {
    return close_object();
  } else if (token == Token::kSeparator && c == ':') {
    return begin_value();
  } else if (token == Token::kSeparator) {
    key_.clear();
  }
  return Mode::kMembers;
}

// Decides by the member's path whether it is kept, skipped, or looked into.
JsonFilter::Mode JsonFilter::begin_value() {
  Level& level = levels_[level_count_ - 1];
  value_depth_ = scanner_.depth();
  if (key_.truncated()) return Mode::kSkip;
  const std::string_view name = key_.view().substr(1, key_.size() - 2);
  base::FixedString<63> path(path_.view().substr(0, level.path));
  if (!path.empty()) path.append(".");
  path.append(name);
  if (path.truncated()) return Mode::kSkip;
  const bool whole = std::ranges::find(wanted_, path.view()) != wanted_.end();
  const bool part = std::ranges::any_of(wanted_, [&path](std::string_view wanted) {
    return wanted.size() > path.size() && wanted.starts_with(path.view()) && wanted[path.size()] == '.';
  });
  if (!whole && !(part && level_count_ < kLevels)) return Mode::kSkip;
  if (!level.empty) keep(",");
  level.empty = false;
  keep(key_.view());
  keep(":");
  if (whole) return Mode::kCopy;
  path_ = path;
  return Mode::kInto;
}

// Where an object was expected and something else stands, that is kept.
JsonFilter::Mode JsonFilter::into_value(Token token, char c) {
  if (token == Token::kBlank) return Mode::kInto;
  if (token == Token::kOpen && c == '{') return open_object();
  keep({&c, 1});
  return Mode::kCopy;
}

// A number or a word has no end of its own: what follows a value in its object ends it.
JsonFilter::Mode JsonFilter::in_value(Token token, char c) {
  const bool skips = mode_ == Mode::kSkip;
  if (token == Token::kSeparator && c == ',' && scanner_.depth() == value_depth_) return in_members(token, c);
  if (token == Token::kClose && scanner_.depth() < value_depth_) return close_object();
  if (!skips && token != Token::kBlank) keep({&c, 1});
  return mode_;
}

void JsonFilter::keep(std::string_view text) {
  if (text.size() > room_.size() - kept_) too_long_ = true;
  if (too_long_) return;
  std::memcpy(room_.data() + kept_, text.data(), text.size());
  kept_ += text.size();
}

}  // namespace rules
