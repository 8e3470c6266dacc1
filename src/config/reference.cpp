// SPDX-License-Identifier: MIT
#include "config/reference.h"

#include <algorithm>

#include "config/row_value.h"
#include "config/suggest.h"
#include "config/text.h"

namespace config {
namespace {

constexpr std::size_t kLineWidth = 100;
constexpr std::size_t kWidestColumn = 60;

constexpr std::string_view kHead =
    "# What limpet is set to do. Every key there is stands here with its default behind a ;\n"
    "# To change one, take that ; away and write another value.\n"
    "#\n"
    "# Check the file with:                   limpet check -c FILE\n"
    "# Make a running limpet read it again:   kill -HUP PID\n"
    "#\n"
    "# A line that begins with # or ; is a comment; behind a value there can be none.\n"
    "# Times are written 10s, 30m, 6h or 2d, sizes 64K, 8M or 2G.\n"
    "# A value @/path is read from that file; one that begins with @ itself is written with @@.\n"
    "# The environment outranks this file, with the names given at each key.\n";

constexpr std::string_view kProcessSection =
    "\n# A process that is watched, for boxes without systemd: a section for each, of any name. It is\n"
    "# told when it ends, and when it is there again. match is the beginning of its command line, with\n"
    "# stars for any text; pidfile is where it writes its number. One of the two is enough. restart is\n"
    "# a command that starts it again and ends, within a minute, see [heal]; no shell runs it, so it\n"
    "# begins with a slash, and nothing but \"quotes around words\" has a meaning. user is whom it runs\n"
    "# as; without it, root when Limpet was started by root.\n"
    ";[process myapp]\n"
    ";match = /usr/bin/myapp\n"
    ";pidfile = /run/myapp.pid\n"
    ";restart = /etc/init.d/myapp restart\n"
    ";user = root\n";

// `text` in comment lines, broken at blanks.
void append_comment(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t length = text.size();
    if (length > kLineWidth - 2) {
      const std::size_t blank = text.rfind(' ', kLineWidth - 2);
      length = blank == std::string_view::npos ? text.size() : blank;
    }
    out.append("# ").append(text.substr(0, length)).append("\n");
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

std::string_view unit_name(const Row& row) {
  if (std::holds_alternative<std::uint64_t Settings::*>(row.member)) {
    return row.unit == "K" ? "KiB" : row.unit == "M" ? "MiB" : row.unit == "G" ? "GiB" : "bytes";
  }
  return row.unit == "ms"  ? "milliseconds"
         : row.unit == "s" ? "seconds"
         : row.unit == "m" ? "minutes"
         : row.unit == "h" ? "hours"
                           : "days";
}

std::string facts(const Row& row) {
  std::string text = "Takes " + describe_expected(row) + ".";
  if (!row.unit.empty()) text.append(" A bare number counts ").append(unit_name(row)).append(".");
  text.append(" Environment: ").append(environment_name(row));
  if (!row.alias.empty()) text.append(" or ").append(row.alias);
  text.append(".");
  if (row.secret) text.append(" A secret: never shown.");
  if (row.at_start_only) text.append(" A change waits for the next start.");
  return text;
}

std::string origin_text(const Origin& origin) {
  if (origin.place.empty()) return "default";
  return origin.variable.empty() ? origin.place : origin.place + ", " + origin.variable;
}

}  // namespace

std::string default_file(std::span<const Row> rows) {
  std::string out(kHead);
  std::string_view section;
  for (const Row& row : rows) {
    if (row.section != section) {
      section = row.section;
      out.append("\n[").append(section).append("]\n");
    }
    out.append("\n");
    append_comment(out, row.help);
    append_comment(out, facts(row));
    out.append(";")
        .append(row.key)
        .append(row.default_text.empty() ? " =" : " = ")
        .append(row.default_text)
        .append("\n");
  }
  return out.append(kProcessSection);
}

std::string effective_text(const Loaded& loaded) {
  struct Line {
    std::string text;
    std::string origin;
  };
  std::vector<Line> lines;
  for (std::size_t i = 0; i < loaded.rows.size(); ++i) {
    const Row& row = loaded.rows[i];
    std::string text = std::string(row.section).append(".").append(row.key).append(" = ");
    lines.push_back({text.append(shown_value(row, loaded.settings)), origin_text(loaded.origins[i])});
  }
  for (const ProcessSettings& process : loaded.settings.processes) {
    const std::string section = "process " + process.name;
    if (!process.match.empty()) lines.push_back({section + ".match = " + process.match, "a section of its own"});
    if (!process.pidfile.empty()) lines.push_back({section + ".pidfile = " + process.pidfile, "a section of its own"});
  }
  std::size_t widest = 0;
  for (const Line& line : lines) {
    if (line.text.size() <= kWidestColumn) widest = std::max(widest, line.text.size());
  }
  std::string out;
  for (const Line& line : lines) {
    const std::size_t gap = line.text.size() <= widest ? widest - line.text.size() + 2 : 2;
    out.append(line.text).append(gap, ' ').append("(").append(line.origin).append(")\n");
  }
  return out;
}

}  // namespace config
