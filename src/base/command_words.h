// SPDX-License-Identifier: MIT
// A command line as the configuration has it, cut into the words that execve(2) wants. No shell: a blank ends a word,
// double quotes keep blanks inside, and nothing else means anything. Owns its copy of the text.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace base {

class CommandWords {
 public:
  static constexpr std::size_t kMostWords = 16;
  static constexpr std::size_t kMostBytes = 255;

  explicit CommandWords(std::string_view text);
  CommandWords(const CommandWords&) = delete;
  CommandWords& operator=(const CommandWords&) = delete;

  /// False: there is no word, or one too many, or a quote that is not closed, or the text is too long.
  bool good() const { return good_; }
  std::size_t size() const { return count_; }
  /// The words, and nullptr after the last one.
  const char* const* argv() const { return argv_.data(); }

 private:
  bool cut(std::string_view text);

  std::array<char, kMostBytes + 1> bytes_{};
  std::array<const char*, kMostWords + 1> argv_{};
  std::size_t count_ = 0;
  bool good_ = false;
};

}  // namespace base
