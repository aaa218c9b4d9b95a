// `linebook restore`: puts a backup in place of the database while nothing runs.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "cli/command.h"

namespace linebook {

struct RestoreFlags {
  std::string file;
  bool force = false;

  void declare(CLI::App&);
};

/// In the data directory `data`.
ExitCode restore(std::string const& data, RestoreFlags const&, Console&);

}  // namespace linebook
