// SPDX-License-Identifier: MIT
// What org.freedesktop.DBus.Properties.PropertiesChanged has behind the name of its interface: a{sv}as.
#pragma once

#include <string_view>

#include "net/dbus_reader.h"

namespace net {

/// `on_value` is given each property, the type of its value and a reader that stands before that. False: it is no such
/// body.
template <class OnValue>
bool read_dbus_changes(DBusReader& body, OnValue on_value) {
  DBusReader properties = body.array('{');
  while (properties.good() && !properties.at_end()) {
    properties.align(8);
    const std::string_view property = properties.string();
    DBusReader value = properties;
    properties.skip("v");
    if (!properties.good()) return false;
    const std::string_view type = value.signature();
    on_value(property, type, value);
  }
  return properties.good();
}

}  // namespace net
