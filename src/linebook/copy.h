// `linebook copy`: moves an embedded installation to PostgreSQL.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "cli/command.h"
#include "linebook/serve.h"

namespace linebook {

struct CopyFlags {
  std::string from;
  std::string to;

  void declare(CLI::App&);
};

ExitCode copy(CopyFlags const&, ServeSettings, Console&);

}  // namespace linebook
