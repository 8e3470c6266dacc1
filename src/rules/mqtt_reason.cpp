// SPDX-License-Identifier: MIT
#include "rules/mqtt_reason.h"

namespace rules {

std::string_view describe_mqtt_reason(std::uint8_t code) {
  switch (code) {
    case 0x01:
    case 0x84:
      return "does not speak this version of MQTT";
    case 0x02:
    case 0x85:
      return "does not accept the client_id";
    case 0x03:
    case 0x88:
      return "says that it is not available now";
    case 0x04:
    case 0x86:
      return "refuses the username or the password";
    case 0x05:
    case 0x87:
      return "does not let this client in: username or password are wrong or missing, or not allowed to do this";
    case 0x81:
    case 0x82:
      return "finds a mistake in what it was sent";
    case 0x89:
      return "says that it is too busy";
    case 0x8A:
      return "has banned this client";
    case 0x8B:
      return "shuts down";
    case 0x8C:
      return "wants another way of authentication than username and password";
    case 0x8D:
      return "heard nothing for longer than keepalive";
    case 0x8E:
      return "gave the session to another client with the same client_id: each box needs its own";
    case 0x8F:
    case 0x90:
      return "does not accept the topic: see topic_prefix";
    case 0x95:
      return "finds a packet too large";
    case 0x96:
    case 0x97:
      return "says that this client used up what it is allowed";
    case 0x98:
      return "ended the connection at its administrator's wish";
    case 0x9A:
      return "does not keep retained messages, which the status of Limpet is";
    case 0x9B:
      return "does not speak QoS 1";
    case 0x9C:
    case 0x9D:
      return "says that another server is to be used";
    case 0x9F:
      return "says that this client connects too often";
    case 0xA0:
      return "ended a connection that was open for as long as it allows";
    default:
      return "refuses, without a reason that it can be told by";
  }
}

bool is_mqtt_version_refusal(std::uint8_t code) { return code == 0x01 || code == 0x84; }

}  // namespace rules
