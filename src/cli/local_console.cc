#include "cli/local_console.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace linebook {
namespace {

/// Is the file one of those in the directory, under whatever name?
bool holds(std::string const& directory, FileIdentity const& file) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error))
    if (identify(at->path().string()) == file) return true;
  return false;
}

}  // namespace

Result<std::unique_ptr<InputFile>> LocalConsole::open_input(std::string const& path) {
  auto file = open_local_input(path);
  if (auto const identity = file ? identify(path) : std::nullopt) inputs_.push_back(*identity);
  return file;
}

Result<std::vector<std::string>> LocalConsole::list_inputs(std::string const& directory) {
  return list_local_inputs(directory);
}

Result<std::unique_ptr<OutputFile>> LocalConsole::create_output(std::string const& path) {
  if (auto sound = check_place(path); !sound) return fail(std::move(sound.error()));
  return create_local_output(path, existing_outputs_);
}

Result<void> LocalConsole::check_place(std::string const& path) const {
  auto const target = identify(path);
  auto const data = identify(data_directory_);
  if (data && (identify_parent(path) == data || (target && holds(data_directory_, *target))))
    return fail(ErrorCode::conflict, "'" + path + "' is in the data directory " + data_directory_ +
                                         ", where only the installation's own files belong; name a file "
                                         "elsewhere");
  for (auto const& file : {target, identify(path + ".part")})
    if (file && std::ranges::find(inputs_, *file) != inputs_.end())
      return fail(ErrorCode::conflict,
                  "'" + path + "' is the file that is being read; name another one to write");
  return {};
}

void LocalConsole::out(std::string_view text) {
  progress_.clear();
  failed_ |= std::fwrite(text.data(), 1, text.size(), stdout) != text.size();
}

void LocalConsole::err(std::string_view text) {
  progress_.clear();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void LocalConsole::flush() { failed_ |= std::fflush(stdout) != 0; }

void LocalConsole::progress(Progress const& so_far) { progress_.show(so_far); }

bool LocalConsole::finish() {
  progress_.clear();
  failed_ |= std::fflush(stdout) != 0;
  return !failed_;
}

}  // namespace linebook
