// SPDX-License-Identifier: MIT
#include "lib/ini.h"

// The library is built with this; its header must agree.
#define INI_HANDLER_LINENO 1
#include <ini.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "base/limits.h"

namespace lib {
namespace {

// inih wants one byte for a line's end and one for the NUL.
static_assert(kIniLongestLine + 2 <= base::limits::kConfigLine);

constexpr std::string_view kBlank = " \t\r\v\f";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool is_comment(std::string_view text) { return text.starts_with('#') || text.starts_with(';'); }

// Gives inih one line at a time, so that what it would pass over in silence, cut, or report only by the number of the
// first such line is seen here: it is told, and inih gets an empty line in its place. Sections are told here too:
// inih cuts their names, and can only tell of them when it was built so.
class Lines {
 public:
  Lines(std::string_view text, IniHandler& handler) : rest_(text), handler_(handler) {}

  bool next(std::span<char> buffer) {
    finish_line();
    if (rest_.empty()) return false;
    ++number_;
    const std::size_t length = std::min(rest_.find('\n'), rest_.size());
    line_ = trim(rest_.substr(0, length));
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    const std::string_view passed_on = look_at_line(std::min(buffer.size() - 2, kIniLongestLine));
    std::memcpy(buffer.data(), passed_on.data(), passed_on.size());
    buffer[passed_on.size()] = '\0';
    return true;
  }

  void on_entry(std::string_view key, std::string_view value) {
    entry_awaited_ = false;
    if (key.empty()) return handler_.on_mistake(number_, line_, IniMistake::kNoKey);
    handler_.on_entry(number_, key, value);
  }

 private:
  // inih calls back before it asks for the next line; when it did not, the line was no entry.
  void finish_line() {
    if (entry_awaited_) handler_.on_mistake(number_, line_, IniMistake::kNoEquals);
    entry_awaited_ = false;
  }

  std::string_view look_at_line(std::size_t longest) {
    if (line_.empty() || is_comment(line_)) return "";
    if (line_.contains('\0')) return mistake(IniMistake::kNulByte);
    if (line_.size() > longest) return mistake(IniMistake::kTooLong);
    if (line_.starts_with('[')) return look_at_section();
    entry_awaited_ = true;
    return line_;
  }

  std::string_view look_at_section() {
    const std::size_t end = line_.find(']');
    handler_.on_section(number_, trim(line_.substr(1, std::min(end, line_.size()) - 1)));
    if (end == std::string_view::npos) return mistake(IniMistake::kNoClosingBracket);
    const std::string_view behind = trim(line_.substr(end + 1));
    if (!behind.empty() && !is_comment(behind)) return mistake(IniMistake::kBehindSection);
    return line_;
  }

  std::string_view mistake(IniMistake mistake) {
    handler_.on_mistake(number_, line_, mistake);
    return "";
  }

  std::string_view rest_;
  IniHandler& handler_;
  std::string_view line_;
  unsigned number_ = 0;
  bool entry_awaited_ = false;
};

extern "C" char* read_ini_line(char* buffer, int size, void* lines) {
  return static_cast<Lines*>(lines)->next({buffer, static_cast<std::size_t>(size)}) ? buffer : nullptr;
}

extern "C" int on_ini_entry(void* lines, const char* /*section*/, const char* key, const char* value, int /*line*/) {
  // A library that was built to tell of sections does it with neither.
  if (key != nullptr && value != nullptr) static_cast<Lines*>(lines)->on_entry(key, value);
  return 1;
}

}  // namespace

std::string_view describe(IniMistake mistake) {
  switch (mistake) {
    case IniMistake::kUtf16:
      return "the file is saved as UTF-16. Save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8).";
    case IniMistake::kNulByte:
      return "this line has a NUL byte, as a damaged file has. Write the line again.";
    case IniMistake::kTooLong:
      return "this line is longer than 4094 bytes. Shorten it, or put the value into a file and write @/PATH.";
    case IniMistake::kNoClosingBracket:
      return "the ] is missing. A section is written [NAME].";
    case IniMistake::kBehindSection:
      return "there is text behind the ]. Write it in a line of its own.";
    case IniMistake::kNoEquals:
      return "this line has no =. Write KEY = VALUE, or begin a comment with #.";
    case IniMistake::kNoKey:
      return "there is nothing before the =. Write KEY = VALUE.";
  }
  return {};
}

void parse_ini(std::string_view text, IniHandler& handler) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return handler.on_mistake(1, {}, IniMistake::kUtf16);
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Lines lines(text, handler);
  ini_parse_stream(read_ini_line, &lines, on_ini_entry, &lines);
}

}  // namespace lib
