// SPDX-License-Identifier: MIT
#include "net/http_response.h"

#include <cassert>
#include <cstring>

namespace net {

namespace {

struct Reason {
  std::uint16_t status;
  std::string_view phrase;
};
constexpr Reason kReasons[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

// IMF-fixdate of RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
void append_date(base::FixedString<HttpResponse::kHeadBytes>& text, base::WallTime now) {
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

void HttpResponse::become(std::uint16_t status, std::string_view sentence) {
  status_ = status;
  content_type_ = "text/plain; charset=utf-8";
  allow_.clear();
  body_.clear();
  body_.append(sentence).append("\n");
}

std::string_view HttpResponse::finish(base::WallTime now, Connection connection, bool head_only) {
  base::FixedString<kHeadBytes> head;
  head.appendf("HTTP/1.1 %u ", status_);
  head.append(reason_phrase(status_)).append("\r\n");
  append_date(head, now);
  head.appendf("Content-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n", content_type_, body_.size());
  if (!allow_.empty()) head.append("Allow: ").append(allow_).append("\r\n");
  if (status_ == 503) head.append("Retry-After: 1\r\n");
  if (connection == Connection::kClose) head.append("Connection: close\r\n");
  if (connection == Connection::kKeepHttp1) head.append("Connection: keep-alive\r\n");
  head.append("\r\n");
  assert(!head.truncated());
  char* const begin = room_.data() + kHeadBytes - head.size();
  std::memcpy(begin, head.c_str(), head.size());
  return {begin, head.size() + (head_only ? 0 : body_.size())};
}

}  // namespace net
