#include "cli/local_console.h"

#include <cstdio>

#include "cli/local_files.h"

namespace linebook {

Result<std::unique_ptr<InputFile>> LocalConsole::open_input(std::string const& path) {
  return open_local_input(path);
}

Result<std::vector<std::string>> LocalConsole::list_inputs(std::string const& directory) {
  return list_local_inputs(directory);
}

Result<std::unique_ptr<OutputFile>> LocalConsole::create_output(std::string const& path) {
  return create_local_output(path);
}

void LocalConsole::out(std::string_view text) {
  progress_.clear();
  failed_ |= std::fwrite(text.data(), 1, text.size(), stdout) != text.size();
}

void LocalConsole::err(std::string_view text) {
  progress_.clear();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void LocalConsole::progress(Progress const& so_far) { progress_.show(so_far); }

bool LocalConsole::finish() {
  progress_.clear();
  failed_ |= std::fflush(stdout) != 0;
  return !failed_;
}

}  // namespace linebook
