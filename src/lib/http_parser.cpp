// SPDX-License-Identifier: MIT
#include "lib/http_parser.h"

#include <llhttp.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace lib {

namespace {

constexpr const char* kOtherVersion = "only HTTP/1.0 and HTTP/1.1 are spoken here";

constexpr int kGoOn = 0;
constexpr int kGiveUp = -1;
constexpr int kNoBody = 1;  // from on_headers_complete

llhttp_t* raw(auto& state) { return std::launder(reinterpret_cast<llhttp_t*>(state.data())); }
const llhttp_t* raw(const auto& state) { return std::launder(reinterpret_cast<const llhttp_t*>(state.data())); }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, to_lower);
}

// tchar of RFC 9110 section 5.6.2: what a method may be made of.
bool is_token_char(char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
  return alphanumeric || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

}  // namespace

struct HttpParser::Callbacks {
  static HttpParser& self(llhttp_t* parser) { return *static_cast<HttpParser*>(parser->data); }

  template <int (HttpParser::*Method)(std::string_view)>
  static int piece(llhttp_t* parser, const char* at, std::size_t length) {
    return (self(parser).*Method)({at, length});
  }
  template <int (HttpParser::*Method)()>
  static int event(llhttp_t* parser) {
    return (self(parser).*Method)();
  }

  static const llhttp_settings_t kSettings;
};

constinit const llhttp_settings_t HttpParser::Callbacks::kSettings = [] {
  llhttp_settings_t settings{};
  settings.on_url = piece<&HttpParser::take_target>;
  settings.on_header_field = piece<&HttpParser::take_header_name>;
  settings.on_header_value = piece<&HttpParser::take_header_value>;
  settings.on_header_value_complete = event<&HttpParser::end_header>;
  settings.on_headers_complete = event<&HttpParser::end_headers>;
  settings.on_chunk_extension_name = piece<&HttpParser::take_chunk_extension>;
  settings.on_chunk_extension_value = piece<&HttpParser::take_chunk_extension>;
  settings.on_body = piece<&HttpParser::take_body>;
  settings.on_message_complete = event<&HttpParser::end_message>;
  return settings;
}();

void HttpParser::start_request(const HttpLimits& limits) { start(HTTP_REQUEST, limits, false); }

void HttpParser::start_response(const HttpLimits& limits, bool answer_to_head) {
  start(HTTP_RESPONSE, limits, answer_to_head);
}

void HttpParser::start(int type, const HttpLimits& limits, bool answer_to_head) {
  static_assert(sizeof(llhttp_t) <= kStateBytes && alignof(llhttp_t) <= 8);
  llhttp_t* parser = new (llhttp_.data()) llhttp_t;
  llhttp_init(parser, static_cast<llhttp_type_t>(type), &Callbacks::kSettings);
  parser->data = this;
  limits_ = limits;
  failure_ = {};
  name_.clear();
  value_bytes_ = header_bytes_ = target_bytes_ = extra_bytes_ = 0;
  body_bytes_ = 0;
  state_ = State::kMore;
  host_count_ = 0;
  answer_to_head_ = answer_to_head;
  headers_complete_ = expects_continue_ = keep_alive_ = false;
}

HttpParser::Progress HttpParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (state_ == State::kMore && used < bytes.size()) {
    std::string_view piece = bytes.substr(used);
    const bool in_header = !headers_complete_;
    if (in_header) piece = piece.substr(0, limits_.header_bytes - header_bytes_);
    if (piece.empty()) {
      fail(431, "the header is too long");
      break;
    }
    llhttp_t* parser = raw(llhttp_);
    const llhttp_errno_t code = llhttp_execute(parser, piece.data(), piece.size());
    std::size_t taken = piece.size();
    if (code != HPE_OK) {
      taken = static_cast<std::size_t>(llhttp_get_error_pos(parser) - piece.data());
      if (state_ == State::kMore) fail_from(code, piece.substr(taken));
    }
    if (in_header) header_bytes_ += taken;
    used += taken;
  }
  return {state_, used};
}

HttpParser::State HttpParser::finish() {
  if (state_ != State::kMore) return state_;
  const bool whole = llhttp_finish(raw(llhttp_)) == HPE_OK;
  if (state_ == State::kMore) {
    if (untouched()) {
      fail(400, "the connection was closed before a message");
    } else if (!whole || !headers_complete_) {
      fail(400, "the connection was closed inside the message");
    }
  }
  return state_;
}

HttpMethod HttpParser::method() const {
  switch (raw(llhttp_)->method) {
    case HTTP_GET:
      return HttpMethod::kGet;
    case HTTP_HEAD:
      return HttpMethod::kHead;
    case HTTP_POST:
      return HttpMethod::kPost;
    case HTTP_PUT:
      return HttpMethod::kPut;
    case HTTP_DELETE:
      return HttpMethod::kDelete;
    case HTTP_OPTIONS:
      return HttpMethod::kOptions;
    default:
      return HttpMethod::kOther;
  }
}

std::uint16_t HttpParser::status() const { return raw(llhttp_)->status_code; }

bool HttpParser::is_http_1_0() const { return raw(llhttp_)->http_minor == 0; }

bool HttpParser::has_body() const {
  const llhttp_t* parser = raw(llhttp_);
  return (parser->flags & F_CHUNKED) != 0 || ((parser->flags & F_CONTENT_LENGTH) != 0 && parser->content_length > 0);
}

bool HttpParser::has_length() const { return (raw(llhttp_)->flags & (F_CHUNKED | F_CONTENT_LENGTH)) != 0; }

// An answer before the answer, such as 100 Continue and 103 Early Hints. Source: RFC 9110 section 15.2.
bool HttpParser::interim() const {
  const llhttp_t* parser = raw(llhttp_);
  return parser->type == HTTP_RESPONSE && parser->status_code / 100 == 1;
}

int HttpParser::fail(std::uint16_t status, const char* text) {
  state_ = State::kFailed;
  failure_ = {status, text};
  return kGiveUp;
}

int HttpParser::take_target(std::string_view piece) {
  target_bytes_ += piece.size();
  if (target_bytes_ > limits_.target_bytes) return fail(414, "the address asked for is too long");
  return handler_.on_target(piece) ? kGoOn : fail(500, "the receiver gave up");
}

int HttpParser::take_chunk_extension(std::string_view piece) {
  extra_bytes_ += piece.size();
  return extra_bytes_ <= limits_.header_bytes ? kGoOn : fail(431, "the trailers or chunk extensions are too long");
}

int HttpParser::take_header_name(std::string_view piece) {
  if (headers_complete_) return take_chunk_extension(piece);
  for (const char c : piece) {
    const char lower = to_lower(c);
    name_.append({&lower, 1});
  }
  return kGoOn;
}

int HttpParser::take_header_value(std::string_view piece) {
  if (headers_complete_) return take_chunk_extension(piece);
  if (!name_.truncated() && !interim()) handler_.on_header_piece(name_.view(), piece);
  if (value_bytes_ < value_room_.size()) {
    const std::size_t length = std::min(piece.size(), value_room_.size() - value_bytes_);
    std::memcpy(value_room_.data() + value_bytes_, piece.data(), length);
  }
  value_bytes_ += piece.size();
  return kGoOn;
}

int HttpParser::end_header() {
  if (headers_complete_) return kGoOn;
  std::string_view value(value_room_.data(), std::min(value_bytes_, value_room_.size()));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  const HttpHeader header{name_.view(), value, value_bytes_ > value_room_.size()};
  if (header.name == "host" && host_count_ < 2) ++host_count_;
  if (header.name == "expect") expects_continue_ = equals_ignoring_case(header.value, "100-continue");
  if (!name_.truncated() && !interim()) handler_.on_header(header);
  name_.clear();
  value_bytes_ = 0;
  return kGoOn;
}

int HttpParser::end_headers() {
  llhttp_t* parser = raw(llhttp_);
  if (parser->http_major != 1 || parser->http_minor > 1) {
    return fail(505, kOtherVersion);
  }
  if (parser->type == HTTP_REQUEST && parser->method == HTTP_CONNECT) return fail(501, "this is no proxy");
  if (parser->type == HTTP_RESPONSE && parser->status_code == 101) {
    return fail(502, "the server changed to another protocol, which nobody asked for");
  }
  if (interim()) return kNoBody;
  // A request to change the protocol may be ignored: RFC 9110 section 7.8.
  parser->upgrade = 0;
  headers_complete_ = true;
  // Whatever their header says about a length: RFC 9112 section 6.3.
  const bool never_a_body = answer_to_head_ || parser->status_code == 204 || parser->status_code == 304;
  if (!never_a_body && (parser->flags & F_CONTENT_LENGTH) != 0 && parser->content_length > limits_.body_bytes) {
    return fail(413, "the body is too long");
  }
  if (!handler_.on_headers_complete()) return fail(500, "the receiver gave up");
  return never_a_body ? kNoBody : kGoOn;
}

int HttpParser::take_body(std::string_view piece) {
  if (piece.size() > limits_.body_bytes - body_bytes_) return fail(413, "the body is too long");
  body_bytes_ += piece.size();
  return handler_.on_body(piece) ? kGoOn : fail(500, "the receiver gave up");
}

int HttpParser::end_message() {
  if (interim()) return kGoOn;
  keep_alive_ = llhttp_should_keep_alive(raw(llhttp_)) != 0;
  state_ = State::kComplete;
  return HPE_PAUSED;
}

void HttpParser::fail_from(int code, std::string_view rest) {
  switch (code) {
    case HPE_INVALID_METHOD:
      // A word that is no method here, or bytes that are no HTTP at all (a TLS hello): RFC 9110 section 9.1.
      if (!rest.empty() && is_token_char(rest.front())) {
        fail(501, "this method is not known");
      } else {
        fail(400, "this is no HTTP request");
      }
      return;
    case HPE_INVALID_VERSION:
      // llhttp uses this also for a line that ends wrongly after a version that is right.
      if (raw(llhttp_)->http_major == 1 && raw(llhttp_)->http_minor <= 1) {
        fail(400, "the first line does not end in CR LF");
      } else {
        fail(505, kOtherVersion);
      }
      return;
    case HPE_PAUSED_H2_UPGRADE:
      fail(505, kOtherVersion);
      return;
    default: {
      const char* reason = llhttp_get_error_reason(raw(llhttp_));
      fail(400, reason != nullptr && *reason != '\0' ? reason : "this is no proper HTTP message");
    }
  }
}

std::string_view HttpParser::version() {
#define LIMPET_TEXT_OF(number) #number
#define LIMPET_VERSION(major, minor, patch) LIMPET_TEXT_OF(major) "." LIMPET_TEXT_OF(minor) "." LIMPET_TEXT_OF(patch)
  return LIMPET_VERSION(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH);
}

}  // namespace lib
