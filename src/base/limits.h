// SPDX-License-Identifier: MIT
// Every capacity of the daemon and what it costs. Nothing grows past these; what is full drops, counts and reports.
// kBudget is what `limpet memory` prints; the static_assert keeps its sum inside what the product promises.
#pragma once

#include <cstddef>
#include <string_view>

namespace base::limits {

inline constexpr std::size_t kKib = 1024;

// The loop
inline constexpr std::size_t kWatches = 96;  // file descriptors watched at once

// Samples
inline constexpr std::size_t kSamples = 720;         // 2 hours at 10 s; when full the oldest is overwritten
inline constexpr std::size_t kInterfaces = 8;        // network interfaces in a sample; the rest are counted
inline constexpr std::size_t kSampleBytes = 96;      // upper bound of what is kept of one, asserted in rules/sample.h
inline constexpr std::size_t kProcText = 16 * kKib;  // one procfs or sysfs file

// SQLite
inline constexpr std::size_t kSqliteHeap = 216 * kKib;  // hard limit of everything SQLite allocates

// TLS
inline constexpr std::size_t kTlsHeap = 160 * kKib;  // hard limit of everything mbedTLS allocates, with what follows
inline constexpr std::size_t kTlsSessions = 8;       // hosts whose last session is kept; the oldest goes
inline constexpr std::size_t kTlsPeers = 4;          // of the HTTP server, at 22 KiB each; further ones wait
inline constexpr std::size_t kTlsStreams = 2;        // of them, those that follow events; 503 above
inline constexpr std::size_t kCaCertificates = 512;  // authorities in the bundle; the rest are counted

// HTTP
inline constexpr std::size_t kHttpConnections = 32;        // 503 above
inline constexpr std::size_t kHttpAddresses = 4;           // TCP addresses that are listened on
inline constexpr std::size_t kHttpStreams = 8;             // of them, those that follow events; 503 above
inline constexpr std::size_t kHttpConnectionBytes = 1024;  // what one needs besides its small buffer
inline constexpr std::size_t kHttpHeaderBytes = 8 * kKib;  // 431 above
inline constexpr std::size_t kHttpBodyBytes = 16 * kKib;   // 413 above
inline constexpr std::size_t kHttpSmallBuffer = 2 * kKib;  // one a connection
inline constexpr std::size_t kHttpLargeBuffers = 4;        // for those that need one
inline constexpr std::size_t kHttpLargeBuffer = 24 * kKib;

// HTTP client
inline constexpr std::size_t kHttpPiece = 4 * kKib;  // of an answer at a time, on the stack

// D-Bus
inline constexpr std::size_t kDBusElement = 16 * kKib;   // one element of a reply, or one message that is no array
inline constexpr std::size_t kDBusMessage = 256 * kKib;  // one that is an array: it is never in memory as a whole
inline constexpr std::size_t kDBusCalls = 4 * kKib;      // calls that wait to be taken by the bus

// systemd
inline constexpr std::size_t kUnits = 512;      // services; the rest are counted
inline constexpr std::size_t kUnitBytes = 304;  // upper bound of one of them, asserted in the rules

// Processes that [process NAME] names
inline constexpr std::size_t kProcesses = 64;      // an error above
inline constexpr std::size_t kProcessBytes = 640;  // upper bound of one of them, asserted in collect/processes.cpp

// The processes that use most, see collect/top_processes.h
inline constexpr std::size_t kProcessesSeen = 512;    // whose time is compared; the rest only by their memory
inline constexpr std::size_t kProcessSeenBytes = 16;  // upper bound of one of them, asserted there

// MQTT
inline constexpr std::size_t kMqttPacketBytes = 8 * kKib;   // longest packet; messages above are dropped and counted
inline constexpr std::size_t kMqttPayloadBytes = 4 * kKib;  // of a message; dropped above, and counted
inline constexpr std::size_t kMqttPropertyBytes = kKib;     // of a message's properties (MQTT 5); likewise
inline constexpr std::size_t kMqttHeldBytes = 4 * kKib;     // acknowledgements that wait for the disk, 4 bytes each
inline constexpr std::size_t kMqttHeap = 48 * kKib;         // hard limit of everything libmosquitto allocates
inline constexpr std::size_t kMqttBytes = kMqttHeap + 3 * kMqttPacketBytes + kMqttHeldBytes;

// Names
inline constexpr std::size_t kLookupBytes = 16 * kKib;  // the cache of names, and what c-ares allocates for a question

// Alerts
inline constexpr std::size_t kAlertsInMemory =
    12;                                           // that wait for the disk; when it is full they are lost, and counted
inline constexpr std::size_t kAlertBytes = 5376;  // upper bound of one of them, asserted in store/outbox.h
inline constexpr std::size_t kAlertChannels = 5;  // each with the message that it sends and its answer
inline constexpr std::size_t kTurnWriters = 28;   // parts that have something to keep on the disk
inline constexpr std::size_t kAlertBody = 8 * kKib;  // what one channel sends

// Conch
inline constexpr std::size_t kConchCommands = 1024;     // when full the oldest that ended goes, else the oldest
inline constexpr std::size_t kConchTexts = 256 * kKib;  // of all commands; when full likewise
inline constexpr std::size_t kConchCommandBytes = 64;  // upper bound of what one takes besides, asserted in the tracker
inline constexpr std::size_t kConchJson = 8 * kKib;    // the values of one payload

// Instances
inline constexpr std::size_t kInstances = 1024;            // when full the oldest that ended goes, else 503
inline constexpr std::size_t kInstanceTexts = 128 * kKib;  // their ids and error messages; when full likewise
inline constexpr std::size_t kInstanceBytes = 64;  // upper bound of what one takes besides, asserted in the watch

// The box itself
inline constexpr std::size_t kMounts = 16;  // file systems that are watched; the rest are counted

// Disks that are asked about their health
inline constexpr std::size_t kDisks = 16;               // the rest are counted
inline constexpr std::size_t kDiskBytes = 256;          // upper bound of one of them, asserted in the rules
inline constexpr std::size_t kSmartOutput = 16 * kKib;  // kept of an answer of smartctl; of a longer one an extract
inline constexpr std::size_t kSmartExtract = 2 * kKib;  // what is looked at of it
inline constexpr std::size_t kSmartValues = 4 * kKib;   // its values while they are read

// Containers
inline constexpr std::size_t kContainers = 128;          // the rest are counted
inline constexpr std::size_t kContainerBytes = 352;      // upper bound of one of them, asserted in the rules
inline constexpr std::size_t kDockerElement = 8 * kKib;  // what is kept of one JSON element; a longer one is skipped
inline constexpr std::size_t kDockerValues = 16 * kKib;  // its values while it is read
inline constexpr std::size_t kDockerScratch = 2 * kDockerElement + kDockerValues;

// Healing
inline constexpr std::size_t kHealTargets = 64;  // that are ill, or were a while ago; the rest wait, and are counted
inline constexpr std::size_t kHealTargetBytes = 384;  // upper bound of one of them, asserted in app/healing.cpp
inline constexpr std::size_t kHealEntries = 32;       // of the recovery log in memory; all of it is on the disk
inline constexpr std::size_t kHealEntryBytes = 512;   // upper bound of one of them, asserted there too

// Processes that may be stopped, see collect/stop_candidates.h
inline constexpr std::size_t kStopCandidates = 32;       // the largest, while something is short
inline constexpr std::size_t kStopCandidateBytes = 128;  // upper bound of one of them, asserted there

// Configuration
inline constexpr std::size_t kConfigFile = 64 * kKib;  // while it is read; freed after
inline constexpr std::size_t kConfigLine = 4096;       // longest line of the INI file
inline constexpr std::size_t kPemFile = 32 * kKib;     // a certificate chain, or a key, while it is read
inline constexpr std::size_t kConfigErrors = 64;       // shown at once; the rest are counted

// Everything else: loop, timers, collectors, statistics
inline constexpr std::size_t kRest = 32 * kKib;

struct Row {
  std::string_view name;
  std::size_t bytes;
};

inline constexpr Row kBudget[] = {
    {"samples", kSamples* kSampleBytes},
    {"text of one system file", kProcText},
    {"database (SQLite)", kSqliteHeap},
    {"encryption (mbedTLS)", kTlsHeap},
    {"connections", kHttpConnections*(kHttpSmallBuffer + kHttpConnectionBytes)},
    {"large answers", kHttpLargeBuffers* kHttpLargeBuffer},
    {"D-Bus", kDBusElement + kDBusCalls},
    {"services of systemd", kUnits* kUnitBytes},
    {"processes", kProcesses* kProcessBytes + kProcessesSeen* kProcessSeenBytes},
    {"name lookups", kLookupBytes},
    {"MQTT (libmosquitto)", kMqttBytes},
    {"alerts", kAlertsInMemory* kAlertBytes + kAlertChannels*(kAlertBody + 2 * kAlertBytes)},
    {"conch commands", kConchTexts + kConchCommands* kConchCommandBytes + kConchJson},
    {"instances", kInstanceTexts + kInstances* kInstanceBytes},
    {"disks' health", kDisks* kDiskBytes + kSmartOutput + kSmartExtract + kSmartValues},
    {"containers", kContainers* kContainerBytes + kDockerScratch},
    {"healing", kHealTargets* kHealTargetBytes + kHealEntries* kHealEntryBytes + kStopCandidates* kStopCandidateBytes},
    {"the rest of the daemon", kRest},
};

constexpr std::size_t budget_bytes() {
  std::size_t sum = 0;
  for (const Row& row : kBudget) sum += row.bytes;
  return sum;
}
// Everything full at once, which no box has: a pool costs memory only as far as it was ever filled. On a box with
// everything on, `make bench` measures what is used: 0.9 MiB of private memory at most.
inline constexpr std::size_t kPromised = 1828 * kKib;
static_assert(budget_bytes() <= kPromised, "the budget is over what the product promises");
// The last wall, RLIMIT_DATA: what is promised, what the libraries and the binary have for themselves, and room for
// what nobody thought of. Limpet ends at it, and whoever watches it starts it again.
inline constexpr std::size_t kMemoryWall = 4096 * kKib;
static_assert(kMemoryWall >= 2 * kPromised, "the wall stands far above what is promised");

}  // namespace base::limits
