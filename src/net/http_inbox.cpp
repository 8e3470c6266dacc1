// SPDX-License-Identifier: MIT
#include "net/http_inbox.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace net {

namespace {

constexpr std::string_view kBearer = "bearer ";

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::ranges::equal(text.substr(0, lower.size()), lower, {}, to_lower);
}

// "gzip, deflate" or "br;q=1.0, gzip;q=0.8"; "gzip;q=0" says no. Source: RFC 9110 section 12.5.3.
bool accepts_gzip(std::string_view value) {
  const std::size_t at = value.find("gzip");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = value.substr(at + 4, value.find(',', at) - at - 4);
  const std::size_t weight = rest.find("q=0");
  return weight == std::string_view::npos || rest.find_first_of("123456789", weight) != std::string_view::npos;
}

std::string_view last_address(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
  list.remove_prefix(std::min(list.size(), list.find_first_not_of(" \t")));
  return list;
}

}  // namespace

HttpInbox::HttpInbox(HttpShared& shared, SmallBuffer& small)
    : shared_(shared), small_(small), parser_(*this, std::span(small).last(kValueBytes)) {}

void HttpInbox::open(const Peer& peer, bool encrypted) {
  request_ = {};
  request_.peer = peer;
  request_.encrypted = encrypted;
  input_begin_ = input_end_ = 0;
}

void HttpInbox::start(HttpTicket ticket) {
  lib::HttpLimits limits;
  limits.target_bytes = kTargetBytes;
  parser_.start_request(limits);
  cookie_.start();
  large_.release();
  request_ = {.encrypted = request_.encrypted, .peer = request_.peer, .ticket = ticket};
  refusal_ = {};
  target_bytes_ = work_bytes_ = body_bytes_ = 0;
  keeps_body_ = continue_ = false;
}

void HttpInbox::take(std::size_t bytes) {
  input_begin_ = 0;
  input_end_ = bytes;
}

HttpInbox::State HttpInbox::parse() {
  while (has_input()) {
    const std::string_view bytes(small_.data() + input_begin_, input_end_ - input_begin_);
    const lib::HttpParser::Progress progress = parser_.feed(bytes);
    input_begin_ += progress.used;
    if (progress.state == lib::HttpParser::State::kComplete) return State::kComplete;
    if (progress.state != lib::HttpParser::State::kFailed) continue;
    if (refusal_.status == 0) refuse(parser_.failure().status, parser_.failure().text);
    return State::kRefused;
  }
  return State::kMore;
}

bool HttpInbox::on_target(std::string_view piece) {
  std::memcpy(work().data() + work_bytes_, piece.data(), piece.size());
  work_bytes_ += piece.size();
  target_bytes_ = work_bytes_;
  return true;
}

void HttpInbox::on_header_piece(std::string_view name, std::string_view piece) {
  if (name == "cookie") cookie_.feed(piece);
}

void HttpInbox::on_header(const lib::HttpHeader& header) {
  HttpFields& fields = request_.fields;
  if (header.name == "host") {
    fields.host = keep(header.value);
  } else if (header.name == "x-api-key" || header.name == "authorization") {
    keep_key(header);
  } else if (header.name == "origin") {
    fields.origin = keep(header.value);
  } else if (header.name == "accept-encoding") {
    fields.accepts_gzip = accepts_gzip(header.value);
  } else if (header.name == "if-none-match") {
    fields.if_none_match = keep(header.value);
  } else if (header.name == "last-event-id") {
    fields.last_event_id = keep(header.value);
  } else if (header.name == "x-forwarded-for") {
    fields.forwarded = true;
    fields.forwarded_for = header.cut ? std::string_view() : keep(last_address(header.value));
  } else if (header.name == "forwarded" || header.name == "x-real-ip" || header.name == "via") {
    fields.forwarded = true;
  }
}

void HttpInbox::keep_key(const lib::HttpHeader& header) {
  std::string_view key = header.value;
  if (header.name == "authorization") {
    if (!starts_ignoring_case(key, kBearer)) return;
    key.remove_prefix(kBearer.size());
  }
  request_.fields.key = keep(key);
}

std::string_view HttpInbox::keep(std::string_view text) {
  if (text.size() > kWorkBytes - work_bytes_) {
    refuse(431, "the header fields are too long");
    return {};
  }
  char* const place = work().data() + work_bytes_;
  std::memcpy(place, text.data(), text.size());
  work_bytes_ += text.size();
  return {place, text.size()};
}

bool HttpInbox::on_headers_complete() {
  request_.fields.session = keep(cookie_.value());
  const unsigned hosts = parser_.host_count();
  if (hosts > 1 || (hosts == 0 && !parser_.is_http_1_0())) {
    refuse(400, "the request has to name one host, in one Host field");
  }
  if (refusal_.status != 0) return false;
  const std::optional<HttpRequest> parsed = parse_target(parser_.method(), {work().data(), target_bytes_});
  if (!parsed) {
    refuse(400, "the address asked for is none: it begins with a /");
    return false;
  }
  request_.method = parsed->method;
  request_.path = parsed->path;
  request_.query = parsed->query;
  request_.has_length = parser_.has_length();
  if (!parser_.has_body()) return true;
  keeps_body_ = shared_.service.takes_body(request_);
  continue_ = keeps_body_ && parser_.expects_continue() && !parser_.is_http_1_0();
  return true;
}

bool HttpInbox::on_body(std::string_view piece) {
  continue_ = false;
  return !keeps_body_ || store_body(piece);
}

bool HttpInbox::store_body(std::string_view piece) {
  char* place = work().data() + work_bytes_;
  if (!large_ && piece.size() > kWorkBytes - work_bytes_ - body_bytes_) {
    large_ = shared_.borrow(request_.peer);
    if (!large_) {
      refuse(503, "too many long requests and answers are under way: try again in a moment");
      return false;
    }
    std::memcpy(large_.bytes().data(), place, body_bytes_);
  }
  if (large_) place = large_.bytes().data();
  std::memcpy(place + body_bytes_, piece.data(), piece.size());
  body_bytes_ += piece.size();
  request_.body = {place, body_bytes_};
  return true;
}

}  // namespace net
