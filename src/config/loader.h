// SPDX-License-Identifier: MIT
// Gathers a configuration out of its sources and checks it against the table: an INI file, a .env file and the
// environment are told to it entry by entry. It keeps going after a mistake, so that all are told at once. Pure: it
// opens nothing, and asks the box only through Machine. For one use: begin_source() and its entries, again for each
// source, then finish().
//
// A later source outranks an earlier one: file, then --env-file, then the environment; inside one of them
// LIMPET_SECTION_KEY outranks an older program's name. A value that is outranked must be right all the same.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/loaded.h"
#include "config/machine.h"

namespace config {

struct Source {
  enum class Kind : std::uint8_t { kFile, kEnvFile, kEnvironment };

  Kind kind = Kind::kFile;
  std::string name;  // path of the file; empty for the environment
  bool readable_by_others = false;
};

class Loader {
 public:
  /// Both outlive the loader, and `rows` what finish() gives.
  Loader(std::span<const Row> rows, Machine& machine);

  void begin_source(Source source);
  /// An INI file's lines. `on_mistake`: a line that is neither; `text` is the line, `what` says what is wrong with it.
  void on_section(unsigned line, std::string_view name);
  void on_entry(unsigned line, std::string_view key, std::string_view value);
  void on_mistake(unsigned line, std::string_view text, std::string_view what);
  /// A variable of a .env file or (line 0) of the environment.
  void on_variable(unsigned line, std::string_view name, std::string_view value);
  /// A line of a .env file that is no variable: left alone with a warning, without a word of it.
  void on_bad_variable(unsigned line, std::string_view what);
  /// The source as a whole: "cannot be read".
  void on_bad_source(std::string_view what);

  Loaded finish();

 private:
  static constexpr std::size_t kNoProcess = static_cast<std::size_t>(-1);

  struct Slot {
    unsigned rank = 0;       // of the source that gave the value; 0: the default
    unsigned file_line = 0;  // where the INI file has the key; 0: nowhere
    bool bad = false;        // some source had a value that was refused
  };
  struct Section {
    std::string name;
    unsigned line = 0;
  };
  struct Assignment;
  struct ProcessKey;
  static const ProcessKey kProcessKeys[];

  void say(Severity severity, std::string text);
  std::string place(unsigned line) const;
  void assign(const Assignment& assignment);
  bool take_value(const Assignment& assignment, std::string_view text, std::string_view seen);
  bool passes_machine(const Assignment& assignment, std::string_view text, std::string_view seen);
  void refuse(const Assignment& assignment, std::string_view seen, std::string_view what);
  void warn_of_readable_secret(const Assignment& assignment, bool readable, std::string_view path);
  bool refuse_second_mention(const Assignment& assignment);
  void on_entry_without_section(unsigned line, std::string_view key, std::string_view value);
  bool begin_process(unsigned line, std::string_view section);
  void on_process_entry(unsigned line, std::string_view key, std::string_view value);
  void check_processes();
  void on_unknown_key(unsigned line, std::string_view key, std::string_view value);
  bool on_old_address(unsigned line, std::string_view name, std::string_view value);
  void on_unknown_variable(unsigned line, std::string_view name);
  void check_conflicts();
  Slot& slot(const Row& row) { return slots_[static_cast<std::size_t>(&row - loaded_.rows.data())]; }

  Machine& machine_;
  Loaded loaded_;
  std::vector<Slot> slots_;  // one a row
  Source source_;
  std::vector<Section> sections_;  // of the INI file
  std::string section_;            // the present one, or the one that was meant; empty: none, or one nobody knows
  bool in_section_ = false;
  std::string old_host_ = "127.0.0.1";  // of [http] listen, as the earlier programs' variables have them
  std::string old_port_ = "8080";
  std::size_t process_ = kNoProcess;  // the one that the present section is about
};

}  // namespace config
