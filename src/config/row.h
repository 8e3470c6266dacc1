// SPDX-License-Identifier: MIT
// One key of the configuration: everything there is to say about it, in one row. What reads, checks, explains and
// prints a key is driven by its row; a key is nowhere else spelt out.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"
#include "config/settings.h"

namespace config {

/// Where the value goes. The member's type says how its text is read: text, a time (whole seconds, or milliseconds), a
/// size in bytes, a number, yes or no, one of a few words, or a list of channels.
using Member =
    std::variant<std::string Settings::*, std::chrono::seconds Settings::*, std::chrono::milliseconds Settings::*,
                 std::uint64_t Settings::*, std::uint32_t Settings::*, bool Settings::*, base::log::Level Settings::*,
                 base::log::Target Settings::*, HeartbeatBody Settings::*, ChannelSet Settings::*>;

/// What a value must be besides being of its type and inside its bounds.
enum class Check : std::uint8_t {
  kNone,
  kName,          // at most 64 bytes (HOST_NAME_MAX, gethostname(2)); may be empty
  kPath,          // begins with a slash
  kOptionalPath,  // the same; may be empty
  kSocketPath,    // the same, short enough for unix(7); may be empty
  kTimezone,      // asked of Machine::check_value; may be empty
  kProbe,         // the same
  kWebUrl,        // the same
  kHeader,        // visible ASCII, at most 512: goes into the header of a request; may be empty
  kAccount,       // asked of Machine::check_value; the default always passes
  kPatterns,      // names of containers, also with stars, with commas; may be empty
  kNames,         // the same without stars
  kTargets,       // names, addresses and tcp://HOST:PORT, with commas; may be empty
  kPaths,         // paths that begin with a slash, with commas; may be empty
  kUnits,         // names of systemd services, also with stars, with commas; may be empty
  kUnitNames,     // the same without stars
  kUnitName,      // one of them; may be empty
  kProcesses,     // names of programs, as the kernel has them, also with stars, with commas; may be empty
  kCommand,       // as base/command_words.h has it, and it begins with a slash; may be empty
  kRenewal,       // the same, or auto
  kBus,           // unix:path= and a path that is short enough for unix(7), as DBUS_SYSTEM_BUS_ADDRESS; may be empty
  kHost,          // a name or an address, without a port; may be empty
  kText,          // at most 512 bytes; may be empty
  kTopic,         // the beginning of MQTT topics: at most 128 bytes without wildcards
  kWifiName,      // at most 32 bytes, IEEE 802.11; may be empty
  kWifiPassword,  // 8 to 63 printable ASCII characters, or 64 hexadecimal digits, IEEE 802.11i annex H; may be empty
  kCountry,       // two capital letters, ISO 3166-1; may be empty
  kToken,         // letters, digits and ":", "_", "-", at most 200: goes into an address; may be empty
  kChat,          // a whole number, or @ and a name; may be empty
  kApi,           // asked of Machine::check_value; loses the slashes at its end
  kListen,        // addresses with ports, as base::ListenAddress has them, four at most; may be empty
  kNetworks,      // asked of Machine::check_value; may be empty
  kDividesDay,    // a time that fits a whole number of times into a day
};

struct Row {
  std::string_view section;
  std::string_view key;
  Member member;
  Check check = Check::kNone;
  std::string_view default_text;
  std::string_view minimum = {};  // of a time, a size or a number, both ends included, written as in the file
  std::string_view maximum = {};
  std::string_view unit = {};   // what a bare number counts: "ms", "s", "m", "h", "d", or of a size "", "K", "M", "G"
  std::string_view help = {};   // sentences for a person, for the annotated default file
  std::string_view alias = {};  // an environment name of the programs before this one, besides LIMPET_SECTION_KEY
  bool secret = false;          // never printed, logged or put into a message
  bool at_start_only = false;   // a change waits for the next start
};

}  // namespace config
