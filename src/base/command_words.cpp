// SPDX-License-Identifier: MIT
#include "base/command_words.h"

namespace base {

CommandWords::CommandWords(std::string_view text) : good_(text.size() <= kMostBytes && cut(text) && count_ > 0) {}

// A word is written behind the one before it, without its quotes: never longer than the text.
bool CommandWords::cut(std::string_view text) {
  char* out = bytes_.data();
  bool quoted = false;
  bool in_word = false;
  for (const char c : text) {
    if (c == '\0') return false;
    const bool blank = (c == ' ' || c == '\t') && !quoted;
    if (blank && in_word) *out++ = '\0';
    if (!blank && !in_word) {
      if (count_ == kMostWords) return false;
      argv_[count_++] = out;
    }
    in_word = !blank;
    if (c == '"') {
      quoted = !quoted;
    } else if (!blank) {
      *out++ = c;
    }
  }
  return !quoted;
}

}  // namespace base
