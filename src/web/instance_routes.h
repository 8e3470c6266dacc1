// SPDX-License-Identifier: MIT
// The routes by which scripts register themselves, /instance/* and /instances: their requests and answers, wire for
// wire those of the earlier monitor, but for an unknown id, which is a 404 here. Knows JSON, nothing of instances.
#pragma once

#include <optional>
#include <string_view>

#include "net/http_response.h"
#include "rules/instance_watch.h"
#include "web/route.h"

namespace web {

/// Who does what the requests ask for.
class InstanceDesk {
 public:
  enum class Reply : std::uint8_t {
    kDone,
    kLater,  // once it is on the disk: the request is answered then, with the ticket it had
    kRunning,
    kFull,
    kUnknown,
    kNotStored,  // the disk refuses, or too much waits for it
  };
  /// key and host are such as fit (rules::InstanceWatch::fits).
  virtual Reply start(std::string_view key, std::string_view host, net::HttpTicket ticket) = 0;
  virtual Reply alive(std::string_view id) = 0;
  virtual Reply crash(std::string_view id, std::string_view error, net::HttpTicket ticket) = 0;
  virtual Reply stop(std::string_view id, net::HttpTicket ticket) = 0;
  virtual const rules::InstanceWatch& instances() const = 0;

 protected:
  ~InstanceDesk() = default;
};

void post_instance_start(Context& context, net::HttpResponse& response);
void post_instance_alive(Context& context, net::HttpResponse& response);
void post_instance_crash(Context& context, net::HttpResponse& response);
void post_instance_stop(Context& context, net::HttpResponse& response);
void get_registered(Context& context, net::HttpResponse& response);

// The answers to what was put off.
void write_started(const rules::Instance& instance, net::HttpResponse& response);
void write_crashed(net::HttpResponse& response);
void write_stopped(net::HttpResponse& response);
void write_not_stored(net::HttpResponse& response);

}  // namespace web
