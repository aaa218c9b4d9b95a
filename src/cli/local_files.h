// Files of this machine, as a sub-command reads and writes them.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"

namespace linebook {

/// A directory listing longer than this is refused.
inline constexpr std::size_t max_listed_files = 100'000;

/// "-" is standard input.
Result<std::unique_ptr<InputFile>> open_local_input(std::string const& path);
Result<std::vector<std::string>> list_local_inputs(std::string const& directory);

/// What becomes of a file that has an output's name already.
enum class ExistingFile { replace, keep };

/// Written beside its place as `path`.part, then moved into it. already_exists where there is a file that is
/// to be kept; what is no regular file, such as /dev/null, is never replaced.
Result<std::unique_ptr<OutputFile>> create_local_output(std::string const& path, ExistingFile);

/// Which file a name stands for, however it is spelled.
struct FileIdentity {
  dev_t device;
  ino_t inode;

  bool operator==(FileIdentity const&) const = default;
};

/// Nothing where there is no such file. "-" is standard input.
std::optional<FileIdentity> identify(std::string const& path);
/// Of the directory that a file at `path` is in, or would be.
std::optional<FileIdentity> identify_parent(std::string const& path);

}  // namespace linebook
