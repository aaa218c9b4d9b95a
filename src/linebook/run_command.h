// Runs an operator's sub-command: inside the server that holds the data directory, or here where none does.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "linebook/serve.h"

namespace linebook {

/// `arguments` as typed, without the program's name: what the server parses again.
ExitCode run_command(Command&, std::vector<std::string> const& arguments, ServeSettings const&, Console&);

}  // namespace linebook
