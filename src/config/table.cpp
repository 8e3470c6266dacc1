// SPDX-License-Identifier: MIT
#include "config/table.h"

namespace config {
namespace {

constexpr Row kRows[] = {
    {.section = "limpet",
     .key = "host_name",
     .member = &Settings::host_name,
     .check = Check::kName,
     .default_text = "",
     .help = "What this box is called in messages. Empty: the kernel's host name.",
     .alias = "HOSTNAME_OVERRIDE"},
    {.section = "limpet",
     .key = "data_dir",
     .member = &Settings::data_dir,
     .check = Check::kPath,
     .default_text = "/var/lib/limpet",
     .help = "The folder of the database, metrics.db. It is made when it is missing.",
     .at_start_only = true},
    {.section = "limpet",
     .key = "log_level",
     .member = &Settings::log_level,
     .default_text = "info",
     .help = "How much is logged. Each level holds the ones before it.",
     .alias = "LOG_LEVEL"},
    {.section = "limpet",
     .key = "log_target",
     .member = &Settings::log_target,
     .default_text = "stderr",
     .help = "Where the log goes: stderr, or the system's log through /dev/log."},
    {.section = "limpet",
     .key = "timezone",
     .member = &Settings::timezone,
     .check = Check::kTimezone,
     .default_text = "",
     .help =
         "The local time of what people read. Empty: the environment's TZ, else /etc/localtime, else UTC. A rule needs "
         "no time zone files on the box, a name does."},
    {.section = "limpet",
     .key = "user",
     .member = &Settings::user,
     .check = Check::kAccount,
     .default_text = "limpet",
     .help =
         "The account that Limpet becomes when it is started as root; a small helper process stays root for the few "
         "things that need it. A data_dir that is made is given to this account. When the box has no account limpet "
         "and no other is named here, Limpet stays root, with a warning.",
     .at_start_only = true},
    {.section = "limpet",
     .key = "procfs_root",
     .member = &Settings::procfs_root,
     .check = Check::kPath,
     .default_text = "/proc",
     .help = "Where procfs is mounted. In a container that watches its host: where the host's is.",
     .alias = "PROCFS_ROOT"},
    {.section = "limpet",
     .key = "sysfs_root",
     .member = &Settings::sysfs_root,
     .check = Check::kPath,
     .default_text = "/sys",
     .help = "Where sysfs is mounted, likewise.",
     .alias = "SYSFS_ROOT"},
    {.section = "limpet",
     .key = "ca_file",
     .member = &Settings::ca_file,
     .check = Check::kOptionalPath,
     .default_text = "",
     .help = "The certificates of the authorities that https servers are believed by, a PEM file. Empty: the system's, "
             "from the package ca-certificates."},

    {.section = "heartbeat",
     .key = "interval",
     .member = &Settings::heartbeat_interval,
     .check = Check::kDividesDay,
     .default_text = "10s",
     .minimum = "10s",
     .maximum = "1h",
     .unit = "s",
     .help = "How often the box is sampled, aligned to the clock: 10s is :00, :10, :20 and so on."},
    {.section = "heartbeat",
     .key = "probe",
     .member = &Settings::probe,
     .check = Check::kProbe,
     .default_text = "http://www.google.com",
     .help = "What is asked in each cycle to know whether the internet is there. http:// and https:// send a HEAD "
             "request, and an answer from 200 to 399 counts; tcp:// only connects; icmp:// pings. Empty: nothing is "
             "asked."},
    {.section = "heartbeat",
     .key = "probe_timeout",
     .member = &Settings::probe_timeout,
     .default_text = "2s",
     .minimum = "100ms",
     .maximum = "30s",
     .unit = "s",
     .help = "How long the probe may take. Shorter than interval."},
    {.section = "heartbeat",
     .key = "url",
     .member = &Settings::worker_url,
     .check = Check::kWebUrl,
     .default_text = "",
     .help = "The Worker that is told in each cycle that this box lives, if the internet is there: a POST to this "
             "address. Empty: nothing is sent.",
     .alias = "HEARTBEAT_URL"},
    {.section = "heartbeat",
     .key = "secret_key",
     .member = &Settings::worker_secret,
     .check = Check::kHeader,
     .default_text = "",
     .help =
         "What the Worker knows this box by: sent as Authorization: Bearer SECRET_KEY. Better @/path of a file that "
         "only its owner can read.",
     .alias = "SECRET_KEY",
     .secret = true},
    {.section = "heartbeat",
     .key = "timeout",
     .member = &Settings::worker_timeout,
     .default_text = "3s",
     .minimum = "100ms",
     .maximum = "30s",
     .unit = "s",
     .help = "How long the Worker may take to answer. Together with probe_timeout shorter than interval."},
    {.section = "heartbeat",
     .key = "body",
     .member = &Settings::worker_body,
     .default_text = "metrics",
     .help =
         "What the Worker is sent: the cycle's values as JSON, named as the columns of the table metrics, or none."},
    {.section = "heartbeat",
     .key = "confirm",
     .member = &Settings::worker_confirm,
     .default_text = "1",
     .minimum = "1",
     .maximum = "100",
     .help = "How many cycles in a row the Worker must answer otherwise than before until that counts as a change and "
             "is told."},
    {.section = "heartbeat",
     .key = "notify_url",
     .member = &Settings::n8n_url,
     .check = Check::kWebUrl,
     .default_text = "",
     .help =
         "The webhook of an n8n near by, the channel n8n: it is told when the Worker's answer changes. Empty: there "
         "is none.",
     .alias = "N8N_WEBHOOK_URL"},
    {.section = "heartbeat",
     .key = "disk",
     .member = &Settings::disk,
     .check = Check::kPath,
     .default_text = "/",
     .help = "The file system whose fill is the disk's percentage: its mount point, or any folder on it."},

    {.section = "docker",
     .key = "socket",
     .member = &Settings::docker_socket,
     .check = Check::kSocketPath,
     .default_text = "/var/run/docker.sock",
     .help = "Docker's socket. Running containers are counted through it; when nothing answers there, their number is "
             "-1. Empty: Docker is not asked."},

    {.section = "http",
     .key = "socket",
     .member = &Settings::http_socket,
     .check = Check::kSocketPath,
     .default_text = "",
     .help = "The socket over which the commands on this box, such as limpet status, ask the daemon. Its owner and "
             "group may use it. Empty: limpet.sock in data_dir.",
     .at_start_only = true},

    {.section = "alerts",
     .key = "heartbeat",
     .member = &Settings::heartbeat_route,
     .default_text = "n8n",
     .help = "Which channels are told when the Worker's answer changes. When none of them is set up, every one that is "
             "gets it."},

    {.section = "alerts",
     .key = "limpet",
     .member = &Settings::limpet_route,
     .default_text = "n8n",
     .help =
         "Which channels are told of what happens to Limpet itself: a damaged database, an alert that was refused."},

    {.section = "store",
     .key = "flush_interval",
     .member = &Settings::flush_interval,
     .default_text = "10m",
     .minimum = "10s",
     .maximum = "1h",
     .unit = "s",
     .help = "How often the samples in memory are written to disk. Longer spares an SD card; a power cut loses "
             "this much, and what the kernel has not brought to the disk by then (half a minute, as a rule)."},
    {.section = "store",
     .key = "keep_raw",
     .member = &Settings::keep_raw,
     .default_text = "7d",
     .minimum = "1h",
     .maximum = "3650d",
     .unit = "d",
     .help = "How long every sample is kept. After that, one row a minute is."},
    {.section = "store",
     .key = "keep_minutes",
     .member = &Settings::keep_minutes,
     .default_text = "90d",
     .minimum = "1d",
     .maximum = "3650d",
     .unit = "d",
     .help = "How long the rows a minute are kept. Not shorter than keep_raw."},
    {.section = "store",
     .key = "max_size",
     .member = &Settings::max_size_bytes,
     .default_text = "64M",
     .minimum = "1M",
     .maximum = "16G",
     .unit = "M",
     .help = "The most disk space the database may take. When it is reached, the oldest rows go first, whatever "
             "keep_raw and keep_minutes say."},
};

}  // namespace

std::span<const Row> table() { return kRows; }

const Row* find_row(std::span<const Row> rows, std::string_view section, std::string_view key) {
  for (const Row& row : rows) {
    if (row.section == section && row.key == key) return &row;
  }
  return nullptr;
}

}  // namespace config
