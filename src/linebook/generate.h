// `linebook generate`: what a package holds beside the program, made from the program's own table of commands
// and settings, so that it cannot tell anything else.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "linebook/serve.h"

namespace linebook {

/// linebook(1), in the man(7) macros: every sub-command, every setting.
std::string man_page(CLI::App const& program, std::string_view version);
std::string bash_completion(CLI::App const& program);
std::string zsh_completion(CLI::App const& program);
/// A --config file with every setting, what it is for, and its default as a comment. What `settings` have
/// otherwise is set.
std::string settings_file(ServeSettings const& settings);

}  // namespace linebook
