// SPDX-License-Identifier: MIT
#include "net/dbus_stream.h"

#include <algorithm>
#include <cstring>

namespace net {

namespace {

// The element's type when the body is one array of values that are worth to be given one by one; else empty.
std::string_view element_type(std::string_view signature) {
  if (signature.size() < 2 || signature[0] != 'a' || dbus_complete_type(signature) != signature.size()) return {};
  return signature.substr(1);
}

}  // namespace

void DBusStream::reset() {
  begin_ = end_ = 0;
  state_ = State::kHeader;
}

std::span<char> DBusStream::room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span(buffer_).subspan(end_);
}

bool DBusStream::received(std::size_t size) {
  end_ += size;
  while (step()) {
  }
  return state_ != State::kBroken;
}

// True: something was done, and more may be.
bool DBusStream::step() {
  switch (state_) {
    case State::kHeader:
      return read_header();
    case State::kBody:
      return give_body();
    case State::kArrayLength:
      return begin_array();
    case State::kElements:
      return give_element();
    case State::kSkipping:
      return skip();
    case State::kBroken:
      return false;
  }
  return false;
}

bool DBusStream::broken() {
  state_ = State::kBroken;
  return false;
}

void DBusStream::use(std::size_t size) {
  begin_ += size;
  body_left_ -= size;
}

bool DBusStream::read_header() {
  const std::string_view bytes = waiting();
  if (bytes.size() < kDBusFixedHeader) return false;
  const std::size_t size = dbus_header_size(bytes);
  if (size == 0 || size > buffer_.size()) return broken();
  if (bytes.size() < size) return false;
  if (!parse_dbus_header(bytes.substr(0, size), header_)) return broken();
  begin_ += size;
  body_left_ = header_.body_bytes;
  begin_body();
  return true;
}

void DBusStream::begin_body() {
  const bool one_array = !element_type(header_.signature).empty();
  if (one_array && body_left_ <= base::limits::kDBusMessage) {
    state_ = State::kArrayLength;
  } else if (!one_array && body_left_ <= buffer_.size()) {
    state_ = State::kBody;
  } else {
    start_skipping();
  }
}

bool DBusStream::give_body() {
  if (waiting().size() < body_left_) return false;
  const DBusReader body(waiting().substr(0, body_left_), 0, header_.big_endian);
  use(body_left_);
  state_ = State::kHeader;
  handler_.on_dbus_body(header_, body);
  return true;
}

bool DBusStream::begin_array() {
  DBusReader reader(waiting().substr(0, body_left_), 0, header_.big_endian);
  const std::size_t length = reader.uint32();
  reader.align(dbus_alignment(element_type(header_.signature).front()));
  if (reader.state() == DBusReader::State::kMore) return body_left_ <= waiting().size() ? broken() : false;
  if (!reader.good() || length != body_left_ - reader.used()) return broken();
  array_left_ = length;
  use(reader.used());
  state_ = State::kElements;
  return true;
}

bool DBusStream::give_element() {
  if (array_left_ == 0) return end_elements();
  const std::string_view type = element_type(header_.signature);
  const std::string_view bytes = waiting().substr(0, array_left_);
  const std::size_t offset = header_.body_bytes - body_left_;
  DBusReader measure(bytes, offset, header_.big_endian);
  measure.skip(type);
  if (measure.state() == DBusReader::State::kMore) {
    if (bytes.size() == array_left_) return broken();
    if (bytes.size() == buffer_.size()) return start_skipping();
    return false;
  }
  if (!measure.good()) return broken();
  array_left_ -= measure.used();
  use(measure.used());
  handler_.on_dbus_element(header_, DBusReader(bytes.substr(0, measure.used()), offset, header_.big_endian));
  return true;
}

bool DBusStream::end_elements() {
  state_ = State::kHeader;
  handler_.on_dbus_end(header_);
  return true;
}

bool DBusStream::start_skipping() {
  state_ = State::kSkipping;
  return true;
}

bool DBusStream::skip() {
  use(std::min(waiting().size(), body_left_));
  if (body_left_ > 0) return false;
  ++skipped_;
  state_ = State::kHeader;
  handler_.on_dbus_skipped(header_);
  return true;
}

}  // namespace net
