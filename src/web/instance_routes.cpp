// SPDX-License-Identifier: MIT
#include "web/instance_routes.h"

#include <array>
#include <cstddef>
#include <expected>

#include "base/json_writer.h"
#include "lib/json.h"

namespace web {

namespace {

using net::HttpResponse;
using Reply = InstanceDesk::Reply;

// A body's longest text, and what JSON makes of it besides.
constexpr std::size_t kJsonBytes = base::limits::kHttpBodyBytes + 4 * base::limits::kKib;

void write_message(HttpResponse& response, std::string_view message) {
  response.set_content_type("application/json");
  base::JsonWriter(response.body()).begin_object().text("status", "success").text("message", message).end_object();
}

// Nothing: the response says what is wrong with the body. An object without members is read as such.
std::optional<lib::JsonValue> read_object(lib::JsonReader& reader, std::string_view body, HttpResponse& response) {
  if (body.empty()) return lib::JsonValue();
  const auto value = reader.read(body);
  if (!value) {
    const base::FixedString<95> sentence = base::FixedString<95>("The body ").append(lib::describe(value.error()));
    response.become(400, sentence);
    return std::nullopt;
  }
  if (value->kind() == lib::JsonValue::Kind::kNull) return lib::JsonValue();
  if (value->kind() != lib::JsonValue::Kind::kObject) {
    response.become(400, "The body is not a JSON object");
    return std::nullopt;
  }
  return *value;
}

// The member's text; an absent one, and null, is empty. False: it is something else, and the response says so.
bool take_text(lib::JsonValue object, std::string_view name, std::string_view& text, HttpResponse& response) {
  const lib::JsonValue member = object.member(name);
  if (const auto string = member.string()) {
    text = *string;
    return true;
  }
  if (!member || member.kind() == lib::JsonValue::Kind::kNull) return true;
  response.become(400, base::FixedString<63>(name).append(" is not a text"));
  return false;
}

// Of the requests of one that is registered. Empty: the response says what is wrong.
std::string_view take_id(std::optional<lib::JsonValue> object, HttpResponse& response) {
  std::string_view id;
  if (!object) return id;
  if (!object->first()) {
    response.become(400, "No data provided");
  } else if (take_text(*object, "instance_id", id, response) && id.empty()) {
    response.become(400, "instance_id is required");
  }
  return id;
}

void settle(Reply reply, HttpResponse& response) {
  switch (reply) {
    case Reply::kDone:
      return;
    case Reply::kLater:
      return response.defer();
    case Reply::kRunning:
      return response.become(409, "Failed to register instance - scrapper key may already be running");
    case Reply::kFull:
      return response.become(503, "As many instances run as there is room for");
    case Reply::kUnknown:
      return response.become(404, "No instance has this instance_id");
    case Reply::kNotStored:
      return write_not_stored(response);
  }
}

base::FixedString<64> address_of(const Context& context) {
  if (context.request.peer.on_unix_socket()) return base::FixedString<64>(context.view().status().host_name);
  return base::FixedString<64>(context.request.peer.address.text());
}

void write_row(base::TextWriter& out, bool first, const rules::Instance& instance, std::string_view error) {
  base::JsonWriter json(out, !first);
  json.begin_object()
      .text("instance_id", instance.id)
      .text("scrapper_key", instance.key)
      .text("hostname", instance.host)
      .text("status", rules::instance_status_name(instance.status))
      .time("created_at", instance.created_at)
      .time("last_heartbeat", instance.last_heartbeat);
  (error.empty() ? json.null("error_message") : json.text("error_message", error))
      .integer("notification_count", instance.notifications)
      .end_object();
}

class InstanceList final : public net::BodySource {
 public:
  explicit InstanceList(const rules::InstanceWatch& instances) : instances_(instances) {}

  Fill fill(base::TextWriter& piece) override {
    if (!begun_) piece.append(R"({"status":"success","instances":[)");
    begun_ = true;
    while (const auto next = instances_.next(last_)) {
      if (piece.left() < kRowBytes) return Fill::kMore;
      const rules::Instance instance = instances_.at(*next);
      write_row(piece, count_ == 0, instance, instance.error);
      last_ = next;
      ++count_;
    }
    if (piece.left() < kEndBytes) return Fill::kMore;
    piece.appendf("],\"count\":%zu}", count_);
    return Fill::kDone;
  }

 private:
  static constexpr std::size_t kEndBytes = 32;
  // A text takes six bytes a character at worst in the error, which may have control characters, and two elsewhere.
  static constexpr std::size_t kRowBytes =
      6 * rules::InstanceWatch::kErrorBytes + 4 * rules::InstanceWatch::kIdBytes + 256;
  static_assert(kRowBytes + 64 <= kPieceBytes);

  const rules::InstanceWatch& instances_;
  std::optional<rules::InstanceWatch::Position> last_;
  std::size_t count_ = 0;
  bool begun_ = false;
};

}  // namespace

void post_instance_start(Context& context, HttpResponse& response) {
  std::array<std::byte, kJsonBytes> memory;
  lib::JsonReader reader(memory);
  const auto object = read_object(reader, context.request.body, response);
  std::string_view key;
  std::string_view host;
  if (!object || !take_text(*object, "scrapper_key", key, response) || !take_text(*object, "hostname", host, response))
    return;
  if (key.empty()) return response.become(400, "scrapper_key is required");
  const auto address = address_of(context);
  if (host.empty()) host = address;
  if (!rules::InstanceWatch::fits(key, host)) {
    return response.become(
        400, "scrapper_key and hostname are too long (together 245 bytes at most), or have control characters");
  }
  settle(context.site.desks.instances->start(key, host, context.request.ticket), response);
}

void post_instance_alive(Context& context, HttpResponse& response) {
  std::array<std::byte, kJsonBytes> memory;
  lib::JsonReader reader(memory);
  const std::string_view id = take_id(read_object(reader, context.request.body, response), response);
  if (id.empty()) return;
  const Reply reply = context.site.desks.instances->alive(id);
  if (reply != Reply::kDone) return settle(reply, response);
  write_message(response, "Heartbeat updated successfully");
}

void post_instance_crash(Context& context, HttpResponse& response) {
  std::array<std::byte, kJsonBytes> memory;
  lib::JsonReader reader(memory);
  const auto object = read_object(reader, context.request.body, response);
  const std::string_view id = take_id(object, response);
  std::string_view error;
  if (id.empty() || !take_text(*object, "error_message", error, response)) return;
  if (error.empty()) error = "Unknown error";
  const Reply reply = context.site.desks.instances->crash(id, error, context.request.ticket);
  if (reply != Reply::kDone) return settle(reply, response);
  write_crashed(response);
}

void post_instance_stop(Context& context, HttpResponse& response) {
  std::array<std::byte, kJsonBytes> memory;
  lib::JsonReader reader(memory);
  const std::string_view id = take_id(read_object(reader, context.request.body, response), response);
  if (id.empty()) return;
  const Reply reply = context.site.desks.instances->stop(id, context.request.ticket);
  if (reply != Reply::kDone) return settle(reply, response);
  write_stopped(response);
}

void get_registered(Context& context, HttpResponse& response) {
  response.set_content_type("application/json");
  response.stream<InstanceList>(context.site.desks.instances->instances());
}

void write_started(const rules::Instance& instance, HttpResponse& response) {
  response.set_content_type("application/json");
  base::JsonWriter(response.body())
      .begin_object()
      .text("status", "success")
      .text("instance_id", instance.id)
      .text("scrapper_key", instance.key)
      .text("message", "Instance registered successfully")
      .end_object();
}

void write_crashed(HttpResponse& response) { write_message(response, "Crash reported successfully"); }

void write_stopped(HttpResponse& response) { write_message(response, "Stop reported successfully"); }

void write_not_stored(HttpResponse& response) {
  response.become(503, "This is not on the disk yet, which cannot be written now: try again");
}

}  // namespace web
