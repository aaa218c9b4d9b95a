// A sub-command that runs inside the server which holds the data directory: this end lends it files and
// terminal.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"

namespace linebook {

/// Sends `arguments` to the server at `directory` and does what it asks, within `files`, until it tells the
/// exit code. A server that goes away meanwhile is told on standard error; ExitCode::failed.
ExitCode run_in_server(std::filesystem::path const& directory, std::vector<std::string> const& arguments,
                       FileAccess const& files, Console& console);

}  // namespace linebook
