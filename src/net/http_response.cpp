// SPDX-License-Identifier: MIT
#include "net/http_response.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/json_string.h"

namespace net {

namespace {

struct Reason {
  std::uint16_t status;
  std::string_view phrase;
};
constexpr Reason kReasons[] = {
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

using Head = base::FixedString<HttpResponse::kHeadBytes - 16>;  // the rest of the gap is for the first chunk's size

// IMF-fixdate of RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
void append_date(Head& text, base::WallTime now) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  text.appendf("Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n", kDays[std::chrono::weekday(day).c_encoding()],
               static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
               static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
               static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
}

}  // namespace

std::string_view reason_phrase(std::uint16_t status) {
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.phrase;
  }
  return "Unknown";
}

HttpResponse::HttpResponse(std::span<char> room) : room_(room), body_(place_of_body(room)) {}

void HttpResponse::add_field(std::string_view name, std::string_view value) {
  fields_.append(name).append(": ").append(value).append("\r\n");
  assert(!fields_.truncated() && value.find_first_of("\r\n") == std::string_view::npos);
}

void HttpResponse::become(std::uint16_t status, std::string_view sentence) {
  drop_source();
  status_ = status;
  content_type_ = "application/json";
  cache_control_ = "no-store";
  fields_.clear();
  constant_ = {};
  events_ = nullptr;
  deferred_ = false;
  body_ = base::TextWriter(place_of_body(room_));
  body_.append("{\"status\":\"error\",\"message\":");
  base::append_json_string(body_, sentence);
  body_.append("}\n");
}

void* HttpResponse::make_source_room(std::size_t size, std::size_t alignment) {
  drop_source();
  void* place = room_.data() + room_.size() - std::min(room_.size(), kSourceBytes);
  std::size_t left = kSourceBytes;
  const bool fits = room_.size() >= kHeadBytes + BodySource::kPieceBytes + kTailBytes + kSourceBytes;
  if (!fits || std::align(alignment, size, place, left) == nullptr) {
    body_ = base::TextWriter({});
    body_.append("x");  // overflowed
    return nullptr;
  }
  room_ = room_.first(room_.size() - kSourceBytes);
  body_ = base::TextWriter(place_of_body(room_));
  return place;
}

void HttpResponse::drop_source() {
  if (source_ != nullptr) std::exchange(source_, nullptr)->~BodySource();
}

std::string_view HttpResponse::finish(const Finish& how) {
  Head head;
  head.appendf("HTTP/1.1 %u ", status_);
  head.append(reason_phrase(status_)).append("\r\n");
  append_date(head, how.now);
  head.appendf("Content-Type: %s\r\n", content_type_);
  if (how.framing == Framing::kLength && status_ != 304) {
    head.appendf("Content-Length: %zu\r\n", body_.size() + constant_.size());
  }
  if (how.framing == Framing::kChunks) head.append("Transfer-Encoding: chunked\r\n");
  head.appendf("Cache-Control: %s\r\nContent-Security-Policy: %s\r\n", cache_control_, policy_);
  head.append("X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n").append(fields_);
  if (status_ == 503) head.append("Retry-After: 1\r\n");
  if (how.connection == Connection::kClose) head.append("Connection: close\r\n");
  if (how.connection == Connection::kKeepHttp1) head.append("Connection: keep-alive\r\n");
  head.append("\r\n");
  assert(!head.truncated());
  std::string_view body(room_.data() + kHeadBytes, how.head_only || status_ == 304 ? 0 : body_.size());
  if (how.framing == Framing::kChunks && !body.empty()) body = frame(room_, body.size(), true, false);
  const std::size_t gap = static_cast<std::size_t>(body.data() - room_.data());
  char* const begin = room_.data() + gap - head.size();
  std::memcpy(begin, head.c_str(), head.size());
  return {begin, head.size() + body.size()};
}

std::string_view HttpResponse::frame(std::span<char> room, std::size_t size, bool chunked, bool last) {
  char* begin = room.data() + kHeadBytes;
  char* end = begin + size;
  if (!chunked) return {begin, size};
  if (size > 0) {
    char line[12];
    const int length = std::snprintf(line, sizeof line, "%zx\r\n", size);
    begin -= length;
    std::memcpy(begin, line, static_cast<std::size_t>(length));
    end = std::ranges::copy(std::string_view("\r\n"), end).out;
  }
  if (last) {
    end = std::ranges::copy(std::string_view("0\r\n\r\n"), end).out;
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace net
