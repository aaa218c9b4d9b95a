// `linebook migrate`: brings a database to the schema of this program, before its nodes are replaced.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"
#include "linebook/serve.h"

namespace linebook {

struct MigrateFlags {
  bool distribute = false;

  void declare(CLI::App&);
};

ExitCode migrate(ServeSettings const&, MigrateFlags const&, Console&);

}  // namespace linebook
