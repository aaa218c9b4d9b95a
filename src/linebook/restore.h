// `linebook restore`: puts a backup, or a moment of the replica, in place of the database while nothing runs.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "cli/command.h"
#include "linebook/serve.h"

namespace linebook {

struct RestoreFlags {
  std::string file;
  std::string at;
  std::string replica_dir;
  std::string backup_dir;
  bool force = false;

  void declare(CLI::App&);
};

ExitCode restore(ServeSettings const&, RestoreFlags const&, Console&);

}  // namespace linebook
