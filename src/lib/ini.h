// SPDX-License-Identifier: MIT
// INI text into sections and entries: the wrapper over inih (libinih). Goes on after a mistake. Owns nothing, keeps
// nothing, knows no key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lib {

enum class IniMistake : std::uint8_t {
  kUtf16,             // the whole text; nothing of it is read
  kNulByte,           // the line is skipped, as after the next
  kTooLong,           // over kIniLongestLine
  kNoClosingBracket,  // taken for the section that it names
  kBehindSection,     // text that is no comment behind the ]; the section is taken
  kNoEquals,
  kNoKey,
};

/// What is wrong with such a line and how it is right: a sentence for a person.
std::string_view describe(IniMistake mistake);

/// What parse_ini() finds, in the order of the lines, which are counted from 1. The views live during the call only.
class IniHandler {
 public:
  virtual void on_section(unsigned line, std::string_view name) = 0;
  /// In the section told last. Neither `key` nor `value` has blanks around it; `value` may be empty.
  virtual void on_entry(unsigned line, std::string_view key, std::string_view value) = 0;
  /// `text` is the line without the blanks around it.
  virtual void on_mistake(unsigned line, std::string_view text, IniMistake mistake) = 0;

 protected:
  ~IniHandler() = default;
};

/// Without the line's end.
inline constexpr std::size_t kIniLongestLine = 4094;

/// `KEY = VALUE` or `KEY: VALUE` under `[SECTION]`; # and ; begin a comment at the start of a line only. LF or CRLF,
/// with or without a byte order mark.
void parse_ini(std::string_view text, IniHandler& handler);

}  // namespace lib
