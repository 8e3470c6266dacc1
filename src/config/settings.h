// SPDX-License-Identifier: MIT
// What the daemon is set to do, after file and environment were read and checked: plain values, one member a key.
// config/table.cpp says for each its section, key, unit, bounds, default and help; nothing else knows them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "config/channels.h"

namespace config {

/// What the Worker is sent.
enum class HeartbeatBody : std::uint8_t { kMetrics, kNone };

/// A section [process NAME].
struct ProcessSettings {
  std::string name;
  std::string match;    // the beginning of its command line, with stars; empty: it is found by its pid file
  std::string pidfile;  // empty: it is found by its command line
  std::string restart;  // a command line without a shell, base/command_words.h; empty: it is not restarted
  std::string user;     // whom that command runs as; empty: as Limpet was started
  bool operator==(const ProcessSettings&) const = default;
};

struct Settings {
  // [limpet]
  std::string host_name;  // empty: the kernel's
  std::string data_dir;
  base::log::Level log_level{};
  base::log::Target log_target{};
  std::string user;      // whom the main process becomes when it was started as root
  std::string timezone;  // empty: TZ, else /etc/localtime, else UTC
  std::string procfs_root;
  std::string sysfs_root;
  std::string ca_file;  // empty: the first of the usual ones

  // [heartbeat]
  std::chrono::seconds heartbeat_interval{};
  std::string probe;  // http(s)://HOST[:PORT][/PATH], tcp://HOST:PORT, icmp://HOST, or empty: none
  std::chrono::milliseconds probe_timeout{};
  std::string worker_url;  // http(s)://HOST[:PORT][/PATH], or empty: there is none
  std::string worker_secret;
  std::chrono::milliseconds worker_timeout{};
  HeartbeatBody worker_body{};
  std::uint32_t worker_confirm = 1;  // equal answers before a change counts
  std::string n8n_url;               // the channel n8n, or empty: there is none
  std::string disk;                  // mount point whose fill is the heartbeat's disk_percent

  // [docker]
  std::string docker_socket;
  std::string docker_watch;    // names with stars, with commas; empty: all
  std::string docker_restart;  // names, with commas
  std::chrono::seconds docker_check_interval{};
  std::uint32_t docker_restart_threshold = 0;
  std::chrono::seconds docker_cooldown{};
  std::chrono::seconds docker_report_interval{};

  // [cpu] [memory] [load] [zombies] [temperature] [disk]: see rules/threshold.h; a warn of 0: not watched
  std::uint32_t cpu_warn = 0;
  std::uint32_t cpu_critical = 0;
  std::uint32_t cpu_clear = 0;
  std::uint32_t cpu_samples = 0;
  std::uint32_t memory_warn = 0;
  std::uint32_t memory_critical = 0;
  std::uint32_t memory_clear = 0;
  std::uint32_t memory_samples = 0;
  std::uint32_t load_warn = 0;
  std::uint32_t load_critical = 0;
  std::uint32_t load_clear = 0;
  std::uint32_t load_samples = 0;
  std::uint32_t zombies_warn = 0;
  std::uint32_t zombies_critical = 0;
  std::uint32_t zombies_clear = 0;
  std::uint32_t zombies_samples = 0;
  std::uint32_t temperature_warn = 0;
  std::uint32_t temperature_critical = 0;
  std::uint32_t temperature_clear = 0;
  std::uint32_t temperature_samples = 0;
  std::uint32_t disk_warn = 0;
  std::uint32_t disk_critical = 0;
  std::uint32_t disk_clear = 0;
  std::uint32_t disk_samples = 0;
  // [network]
  std::string network_targets;     // gateway, names and addresses, with commas; empty: the network is not looked at
  std::uint32_t network_loss = 0;  // percent; 0: not judged
  std::chrono::milliseconds network_latency{};  // 0: not judged
  std::string network_renew;                    // a command line, or auto; empty: the address is not renewed
  bool network_bounce = false;
  bool network_bounce_default = false;
  std::string network_service;  // a service of systemd, or a [process NAME]; empty: none is restarted

  std::string disk_mounts;   // with commas; empty: all that can fill up
  std::string disk_cleanup;  // a command line; empty: nothing makes room
  // [systemd]
  std::string systemd_bus;      // unix:path=…, or empty: systemd is not asked
  std::string systemd_watch;    // names with stars, with commas; empty: the services that are enabled
  std::string systemd_restart;  // names, with commas, with or without .service

  std::vector<ProcessSettings> processes;  // [process NAME]

  // [smart]
  std::chrono::seconds smart_interval{};
  std::chrono::seconds smart_realert{};  // between two alerts about one disk
  std::string smart_program;             // smartctl(8), or empty: no disk is asked
  // [heal]
  bool heal_dry_run = true;         // nothing is done, only told
  std::uint32_t heal_attempts = 0;  // of one target, within heal_window
  std::chrono::seconds heal_window{};
  std::chrono::seconds heal_backoff{};  // before the first attempt; twice as long before each further one
  std::chrono::seconds heal_verify{};   // how long a target must be well to count as recovered
  std::uint32_t heal_per_hour = 0;      // actions of the whole box
  std::string heal_kill;                // names of processes with commas, also with stars; empty: none is stopped
  std::string heal_protect;             // likewise; these never are
  bool heal_reboot = false;             // of the box, when nothing else brings the network back

  // [helper]
  std::string helper_socket;  // empty: a helper of its own
  std::string helper_key;

  // [mqtt]
  std::string mqtt_broker;  // a name or an address, or empty: there is none
  std::uint32_t mqtt_port = 0;
  std::string mqtt_username;
  std::string mqtt_password;
  std::string mqtt_client_id;  // empty: limpet- and the box's name
  std::string mqtt_topic_prefix;
  bool mqtt_tls = false;
  std::string mqtt_ca_file;  // empty: [limpet] ca_file
  std::chrono::seconds mqtt_keepalive{};

  // [conch]
  std::chrono::seconds conch_timeout{};
  std::chrono::seconds conch_check_interval{};
  std::chrono::seconds conch_status_interval{};

  // [instances]
  std::chrono::seconds instance_check_interval{};
  std::chrono::seconds instance_stale_after{};
  std::uint32_t instance_max_notifications = 0;

  // [http]
  std::string http_listen;      // ADDRESS:PORT, separated by commas; empty: only the socket
  std::string http_api_key;     // empty: nobody but this box may ask, and nobody may act
  std::string http_base_path;   // begins and ends with a slash
  std::string http_socket;      // empty: DATA_DIR/limpet.sock
  std::string http_tls_cert;    // a PEM file; empty: the addresses speak plain HTTP
  std::string http_tls_key;     // its key's
  std::string http_chain_text;  // what was in these two files; not keys of the configuration
  std::string http_key_text;

  // [instances]
  std::string instances_trust;  // networks, separated by commas

  // [alerts]: who is told of what each monitor finds
  ChannelSet heartbeat_route;
  ChannelSet conch_route;
  ChannelSet containers_route;
  ChannelSet instances_route;
  ChannelSet services_route;
  ChannelSet host_route;
  ChannelSet network_route;
  ChannelSet smart_route;
  ChannelSet healing_route;
  ChannelSet limpet_route;

  std::chrono::milliseconds alert_hold{};  // how long a problem waits for its end, to go as one message

  // [pushover]
  std::string pushover_token;  // empty: the channel is not there
  std::string pushover_user;
  std::string pushover_device;  // empty: all
  std::uint32_t pushover_priority = 0;
  std::string pushover_api;

  // [telegram]
  std::string telegram_token;  // empty: the channel is not there
  std::string telegram_chat;   // a number, or @name
  std::string telegram_api;

  // [slack]
  std::string slack_url;  // empty: the channel is not there

  // [webhook]
  std::string webhook_url;     // empty: the channel is not there
  std::string webhook_secret;  // empty: nothing is signed

  // [wifi]: for the image's scripts, which join that network; nothing in the program reads it
  std::string wifi_ssid;  // empty: no Wi-Fi
  std::string wifi_password;
  std::string wifi_country;

  // [watchdog]
  std::string watchdog_device;  // empty: none is fed
  std::chrono::seconds watchdog_timeout{};

  // [store]
  std::chrono::seconds flush_interval{};
  std::chrono::seconds keep_raw{};
  std::chrono::seconds keep_minutes{};
  std::uint64_t max_size_bytes = 0;
};

}  // namespace config
