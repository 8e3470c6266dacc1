// SPDX-License-Identifier: MIT
#include "config/loader.h"

#include <algorithm>
#include <cassert>

#include "base/limits.h"
#include "config/cross_check.h"
#include "config/left_behind.h"
#include "config/row_value.h"
#include "config/suggest.h"
#include "config/table.h"
#include "config/text.h"

namespace config {
namespace {

// Whom the earlier program, which knew no keys, was there for.
constexpr std::string_view kPrivateNetworks = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7";

// Ranks of the sources: 0 is the default's, this the INI file's, and above it two for each kind of environment.
constexpr unsigned kFileRank = 1;

std::string key_name(std::string_view section, std::string_view key) {
  return std::string("[").append(section).append("] ").append(key);
}

// " = VALUE", or nothing where the value must not be seen.
std::string with_value(std::string name, std::string_view value, bool secret) {
  if (secret) return name;
  return name.append(" = ").append(value.empty() ? std::string("(nothing)") : shown(value));
}

std::string_view first_word(std::string_view text) {
  const auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto end = std::ranges::find_if_not(text, in_word);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view without_line_ends(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

struct Loader::Assignment {
  const Row& row;
  unsigned line;
  std::string name;  // how the source calls it
  std::string_view variable;
  std::string_view value;
  unsigned rank;
};

Loader::Loader(std::span<const Row> rows, Machine& machine) : machine_(machine), slots_(rows.size()) {
  loaded_.rows = rows;
  loaded_.origins.resize(rows.size());
  for (const Row& row : rows) {
    [[maybe_unused]] const auto refusal = set_value(row, row.default_text, loaded_.settings);
    assert(!refusal);
  }
}

void Loader::begin_source(Source source) {
  source_ = std::move(source);
  sections_.clear();
  section_.clear();
  in_section_ = false;
}

void Loader::say(Severity severity, std::string text) {
  if (severity == Severity::kError && ++loaded_.errors > base::limits::kConfigErrors) return;
  loaded_.messages.push_back({severity, std::move(text)});
}

std::string Loader::place(unsigned line) const {
  if (source_.kind == Source::Kind::kEnvironment) return "environment";
  return line == 0 ? source_.name : source_.name + ", line " + std::to_string(line);
}

void Loader::on_section(unsigned line, std::string_view name) {
  in_section_ = true;
  process_ = kNoProcess;
  if (begin_process(line, name)) return;
  const std::string_view near = nearest_section(loaded_.rows, name);
  section_ = near;
  const std::string where = place(line) + ": [" + shown(name) + "]: ";
  const auto earlier = std::ranges::find(sections_, name, &Section::name);
  if (earlier == sections_.end()) {
    sections_.push_back({std::string(name), line});
  } else {
    say(Severity::kWarning, where + "this section begins in line " + std::to_string(earlier->line) +
                                " already. The keys of both are taken.");
  }
  if (near == name && !name.empty()) return;
  say(Severity::kError, where + "there is no such section. " +
                            (near.empty() ? "The sections are " + list_names(loaded_.rows, {}) + "."
                                          : std::string("Did you mean [").append(near).append("]?")));
}

void Loader::on_entry(unsigned line, std::string_view key, std::string_view value) {
  if (!in_section_) return on_entry_without_section(line, key, value);
  if (process_ != kNoProcess) return on_process_entry(line, key, value);
  if (section_.empty()) return;  // told with the section
  if (const Row* row = find_row(loaded_.rows, section_, key)) {
    return assign({*row, line, key_name(section_, key), {}, value, kFileRank});
  }
  on_unknown_key(line, key, value);
}

void Loader::on_entry_without_section(unsigned line, std::string_view key, std::string_view value) {
  const Row* row = nearest_row(loaded_.rows, {}, key);
  std::string text = place(line) + ": " + with_value(shown(key), value, sounds_secret(key) || (row && row->secret));
  text += ": this stands before any [section].";
  if (row != nullptr) text.append(" Did you mean ").append(key_name(row->section, row->key)).append("?");
  say(Severity::kError, std::move(text));
}

void Loader::on_unknown_key(unsigned line, std::string_view key, std::string_view value) {
  const Row* row = nearest_row(loaded_.rows, section_, key);
  const bool same_section = row != nullptr;
  if (!same_section) row = nearest_row(loaded_.rows, {}, key);
  const bool secret = sounds_secret(key) || (row != nullptr && row->secret);
  std::string text = place(line) + ": " + with_value(key_name(section_, shown(key)), value, secret);
  text += ": there is no such key.";
  if (row != nullptr) {
    text.append(" Did you mean ").append(same_section ? std::string(row->key) : key_name(row->section, row->key));
    text += "?";
  } else {
    text.append(" The keys of [").append(section_).append("] are ").append(list_names(loaded_.rows, section_));
    text += ".";
  }
  say(Severity::kError, std::move(text));
}

void Loader::on_mistake(unsigned line, std::string_view text, std::string_view what) {
  // A line that is no entry may be a part of a secret. Only one that begins like a known, open key is repeated.
  const std::string_view word = first_word(text);
  const Row* row = nearest_row(loaded_.rows, {}, word);
  const bool open = text.starts_with('[') || (row != nullptr && !row->secret && !sounds_secret(word));
  std::string message = place(line) + ": ";
  if (open) message.append("\"").append(shown(text)).append("\": ");
  say(Severity::kError, message.append(what));
}

void Loader::on_variable(unsigned line, std::string_view name, std::string_view value) {
  for (const Row& row : loaded_.rows) {
    const bool own = name == environment_name(row);
    // `LOG_LEVEL=` is what a compose file makes of a variable that nobody set.
    const bool alias = name == row.alias && !value.empty();
    if (!own && !alias) continue;
    const unsigned rank = kFileRank + 2 * static_cast<unsigned>(source_.kind) + (own ? 1U : 0U);
    return assign({row, line, std::string(name), name, value, rank});
  }
  if (!on_old_address(line, name, value)) on_unknown_variable(line, name);
}

// HOST and PORT are too general to be taken from any environment.
bool Loader::on_old_address(unsigned line, std::string_view name, std::string_view value) {
  const bool of_file = source_.kind == Source::Kind::kEnvFile;
  const bool host = name == "HOST" && of_file;
  if (!host && name != "GUI_PORT" && !(name == "PORT" && of_file)) return false;
  const Row* const listen = find_row(loaded_.rows, "http", "listen");
  const Row* const trust = find_row(loaded_.rows, "instances", "trust");
  if (value.empty() || listen == nullptr || trust == nullptr) return true;
  (host ? old_host_ : old_port_) = value;
  const bool six = old_host_.contains(':') && !old_host_.starts_with('[');
  const std::string address = (six ? "[" + old_host_ + "]" : old_host_) + ":" + old_port_;
  const unsigned rank = kFileRank + 2 * static_cast<unsigned>(source_.kind);
  assign({*listen, line, std::string(name), name, address, rank});
  if (!host || value == "localhost" || value.starts_with("127.") || value == "::1") return true;
  if (slot(*trust).rank > 0) return true;
  assign({*trust, line, std::string(name), name, kPrivateNetworks, 0});
  say(Severity::kWarning, place(line) + ": " + with_value(std::string(name), value, false) +
                              ": as before, whoever is in a private network may register scripts without a key. " +
                              "[instances] trust says who may instead.");
  return true;
}

void Loader::on_unknown_variable(unsigned line, std::string_view name) {
  if (std::ranges::any_of(loaded_.rows, [&](const Row& row) { return name == row.alias; })) return;
  const std::string where = place(line) + ": " + shown(name) + ": ";
  if (name.starts_with(kEnvironmentPrefix)) {
    const std::string near = nearest_environment_name(loaded_.rows, name);
    say(Severity::kWarning, where + "there is no key of this name." +
                                (near.empty() ? " The names are LIMPET_SECTION_KEY, as in LIMPET_LIMPET_DATA_DIR."
                                              : " Did you mean " + near + "?"));
  } else if (source_.kind == Source::Kind::kEnvFile) {
    const std::string_view why = why_left_behind(name);
    say(Severity::kNote, where + std::string(why.empty() ? "not a name that Limpet knows; left alone" : why) + ".");
  }
}

void Loader::on_bad_variable(unsigned line, std::string_view what) {
  say(Severity::kWarning, place(line) + ": " + std::string(what));
}

void Loader::on_bad_source(std::string_view what) { say(Severity::kError, place(0) + ": " + std::string(what)); }

void Loader::assign(const Assignment& assignment) {
  const bool second = source_.kind == Source::Kind::kFile && refuse_second_mention(assignment);
  const Row& row = assignment.row;
  bool taken = false;
  if (assignment.value.starts_with("@/")) {
    const std::string_view path = assignment.value.substr(1);
    ValueFile file;
    if (const base::Result<void> read = machine_.read_value_file(path, file); read) {
      taken = take_value(assignment, without_line_ends(file.text), assignment.value);
      warn_of_readable_secret(assignment, file.readable_by_others, path);
    } else {
      refuse(assignment, assignment.value, std::string("this file ").append(read.error().text()).append("."));
    }
  } else {
    const std::string_view text = assignment.value.starts_with("@@") ? assignment.value.substr(1) : assignment.value;
    taken = take_value(assignment, text, text);
    warn_of_readable_secret(assignment, source_.readable_by_others && !text.empty(), source_.name);
  }
  if (!taken || second) slot(row).bad = true;
}

bool Loader::take_value(const Assignment& assignment, std::string_view text, std::string_view seen) {
  const Row& row = assignment.row;
  if (!is_plain_text(text)) {
    refuse(assignment, seen, "this is not plain text: it has bytes that are not UTF-8, or a line break inside.");
    return false;
  }
  if (!passes_machine(assignment, text, seen)) return false;
  Slot& slot = this->slot(row);
  const bool counts = assignment.rank >= slot.rank;
  Settings checked_only;
  const std::optional<Refusal> refusal = set_value(row, text, counts ? loaded_.settings : checked_only);
  const bool ini = source_.kind == Source::Kind::kFile && !row.secret;
  const std::string hint(ini ? habit_hint(text) : std::string_view());
  if (refusal) {
    std::string what = "expected " + refusal->expected + ".";
    // What is suggested is made from the value: no secret's may be seen in it.
    const bool open = !row.secret && !refusal->suggestion.empty();
    if (open) what.append(" Did you mean ").append(shown(refusal->suggestion)).append("?");
    refuse(assignment, seen, what + hint);
    return false;
  }
  if (!hint.empty()) {
    say(Severity::kWarning, place(assignment.line) + ": " + with_value(assignment.name, seen, false) +
                                ": all of this is taken as the value." + hint);
  }
  if (counts) {
    slot.rank = assignment.rank;
    loaded_.origins[static_cast<std::size_t>(&row - loaded_.rows.data())] = {place(assignment.line),
                                                                             std::string(assignment.variable)};
  }
  return true;
}

bool Loader::passes_machine(const Assignment& assignment, std::string_view text, std::string_view seen) {
  const Check check = assignment.row.check;
  const bool asked = check == Check::kTimezone || check == Check::kProbe || check == Check::kWebUrl ||
                     check == Check::kApi || check == Check::kAccount || check == Check::kNetworks;
  if (text.empty() || !asked) return true;
  const base::Result<void> passed = machine_.check_value(check, text);
  if (passed) return true;
  std::string what(passed.error().text());
  if (!what.starts_with("expected")) what += ": expected " + describe_expected(assignment.row);
  what += ".";
  const std::string guess = check == Check::kProbe && !assignment.row.secret ? guess_probe(text) : std::string();
  if (!guess.empty() && guess != text && machine_.check_value(check, guess))
    what += " Did you mean " + shown(guess) + "?";
  refuse(assignment, seen, what);
  return false;
}

void Loader::refuse(const Assignment& assignment, std::string_view seen, std::string_view what) {
  // The path in @/path is no secret, and it is what has to be looked at.
  const bool hidden = assignment.row.secret && !assignment.value.starts_with("@/");
  std::string name = assignment.name;
  if (!assignment.variable.empty()) name += ", for " + key_name(assignment.row.section, assignment.row.key) + ",";
  say(Severity::kError,
      place(assignment.line) + ": " + with_value(std::move(name), seen, hidden) + ": " + std::string(what));
}

void Loader::warn_of_readable_secret(const Assignment& assignment, bool readable, std::string_view path) {
  if (!readable || !assignment.row.secret) return;
  say(Severity::kWarning, place(assignment.line) + ": " + assignment.name + ": every user of this box can read this " +
                              "secret. Run: chmod o-r " + shown(path));
}

bool Loader::refuse_second_mention(const Assignment& assignment) {
  Slot& slot = this->slot(assignment.row);
  if (slot.file_line == 0) {
    slot.file_line = assignment.line;
    return false;
  }
  refuse(assignment, assignment.value,
         "this key stands in line " + std::to_string(slot.file_line) + " already. Keep one of the two.");
  return true;
}

void Loader::check_conflicts() {
  for (const Conflict& conflict : find_conflicts(loaded_.settings)) {
    const Row* row = find_row(loaded_.rows, conflict.section, conflict.key);
    const Row* other = find_row(loaded_.rows, conflict.other_section, conflict.other_key);
    if (row == nullptr || other == nullptr || slot(*row).bad || slot(*other).bad) continue;
    const bool set = !loaded_.origin(*row).place.empty();
    const std::string both = set ? loaded_.about(*row) + ", with " + loaded_.about(*other)
                                 : loaded_.about(*other) + ", with " + loaded_.about(*row);
    say(conflict.severity, both + ": " + std::string(conflict.text) + ".");
  }
}

Loaded Loader::finish() {
  check_processes();
  derive(loaded_.settings);
  check_conflicts();
  if (loaded_.errors > base::limits::kConfigErrors) {
    const std::string more = std::to_string(loaded_.errors - base::limits::kConfigErrors);
    loaded_.messages.push_back({Severity::kError, "and " + more + " more mistakes, not shown here."});
  }
  return std::move(loaded_);
}

}  // namespace config
