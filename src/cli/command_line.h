// The command line of `linebook`, but for `serve`, which its owner adds: every sub-command and its flags.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace linebook {

/// Flags that every sub-command takes. Empty: not given.
struct CommonFlags {
  std::string data;
  std::string database;
  std::string config;
};

struct ParsedCommandLine {
  Command* command = nullptr;    // of the sub-command chosen; nothing for one that the owner added
  std::optional<ExitCode> exit;  // given: nothing is left to do but to print these
  std::string out;
  std::string err;
};

class CommandLine {
 public:
  CommandLine();
  CommandLine(CommandLine const&) = delete;
  CommandLine& operator=(CommandLine const&) = delete;

  /// Where to add sub-commands of one's own.
  CLI::App& app() { return app_; }
  CommonFlags& common() { return common_; }
  /// Declares --data, --database and --config at a sub-command.
  void add_common(CLI::App&);

  /// `arguments` without the program's name. Call once.
  ParsedCommandLine parse(std::vector<std::string> arguments);

 private:
  using Maker = std::unique_ptr<Command> (*)(CLI::App&);
  CLI::App& group(std::string const& name, std::string const& says);
  void add(CLI::App& parent, std::string const& name, std::string const& says, Maker);

  CLI::App app_;
  CommonFlags common_;
  std::vector<std::unique_ptr<Command>> commands_;
  Command* chosen_ = nullptr;
};

}  // namespace linebook
