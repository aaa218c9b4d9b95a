// Files of this machine, as a sub-command reads and writes them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/console.h"

namespace linebook {

/// A directory listing longer than this is refused.
inline constexpr std::size_t max_listed_files = 100'000;

/// "-" is standard input.
Result<std::unique_ptr<InputFile>> open_local_input(std::string const& path);
Result<std::vector<std::string>> list_local_inputs(std::string const& directory);
/// Written beside its place as `path`.part, then moved into it.
Result<std::unique_ptr<OutputFile>> create_local_output(std::string const& path);

}  // namespace linebook
