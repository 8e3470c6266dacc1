// SPDX-License-Identifier: MIT
#include "lib/json.h"

#include <cJSON.h>

#include <cmath>
#include <memory>

#include "base/utf8.h"

namespace lib {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The value of four hexadecimal digits at the beginning of `text`; nothing when there are none.
std::optional<unsigned> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (!is_digit(c) && !(lower >= 'a' && lower <= 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  return value;
}

// Looks through a text for everything that cJSON would let pass, cut or misread: depth, control characters, bytes that
// are no UTF-8, \u0000 and \uXYZ_ (a NUL, which ends a string early), numbers such as 01 and 1., a byte order mark.
// What stands where is left to cJSON.
class Check {
 public:
  explicit Check(std::string_view text) : rest_(text) {}

  std::optional<JsonMistake> run() {
    while (!rest_.empty()) {
      if (const auto mistake = token(rest_.front())) return mistake;
    }
    return std::nullopt;
  }

 private:
  std::optional<JsonMistake> token(char c) {
    if (c == '"') return string();
    if (c == '-' || is_digit(c)) return number();
    rest_.remove_prefix(1);
    if (c == '[' || c == '{') return ++depth_ > kJsonDeepest ? std::optional(JsonMistake::kTooDeep) : std::nullopt;
    if (c == ']' || c == '}') return depth_-- == 0 ? std::optional(JsonMistake::kNotJson) : std::nullopt;
    const bool known = (c >= 'a' && c <= 'z') || std::string_view(" \t\r\n,:").contains(c);
    return known ? std::nullopt : std::optional(JsonMistake::kNotJson);
  }

  std::optional<JsonMistake> string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"') {
        rest_.remove_prefix(1);
        return std::nullopt;
      }
      const auto mistake = c == '\\' ? escape() : character(c);
      if (mistake) return mistake;
    }
    return JsonMistake::kNotJson;
  }

  std::optional<JsonMistake> character(char c) {
    if (static_cast<unsigned char>(c) < 0x20) return c == '\0' ? JsonMistake::kNulCharacter : JsonMistake::kNotJson;
    const std::size_t length = base::utf8_length(rest_);
    if (length == 0) return JsonMistake::kNotUtf8;
    rest_.remove_prefix(length);
    return std::nullopt;
  }

  std::optional<JsonMistake> escape() {
    if (rest_.size() < 2) return JsonMistake::kNotJson;
    if (rest_[1] != 'u') {
      const bool known = std::string_view("\"\\/bfnrt").contains(rest_[1]);
      rest_.remove_prefix(2);
      return known ? std::nullopt : std::optional(JsonMistake::kNotJson);
    }
    const auto first = hex4(rest_.substr(2));
    if (!first) return JsonMistake::kNotJson;
    if (*first == 0) return JsonMistake::kNulCharacter;
    rest_.remove_prefix(6);
    const bool surrogate = *first >= 0xD800 && *first <= 0xDFFF;
    if (!surrogate) return std::nullopt;
    const auto second = rest_.starts_with("\\u") ? hex4(rest_.substr(2)) : std::nullopt;
    if (*first >= 0xDC00 || !second || *second < 0xDC00 || *second > 0xDFFF) return JsonMistake::kNotUtf8;
    rest_.remove_prefix(6);
    return std::nullopt;
  }

  // RFC 8259 section 6.
  std::optional<JsonMistake> number() {
    take('-');
    if (!take('0') && digits() == 0) return JsonMistake::kNotJson;
    if (take('.') && digits() == 0) return JsonMistake::kNotJson;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (digits() == 0) return JsonMistake::kNotJson;
    }
    const bool ends = rest_.empty() || std::string_view(" \t\r\n,]}").contains(rest_.front());
    return ends ? std::nullopt : std::optional(JsonMistake::kNotJson);
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::size_t digits() {
    std::size_t count = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); ++count) rest_.remove_prefix(1);
    return count;
  }

  std::string_view rest_;
  unsigned depth_ = 0;
};

// cJSON's hooks take no argument: the memory of the text that is being read, set by Arena for as long as it lives.
class Arena;
Arena* current = nullptr;

class Arena {
 public:
  explicit Arena(std::span<std::byte> memory) : begin_(memory.data()), left_(memory.size()) {
    current = this;
    cJSON_Hooks hooks = {.malloc_fn = &allocate, .free_fn = &release};
    cJSON_InitHooks(&hooks);
  }
  ~Arena() { current = nullptr; }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  bool exhausted() const { return exhausted_; }

 private:
  static void* allocate(std::size_t bytes) {
    Arena& arena = *current;
    void* const block = std::align(alignof(cJSON), bytes, arena.begin_, arena.left_);
    if (block == nullptr) {
      arena.exhausted_ = true;
      return nullptr;
    }
    arena.begin_ = static_cast<std::byte*>(block) + bytes;
    arena.left_ -= bytes;
    return block;
  }
  static void release(void*) {}

  void* begin_;
  std::size_t left_;
  bool exhausted_ = false;
};

}  // namespace

std::string_view json_version() { return cJSON_Version(); }

std::string_view describe(JsonMistake mistake) {
  switch (mistake) {
    case JsonMistake::kNotJson:
      return "is not JSON";
    case JsonMistake::kNotUtf8:
      return "is not UTF-8";
    case JsonMistake::kNulCharacter:
      return "has a NUL character";
    case JsonMistake::kTooDeep:
      return "is nested too deep";
    case JsonMistake::kTooLarge:
      return "has too many values";
  }
  return {};
}

JsonValue::Kind JsonValue::kind() const {
  if (node_ == nullptr) return Kind::kAbsent;
  switch (node_->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
      return Kind::kBoolean;
    case cJSON_Number:
      return Kind::kNumber;
    case cJSON_String:
      return Kind::kString;
    case cJSON_Array:
      return Kind::kArray;
    case cJSON_Object:
      return Kind::kObject;
    default:
      return Kind::kNull;
  }
}

std::optional<bool> JsonValue::boolean() const {
  if (kind() != Kind::kBoolean) return std::nullopt;
  return cJSON_IsTrue(node_) != 0;
}

std::optional<double> JsonValue::number() const {
  if (kind() != Kind::kNumber || !std::isfinite(node_->valuedouble)) return std::nullopt;
  return node_->valuedouble;
}

std::optional<std::int64_t> JsonValue::integer() const {
  constexpr double kLargest = 9007199254740992.0;
  const auto value = number();
  if (!value || std::fabs(*value) > kLargest || std::trunc(*value) != *value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::string_view> JsonValue::string() const {
  if (kind() != Kind::kString) return std::nullopt;
  return node_->valuestring;
}

JsonValue JsonValue::member(std::string_view name) const {
  JsonValue found;
  if (kind() != Kind::kObject) return found;
  for (JsonValue member = first(); member; member = member.next()) {
    if (member.name() == name) found = member;
  }
  return found;
}

JsonValue JsonValue::first() const { return JsonValue(node_ != nullptr ? node_->child : nullptr); }

JsonValue JsonValue::next() const { return JsonValue(node_ != nullptr ? node_->next : nullptr); }

std::string_view JsonValue::name() const {
  return node_ != nullptr && node_->string != nullptr ? node_->string : std::string_view();
}

std::expected<JsonValue, JsonMistake> JsonReader::read(std::string_view text) {
  if (text.size() > memory_.size()) return std::unexpected(JsonMistake::kTooLarge);
  if (const auto mistake = Check(text).run()) return std::unexpected(*mistake);
  Arena arena(memory_);
  const char* end = nullptr;
  const cJSON* const node = cJSON_ParseWithLengthOpts(text.data(), text.size(), &end, 0);
  if (node == nullptr) return std::unexpected(arena.exhausted() ? JsonMistake::kTooLarge : JsonMistake::kNotJson);
  const std::string_view behind = text.substr(static_cast<std::size_t>(end - text.data()));
  if (behind.find_first_not_of(" \t\r\n") != std::string_view::npos) return std::unexpected(JsonMistake::kNotJson);
  return JsonValue(node);
}

}  // namespace lib
